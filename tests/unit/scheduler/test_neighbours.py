import msgspec
import pytest

from kubectl_dra.api.core import Affinity, Namespace, Pod, PodAffinity, PodAffinityTerm, PodSpec, Taint, TopologySpreadConstraint
from kubectl_dra.api.meta import LabelSelector, ObjectMeta
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.release import NEWEST
from kubectl_dra.scheduler import filters
from kubectl_dra.scheduler.interpodaffinity import inter_pod_affinity
from kubectl_dra.scheduler.snapshot import Snapshot
from kubectl_dra.scheduler.topologyspread import topology_spread
from tests.builders import cluster, node, pod

WEB = {"app": "web"}
IS_WEB = LabelSelector(match_labels=WEB)
BY_ZONE = PodAffinityTerm(label_selector=IS_WEB, topology_key="zone")
NODES = (node("a1", labels={"zone": "a"}), node("a2", labels={"zone": "a"}), node("b1", labels={"zone": "b"}), node("c1"))


def near(*terms: PodAffinityTerm) -> PodSpec:
    """A pod that wants to be near others."""
    return PodSpec(affinity=Affinity(pod_affinity=PodAffinity(required_during_scheduling_ignored_during_execution=terms)))


def away(*terms: PodAffinityTerm) -> PodSpec:
    """A pod that wants to be away from others."""
    return PodSpec(affinity=Affinity(pod_anti_affinity=PodAffinity(required_during_scheduling_ignored_during_execution=terms)))


def refused(inventory: Inventory, wanted: Pod) -> dict[str, str]:
    """The nodes that InterPodAffinity refuses, with the reason."""
    snapshot = Snapshot(inventory)
    check = inter_pod_affinity(snapshot, wanted)
    found = {name: check(info) for name, info in snapshot.nodes.items()} if check else {}
    return {name: refusal.reasons[0].removeprefix("node(s) didn't ") for name, refusal in found.items() if refusal}


def test_no_wishes() -> None:
    """Without wishes there is nothing to check."""
    assert refused(cluster(*NODES, pod("w", on="a1", labels=WEB)), pod()) == {}


def test_near() -> None:
    """A pod that wants to be near others goes where they are, in whatever node of their zone."""
    reason = "match pod affinity rules"
    assert refused(cluster(*NODES, pod("w", on="a1", labels=WEB)), pod(spec=near(BY_ZONE))) == {"b1": reason, "c1": reason}


def test_first_of_its_kind() -> None:
    """Where no such pod exists yet, one that is such a pod itself may go anywhere in a zone; another one nowhere."""
    assert set(refused(cluster(*NODES), pod(spec=near(BY_ZONE), labels=WEB))) == {"c1"}
    assert len(refused(cluster(*NODES), pod(spec=near(BY_ZONE)))) == len(NODES)


def test_one_pod_must_meet_all_terms() -> None:
    """A neighbour counts only if it meets every term."""
    also = PodAffinityTerm(label_selector=LabelSelector(match_labels={"tier": "1"}), topology_key="zone")
    apart = cluster(*NODES, pod("w", on="a1", labels=WEB), pod("t", on="a1", labels={"tier": "1"}))
    assert len(refused(apart, pod(spec=near(BY_ZONE, also)))) == len(NODES)


def test_away() -> None:
    """A pod that wants to be away from others goes where they are not."""
    reason = "match pod anti-affinity rules"
    assert refused(cluster(*NODES, pod("w", on="a1", labels=WEB)), pod(spec=away(BY_ZONE))) == {"a1": reason, "a2": reason}


def test_others_keep_away() -> None:
    """A pod that wants to be away keeps others away, too."""
    reason = "satisfy existing pods anti-affinity rules"
    assert refused(cluster(*NODES, pod("x", on="b1", spec=away(BY_ZONE))), pod(labels=WEB)) == {"b1": reason}


@pytest.mark.parametrize(
    ("term", "concerns"),
    [
        (BY_ZONE, False),
        (msgspec.structs.replace(BY_ZONE, namespaces=("other",)), True),
        (msgspec.structs.replace(BY_ZONE, namespace_selector=LabelSelector()), True),
        (msgspec.structs.replace(BY_ZONE, namespace_selector=LabelSelector(match_labels={"team": "x"})), True),
        (msgspec.structs.replace(BY_ZONE, namespace_selector=LabelSelector(match_labels={"team": "y"})), False),
    ],
)
def test_namespaces(term: PodAffinityTerm, concerns: bool) -> None:  # noqa: FBT001
    """A term is about its pod's own namespace unless it names others or selects them."""
    neighbour = pod("w", on="a1", labels=WEB)
    neighbour = msgspec.structs.replace(neighbour, metadata=msgspec.structs.replace(neighbour.metadata, namespace="other"))
    inventory = cluster(*NODES, neighbour, Namespace(metadata=ObjectMeta(name="other", labels={"team": "x"})))
    assert ("a1" in refused(inventory, pod(spec=away(term)))) is concerns


# ── topology spread ────────────────────────────────────────────────────────────────────────────────────────────────────────────

EVENLY = TopologySpreadConstraint(topology_key="zone", when_unsatisfiable="DoNotSchedule", max_skew=1, label_selector=IS_WEB)


def too_uneven(inventory: Inventory, *constraints: TopologySpreadConstraint, labels: dict[str, str] | None = None) -> set[str]:
    """The nodes that PodTopologySpread refuses a web pod."""
    snapshot = Snapshot(inventory)
    wanted = pod(spec=PodSpec(topology_spread_constraints=constraints), labels=WEB if labels is None else labels)
    check = topology_spread(snapshot, filters.view_pod(wanted, {}, NEWEST))
    return {name for name, info in snapshot.nodes.items() if check and check(info)}


def test_spread_refuses_fuller_zone() -> None:
    """The zone that has one pod more than the emptiest takes no further one; a node without the label never does."""
    assert too_uneven(cluster(*NODES, pod("w", on="a1", labels=WEB)), EVENLY) == {"a1", "a2", "c1"}


def test_preferred_spread_never_refuses() -> None:
    """A constraint that only prefers is passed over."""
    assert too_uneven(cluster(*NODES), msgspec.structs.replace(EVENLY, when_unsatisfiable="ScheduleAnyway")) == set()


def test_pod_that_is_not_counted() -> None:
    """A pod that the selector does not select adds nothing."""
    assert too_uneven(cluster(*NODES, pod("w", on="a1", labels=WEB)), EVENLY, labels={}) == {"c1"}


def test_min_domains() -> None:
    """With fewer zones than asked for, the emptiest counts as empty."""
    full = cluster(*NODES, pod("v", on="a1", labels=WEB), pod("w", on="b1", labels=WEB))
    assert too_uneven(full, EVENLY) == {"c1"}
    assert too_uneven(full, msgspec.structs.replace(EVENLY, min_domains=3)) == {"a1", "a2", "b1", "c1"}


def test_policies() -> None:
    """Tainted nodes count as places for pods unless the constraint honours taints."""
    nodes = (node("a1", labels={"zone": "a"}), node("b1", labels={"zone": "b"}, taints=[Taint(key="k", effect="NoSchedule")]))
    inventory = cluster(*nodes, pod("w", on="a1", labels=WEB))
    assert too_uneven(inventory, EVENLY) == {"a1"}
    assert too_uneven(inventory, msgspec.structs.replace(EVENLY, node_taints_policy="Honor")) == set()


def test_match_label_keys() -> None:
    """Only pods with the same value of a label are counted where the constraint says so."""
    by_version = msgspec.structs.replace(EVENLY, match_label_keys=("version",))
    inventory = cluster(*NODES, pod("w", on="a1", labels={**WEB, "version": "1"}))
    assert too_uneven(inventory, by_version, labels={**WEB, "version": "2"}) == {"c1"}
    assert too_uneven(inventory, by_version, labels={**WEB, "version": "1"}) == {"a1", "a2", "c1"}
