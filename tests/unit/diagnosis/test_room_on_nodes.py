"""Nodes with devices and too little room: how much less the pod could ask for."""

from typing import Any

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Node, Pod
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.findings.finding import Finding
from kubectl_dra.inventory.inventory import Inventory


def first_finding(*containers: str) -> Finding | None:
    """What is found for a pod whose containers ask for these amounts of CPU, on one node of two CPUs with a free device."""
    used = [{"name": "hw", "resourceClaimName": "wants"}]
    made: list[dict[str, Any]] = [{"name": f"c{number}", "resources": {"requests": {"cpu": cpu}}} for number, cpu in enumerate(containers)]
    made[0]["resources"]["claims"] = [{"name": "hw"}]
    pod = convert({"metadata": {"name": "wants", "namespace": "ml", "uid": "p"}, "spec": {"resourceClaims": used, "containers": made}}, Pod)
    request = {"name": "r", "exactly": {"deviceClassName": "unit", "allocationMode": "ExactCount", "count": 1}}
    claim = convert(
        {"metadata": {"name": "wants", "namespace": "ml", "uid": "c"}, "spec": {"devices": {"requests": [request]}}}, ResourceClaim
    )
    node = convert({"metadata": {"name": "n"}, "status": {"allocatable": {"cpu": "2", "memory": "1Gi", "pods": "9"}}}, Node)
    pool = {"name": "n", "generation": 1, "resourceSliceCount": 1}
    spec = {"driver": "unit.example.com", "nodeName": "n", "pool": pool, "devices": [{"name": "unit-0"}]}
    inventory = Inventory(
        resource_slices=(convert({"metadata": {"name": "s"}, "spec": spec}, ResourceSlice),),
        device_classes={"unit": convert({"metadata": {"name": "unit"}, "spec": {}}, DeviceClass)},
        resource_claims={claim.metadata.key: claim},
        nodes={"n": node},
        pods={pod.metadata.key: pod},
        read_kinds=frozenset(kinds.KINDS),
    )
    return next(iter(Explainer(Scene(inventory)).explain(pod).findings), None)


def offers(finding: Finding | None) -> list[str]:
    """The remedies that were tried."""
    return [remedy.text for remedy in finding.remedies if remedy.tried] if finding else []


def test_what_is_left_is_offered() -> None:
    """A pod that asks for more than there is is told how much there is, and where it then fits."""
    finding = first_finding("3")
    assert finding
    assert finding.code == "DRA315"
    assert offers(finding) == ["create the pod anew with spec.containers[0].resources.requests.cpu: 2, if that is enough for it"]


def test_several_containers() -> None:
    """Which of several containers could do with less is not known, so nothing is offered as tried."""
    finding = first_finding("2", "1")
    assert finding
    assert finding.code == "DRA315"
    assert offers(finding) == []


def test_a_pod_that_has_room() -> None:
    """A pod that asks for no more than there is has no such finding."""
    finding = first_finding("2")
    assert finding is None or finding.code != "DRA315"
