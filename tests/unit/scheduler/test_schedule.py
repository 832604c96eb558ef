import msgspec
import pytest

from kubectl_dra.api.core import Affinity, Container, ContainerRestartRule, NodeAffinity, Pod, PodSpec, PodStatus, Taint, Volume
from kubectl_dra.api.resource import DeviceAttribute, NodeSelector, NodeSelectorRequirement, NodeSelectorTerm
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.release import Release
from kubectl_dra.scheduler.reasons import ClaimsUnavailable, NodeNotNamed, Plugin
from kubectl_dra.scheduler.schedule import Scheduler, schedule
from kubectl_dra.scheduler.verdict import (
    Errors,
    Filtered,
    Fits,
    NoNodes,
    NotConsidered,
    NotJudged,
    PodVerdict,
    Refused,
    RefusedByPreFilter,
    Word,
)
from tests.builders import DRIVER, claim, cluster, device_class, devices_on, key, node, pod, request

MODEL = f'device.attributes["{DRIVER}"].model == "H100"'
H100 = {"model": DeviceAttribute(string="H100")}
WANTS_GPU = pod(claims={"main": "gpu"})


def two_nodes(*more: object) -> Inventory:
    """Two nodes; the first has two devices."""
    return cluster(node("gpu-1"), node("cpu-1"), devices_on("gpu-1", "gpu-0", "gpu-1", attributes=H100), device_class(), *more)  # type: ignore[arg-type]


def filtered(verdict: PodVerdict) -> Filtered:
    """The outcome, which has to be node by node."""
    assert isinstance(verdict.outcome, Filtered)
    return verdict.outcome


def test_fits_where_the_devices_are() -> None:
    """A pod fits where its devices are, and the verdict says which it would get."""
    verdict = schedule(two_nodes(claim("gpu", request(count=2))), WANTS_GPU)
    fits = filtered(verdict).verdicts["gpu-1"]
    assert verdict.word is Word.FITS
    assert isinstance(fits, Fits)
    assert fits.allocation is not None
    assert [result.device for result in fits.allocation.results[0].devices.results] == ["gpu-0", "gpu-1"]
    assert filtered(verdict).nodes_that(Refused) == ("cpu-1",)


def test_fits_nowhere() -> None:
    """The message counts the nodes by reason."""
    verdict = schedule(two_nodes(claim("gpu", request(count=3))), WANTS_GPU)
    assert (verdict.word, verdict.message) == (Word.UNSCHEDULABLE, "0/2 nodes are available: 2 cannot allocate all claims.")


def test_devices_of_others_are_taken() -> None:
    """Devices that other claims hold are not given away."""
    other = claim("other", devices=["gpu-0"], on="gpu-1")
    assert schedule(two_nodes(claim("gpu", request(count=2)), other), WANTS_GPU).word is Word.UNSCHEDULABLE


def test_one_error_aborts() -> None:
    """A selector that fails on one node's device aborts the attempt, though another node fits."""
    slices = (devices_on("a", "gpu-0", attributes=H100), devices_on("b", "gpu-0"))
    inventory = cluster(node("a"), node("b"), *slices, device_class(), claim("gpu", request(expression=MODEL)))
    verdict = schedule(inventory, WANTS_GPU)
    assert verdict.word is Word.ERROR
    assert verdict.message.startswith(
        'running "DynamicResources" filter plugin: claim ml/gpu: selector #0 on device gpu.example.com/b/gpu-0: '
    )
    assert (filtered(verdict).nodes_that(Fits), filtered(verdict).nodes_that(Errors), verdict.is_chance) == (("a",), ("b",), False)


def test_error_may_be_passed_by() -> None:
    """In a large cluster with enough fitting nodes, the scheduler may never come to the one that fails."""
    nodes = [node(f"n-{number}") for number in range(220)]
    slices = [devices_on(f"n-{number}", "gpu-0", attributes=H100 if number else None) for number in range(220)]
    verdict = schedule(cluster(*nodes, *slices, device_class(), claim("gpu", request(expression=MODEL))), WANTS_GPU)
    assert (verdict.word, verdict.is_chance) == (Word.ERROR, True)


def test_allocated_claim_elsewhere() -> None:
    """A claim that is allocated for another node refuses this one."""
    verdict = schedule(two_nodes(claim("gpu", devices=["gpu-0"], on="gpu-1")), WANTS_GPU)
    refused = filtered(verdict).verdicts["cpu-1"]
    assert isinstance(refused, Refused)
    assert isinstance(refused.refusal, ClaimsUnavailable)
    assert refused.reasons == ("resourceclaim not available on the node",)


def test_first_plugin_refuses() -> None:
    """A node that another plugin refuses is not asked for devices, except on its own."""
    inventory = cluster(
        node("gpu-1", taints=[Taint(key="x", effect="NoSchedule")]), devices_on("gpu-1", "gpu-0"), device_class(), claim("gpu")
    )
    scheduler = Scheduler(inventory)
    refused = filtered(scheduler.schedule(WANTS_GPU)).verdicts["gpu-1"]
    assert isinstance(refused, Refused)
    assert refused.plugin is Plugin.TAINT_TOLERATION
    alone = scheduler.devices_alone(WANTS_GPU)
    assert isinstance(alone, dict)
    assert isinstance(alone["gpu-1"], Fits)


def with_affinity(*terms: NodeSelectorTerm) -> Pod:
    """A pod with required node affinity."""
    affinity = NodeAffinity(required_during_scheduling_ignored_during_execution=NodeSelector(node_selector_terms=terms))
    return pod(spec=PodSpec(affinity=Affinity(node_affinity=affinity)))


def is_node(*names: str) -> NodeSelectorRequirement:
    """A requirement on the node's name."""
    return NodeSelectorRequirement(key="metadata.name", operator="In", values=names)


def test_named_nodes() -> None:
    """Where the pod names its nodes, the others are not filtered at all."""
    verdict = schedule(cluster(node("a", cordoned=True), node("b")), with_affinity(NodeSelectorTerm(match_fields=(is_node("a"),))))
    assert filtered(verdict).verdicts["b"] == Refused(refusal=NodeNotNamed())
    assert verdict.message == "0/2 nodes are available: 1 node(s) didn't satisfy plugin(s) [NodeAffinity], 1 node(s) were unschedulable."


def test_contradicting_names() -> None:
    """Terms that exclude what they name refuse the pod before filtering."""
    verdict = schedule(cluster(node("a")), with_affinity(NodeSelectorTerm(match_fields=(is_node("a"), is_node("b")))))
    assert isinstance(verdict.outcome, RefusedByPreFilter)
    assert verdict.message == "0/1 nodes are available: pod affinity terms conflict."


def test_features_that_a_kubelet_must_have_are_not_judged() -> None:
    """A pod whose containers are all restarted together fits only where the kubelet says that it can do so."""
    container = Container(name="main", restart_policy_rules=(ContainerRestartRule(action="RestartAllContainers"),))
    scheduler = Scheduler(cluster(node("a")))
    plain, restarted = (
        filtered(scheduler.schedule(pod(spec=PodSpec(containers=(each,))))).verdicts["a"] for each in (Container(name="main"), container)
    )
    assert (plain, restarted) == (Fits(), NotJudged(by=(Plugin.NODE_DECLARED_FEATURES,), otherwise=Fits()))


def test_volumes_are_not_judged() -> None:
    """A pod with volumes that bind it to nodes gets no verdict where only they decide."""
    verdict = schedule(cluster(node("a")), pod(spec=PodSpec(volumes=(Volume(name="v", persistent_volume_claim={"claimName": "v"}),))))
    assert verdict.word is Word.CANNOT_TELL
    assert filtered(verdict).verdicts["a"] == NotJudged(by=(Plugin.VOLUMES,), otherwise=Fits())


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        (pod(on="a"), Word.SCHEDULED),
        (msgspec.structs.replace(pod(), status=PodStatus(phase="Failed")), Word.NOT_CONSIDERED),
        (pod(claims={"main": "missing"}), Word.HELD),
        (pod(), Word.FITS),
    ],
)
def test_words(wanted: Pod, word: Word) -> None:
    """How far a pod gets is told in a word."""
    assert schedule(cluster(node("a")), wanted).word is word


def test_pod_on_its_way_out() -> None:
    """A pod that is being deleted is not considered."""
    going = msgspec.structs.replace(pod(), metadata=msgspec.structs.replace(pod().metadata, deletion_timestamp="2026-03-01T12:00:00Z"))
    assert schedule(cluster(node("a")), going).outcome == NotConsidered(why="it is being deleted")


def test_no_nodes() -> None:
    """Without nodes there is nothing to filter."""
    assert schedule(cluster(), pod()).outcome == NoNodes()


def test_other_scheduler() -> None:
    """A pod of another scheduler gets the same verdict, marked as advice."""
    verdict = schedule(cluster(node("a")), pod(spec=PodSpec(scheduler_name="volcano")))
    assert (verdict.word, verdict.is_advice) == (Word.FITS, True)


def test_promised_room() -> None:
    """Room that preemption has promised to a pod of equal or higher priority is taken; for a less important one it is not."""
    promised = pod("promised", requests={"cpu": "8"}, spec=PodSpec(priority=5))
    promised = msgspec.structs.replace(promised, status=msgspec.structs.replace(promised.status, nominated_node_name="a"))
    inventory = cluster(node("a"), promised)
    assert schedule(inventory, pod(requests={"cpu": "1"})).word is Word.UNSCHEDULABLE
    assert schedule(inventory, pod(requests={"cpu": "1"}, spec=PodSpec(priority=9))).word is Word.FITS


def test_extended_resource_backed_by_dra() -> None:
    """An extended resource with a class is allocated as devices where the node has none of its own."""
    inventory = cluster(node("gpu-1"), node("cpu-1"), devices_on("gpu-1", "gpu-0"), device_class(extended_resource_name="x.com/gpu"))
    verdict = schedule(inventory, pod(requests={"x.com/gpu": "1"}))
    assert filtered(verdict).nodes_that(Fits) == ("gpu-1",)
    old = schedule(cluster(*inventory.nodes.values(), release=Release(1, 35)), pod(requests={"x.com/gpu": "1"}))
    assert old.message == "0/2 nodes are available: 2 Insufficient x.com/gpu."


def test_alike_pods_share_a_verdict() -> None:
    """Pods that ask for the same get the same verdict, each in the name of its own claim."""
    broken = request(expression=MODEL)
    inventory = cluster(node("a"), devices_on("a", "gpu-0"), device_class(), claim("one", broken), claim("two", broken))
    scheduler = Scheduler(inventory)
    texts = [scheduler.schedule(pod(name, claims={"main": name})).message for name in ("one", "two")]
    assert ["claim ml/one: " in texts[0], "claim ml/two: " in texts[1]] == [True, True]
    assert texts[0].replace("ml/one", "ml/two") == texts[1]


def test_alike_pods_get_devices_in_their_own_claims() -> None:
    """What fits is found again for each pod, with its own claim."""
    scheduler = Scheduler(two_nodes(claim("one"), claim("two")))
    for name in ("one", "two"):
        fits = filtered(scheduler.schedule(pod(name, claims={"main": name}))).verdicts["gpu-1"]
        assert isinstance(fits, Fits)
        assert [made.metadata.key for made in fits.claims] == [key(name)]
