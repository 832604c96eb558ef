"""Nodes with devices that refuse the pod for reasons of their own."""

from kubectl_dra.api.core import Node
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.diagnosis import Diagnosis
from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units


def test_anti_affinity() -> None:
    """A node that only inter-pod anti-affinity keeps the pod from is told with the scheduler's reason."""
    apart = {"labelSelector": {"matchLabels": {"app": "train"}}, "topologyKey": "kubernetes.io/hostname"}
    told = found(
        *(node("n1"), node("n2"), device_class(), units("n1", "a"), claim("c")),
        pod("other", on="n1", metadata={"labels": {"app": "train"}}),
        pod("wants", "c", affinity={"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [apart]}}),
    )
    assert codes(told) == ["DRA316"]
    assert told.findings[0].message == "n1, with the devices, refuses the pod: node(s) didn't match pod anti-affinity rules"


def test_a_cordon_comes_before_the_pods_own_choice() -> None:
    """Where the node that the pod asks for is cordoned, that is told, and not that it might ask for another."""
    told = found(
        *(node("n1", labels={"zone": "a"}, unschedulable=True), node("n2", labels={"zone": "b"})),
        *(device_class(), units("n1", "a"), units("n2", "b"), claim("c"), pod("wants", "c", nodeSelector={"zone": "a"})),
    )
    assert codes(told) == ["DRA313"]
    assert told.findings[0].remedies[0].command == "kubectl uncordon n1"


def tainted(key: str) -> Diagnosis:
    """What is said where the only node has this taint."""
    taints = [{"key": key, "effect": "NoSchedule"}]
    return found(node(taints=taints), device_class(), units("n1", "a"), claim("c"), pod("wants", "c"))


def test_a_taint_of_somebodys_choice() -> None:
    """A taint that people set is tolerated by adding a toleration."""
    told = tainted("team")
    assert codes(told) == ["DRA314"]
    assert told.findings[0].remedies[0].text == "add to the pod's spec.tolerations: {key: team, operator: Exists, effect: NoSchedule}"


def test_a_taint_of_an_unwell_node() -> None:
    """A taint that stands for a node's condition is not to be tolerated, but mended."""
    told = tainted("node.kubernetes.io/unreachable")
    assert codes(told) == ["DRA314"]
    assert [remedy.command for remedy in told.findings[0].remedies] == ["kubectl describe node n1"]


def test_no_node_is_large_enough() -> None:
    """Where a node would be too small were it empty, nobody is told to make room on it."""
    wants = {"name": "main", "resources": {"requests": {"cpu": "9"}, "claims": [{"name": "c"}]}}
    told = found(node(cpu="8"), device_class(), units("n1", "a"), claim("c"), pod("wants", "c", containers=[wants]))
    assert codes(told) == ["DRA315"]
    assert [remedy.brief for remedy in told.findings[0].remedies] == ["ask for cpu: 8"]


def test_no_room_for_another_pod() -> None:
    """A node that holds as many pods as it may is said to have no room for another."""
    few = convert({"metadata": {"name": "n1"}, "status": {"allocatable": {"cpu": "8", "memory": "8Gi", "pods": "1"}}}, Node)
    told = found(few, device_class(), units("n1", "a"), pod("other", on="n1"), claim("c"), pod("wants", "c"))
    assert codes(told) == ["DRA315"]
    assert told.findings[0].message == "n1, with the devices, lacks room for another pod"
    assert told.findings[0].evidence[0].text == "n1: 1 of at most 1 pods are there"


def test_a_selector_comes_before_what_else_is_wrong() -> None:
    """Where no device is selected and all are on a tainted node, the selector is told first: the taint is of devices nobody asked for."""
    model = {"name": "a", "attributes": {"model": {"string": "A"}}}
    asked = claim("c", request(expression='device.attributes["gpu.example.com"].model == "B"'))
    told = found(node(taints=[{"key": "team", "effect": "NoSchedule"}]), device_class(), units("n1", model), asked, pod("wants", "c"))
    assert codes(told) == ["DRA101", "DRA314"]
