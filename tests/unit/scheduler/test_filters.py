import msgspec
import pytest

from kubectl_dra.api.core import Affinity, Container, ContainerPort, NodeAffinity, Pod, PodSpec, Taint, Toleration
from kubectl_dra.api.resource import DeviceClass, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm
from kubectl_dra.releases.release import NEWEST, Release
from kubectl_dra.scheduler import filters
from kubectl_dra.scheduler.nodeinfo import NodeInfo, node_infos
from kubectl_dra.scheduler.reasons import NodeRefusal, Plugin
from tests.builders import cluster, device_class, node, pod

V34, V36 = Release(1, 34), Release(1, 36)
FPGA = {"example.com/fpga": "1"}


def view(wanted: Pod, *, backed: dict[str, DeviceClass] | None = None, release: Release = NEWEST) -> filters.PodView:
    """The pod as the filters look at it."""
    return filters.view_pod(wanted, backed or {}, release)


def info(*pods: Pod, **keywords: object) -> NodeInfo:
    """A node with these pods on it."""
    return node_infos(cluster(node(**keywords), *pods))["gpu-1"]  # type: ignore[arg-type]  # node's own keywords


def refuses(refusal: NodeRefusal | None) -> tuple[str, ...]:
    """The reasons of a refusal, none where there is none."""
    return refusal.reasons if refusal else ()


def with_terms(*terms: NodeSelectorTerm) -> Pod:
    """A pod with required node affinity."""
    required = NodeSelector(node_selector_terms=terms)
    affinity = NodeAffinity(required_during_scheduling_ignored_during_execution=required)
    return pod(spec=PodSpec(affinity=Affinity(node_affinity=affinity)))


def named(*names: str, operator: str = "In") -> NodeSelectorTerm:
    """A term on the node's name."""
    return NodeSelectorTerm(match_fields=(NodeSelectorRequirement(key="metadata.name", operator=operator, values=names),))


def labelled(key: str, *values: str) -> NodeSelectorTerm:
    """A term on a label."""
    return NodeSelectorTerm(match_expressions=(NodeSelectorRequirement(key=key, operator="In", values=values),))


def test_cordoned() -> None:
    """A cordoned node refuses, except a pod that tolerates the cordon's taint."""
    tolerant = PodSpec(tolerations=(Toleration(key="node.kubernetes.io/unschedulable", operator="Exists"),))
    assert refuses(filters.node_unschedulable(view(pod()), info(cordoned=True))) == ("node(s) were unschedulable",)
    assert filters.node_unschedulable(view(pod(spec=tolerant)), info(cordoned=True)) is None


@pytest.mark.parametrize(
    ("toleration", "is_refused"),
    [
        (Toleration(key="a", operator="Equal", value="1", effect="NoSchedule"), False),
        (Toleration(key="a", value="1"), False),
        (Toleration(operator="Exists"), False),
        (Toleration(key="a", operator="Exists"), False),
        (Toleration(key="a", operator="Equal", value="2"), True),
        (Toleration(key="b", operator="Exists"), True),
        (Toleration(key="a", operator="Exists", effect="NoExecute"), True),
        (Toleration(key="a", operator="Gt", value="0"), False),
        (Toleration(key="a", operator="Gt", value="1"), True),
        (Toleration(key="a", operator="Lt", value="2"), False),
        (Toleration(key="a", operator="Lt", value="02"), True),
        (Toleration(key="a", operator="Lt", value=str(1 << 63)), True),
        (Toleration(key="a", operator="Gt", value="x"), True),
    ],
)
def test_toleration(toleration: Toleration, is_refused: bool) -> None:  # noqa: FBT001
    """A toleration matches by effect, key and value, each of which may be left open; Gt and Lt compare whole numbers."""
    tainted = info(taints=[Taint(key="a", value="1", effect="NoSchedule")])
    refusal = filters.taint_toleration(view(pod(spec=PodSpec(tolerations=(toleration,)))), tainted)
    assert (refusal is not None) is is_refused


def test_preference_never_refuses() -> None:
    """A taint that only prefers keeps no pod away."""
    assert filters.taint_toleration(view(pod()), info(taints=[Taint(key="a", effect="PreferNoSchedule")])) is None


def test_node_selector() -> None:
    """Every label of nodeSelector has to be there."""
    wanting = view(pod(spec=PodSpec(node_selector={"zone": "a"})))
    assert filters.node_affinity(wanting, info(labels={"zone": "a"})) is None
    assert refuses(filters.node_affinity(wanting, info())) == ("node(s) didn't match Pod's node affinity/selector",)


def test_affinity_terms() -> None:
    """One of the required terms is enough; none at all matches no node."""
    assert filters.node_affinity(view(with_terms(labelled("zone", "b"), labelled("zone", "a"))), info(labels={"zone": "a"})) is None
    assert filters.node_affinity(view(with_terms()), info()) is not None


def test_named_nodes() -> None:
    """Affinity names nodes only where every term does, and within a term all names have to agree."""
    assert filters.named_nodes(pod()) is None
    assert filters.named_nodes(with_terms(named("a"), named("b"))) == frozenset({"a", "b"})
    assert filters.named_nodes(with_terms(named("a"), labelled("zone", "a"))) is None
    both = NodeSelectorTerm(match_fields=(*named("a").match_fields, *named("b").match_fields))
    assert filters.named_nodes(with_terms(both)) == frozenset()
    assert filters.named_nodes(with_terms(named("a", operator="NotIn"))) is None


def test_ports() -> None:
    """A host port is taken once for each protocol and address; no address means all of them."""

    def using(port: int, address: str = "", protocol: str = "", on: str = "") -> Pod:
        ports = (ContainerPort(host_port=port, host_ip=address, protocol=protocol),)
        return pod(f"p-{port}", on=on, spec=PodSpec(containers=(Container(name="main", ports=ports),)))

    taken = info(using(80, "10.0.0.1", on="gpu-1"))
    assert filters.node_ports(view(using(80)), taken) is not None
    assert filters.node_ports(view(using(80, "10.0.0.1")), taken) is not None
    assert filters.node_ports(view(using(80, "10.0.0.2")), taken) is None
    assert filters.node_ports(view(using(80, protocol="UDP")), taken) is None
    assert filters.node_ports(view(using(81)), taken) is None


def test_every_shortage_is_told() -> None:
    """All resources that are short are told, the number of pods first."""
    full = info(pod("other", on="gpu-1", requests={"cpu": "6"}), allocatable={"pods": "1"})
    refusal = filters.node_resources_fit(view(pod(requests={"memory": "33Gi", "cpu": "3", **FPGA})), full)
    assert refuses(refusal) == ("Too many pods", "Insufficient cpu", "Insufficient memory", "Insufficient example.com/fpga")


def test_finished_pods_take_nothing() -> None:
    """A pod that has finished takes no room, one that is not yet running does."""
    done = pod("done", on="gpu-1", requests={"cpu": "8"})
    done = msgspec.structs.replace(done, status=msgspec.structs.replace(done.status, phase="Succeeded"))
    assert filters.node_resources_fit(view(pod(requests={"cpu": "8"})), info(done)) is None


@pytest.mark.parametrize(
    ("allocatable", "release", "is_left"),
    [
        ({}, NEWEST, True),
        ({"example.com/fpga": "0"}, NEWEST, True),
        ({"example.com/fpga": "0"}, V34, False),
        ({"example.com/fpga": "2"}, NEWEST, True),
    ],
)
def test_left_to_dra(allocatable: dict[str, str], release: Release, is_left: bool) -> None:  # noqa: FBT001
    """A resource that a class backs is left to DRA where the node has none of its own."""
    backed = view(pod(requests=FPGA), backed={"example.com/fpga": device_class()}, release=release)
    assert (filters.node_resources_fit(backed, info(allocatable=allocatable)) is None) is is_left


def test_device_plugin_wins() -> None:
    """Where the node has the resource itself, its count decides, whatever class backs the name."""
    busy = info(pod("other", on="gpu-1", requests=FPGA), allocatable=FPGA)
    backed = view(pod(requests=FPGA), backed={"example.com/fpga": device_class()})
    assert refuses(filters.node_resources_fit(backed, busy)) == ("Insufficient example.com/fpga",)


def test_first_refusal_counts() -> None:
    """The scheduler stops at the first filter that refuses; an explanation gets all of them."""
    bad = info(cordoned=True, taints=[Taint(key="a", effect="NoSchedule")], allocatable={"pods": "0"})
    first = filters.first_refusal(view(pod()), bad)
    assert first is not None
    assert first.plugin is Plugin.NODE_UNSCHEDULABLE
    assert [refusal.plugin for refusal in filters.all_refusals(view(pod()), bad)] == [
        Plugin.NODE_UNSCHEDULABLE,
        Plugin.TAINT_TOLERATION,
        Plugin.NODE_RESOURCES_FIT,
    ]


def test_order_of_releases() -> None:
    """From 1.37 the node's name is looked at before the cordon."""
    other = pod(on="gpu-2")
    cordoned = info(cordoned=True)
    plugins = [refusal.plugin for release in (V36, NEWEST) if (refusal := filters.first_refusal(view(other, release=release), cordoned))]
    assert plugins == [Plugin.NODE_UNSCHEDULABLE, Plugin.NODE_NAME]
