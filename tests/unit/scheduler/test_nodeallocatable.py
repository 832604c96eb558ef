import msgspec

from kubectl_dra.api.core import Container, ContainerResourceClaim, Pod, PodSpec, ResourceRequirements
from kubectl_dra.api.resource import ResourceClaimConsumerReference, ResourceSlice
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.release import Release
from kubectl_dra.scheduler.schedule import schedule
from kubectl_dra.scheduler.verdict import CouldNotTell, Filtered, Word
from tests.builders import claim, cluster, device_class, devices_on, node, pod

CPU_BY_DEVICE: dict[str, object] = {"cpu": {"mapping": {"deviceMultiplier": "6"}}}
OVERHEAD: dict[str, object] = {"memory": {"overhead": {"perPod": "1Gi", "perContainer": "2Gi"}}}


def taking(shares: dict[str, object]) -> ResourceSlice:
    """A slice whose devices take a share of the node."""
    made = devices_on("gpu-1", "dev-0", "dev-1")
    devices = tuple(msgspec.structs.replace(device, node_allocatable_resources=shares) for device in made.spec.devices)
    return msgspec.structs.replace(made, spec=msgspec.structs.replace(made.spec, devices=devices))


def with_devices(shares: dict[str, object], *more: object, allocatable: dict[str, str] | None = None) -> Inventory:
    """A node with such devices."""
    return cluster(node("gpu-1", allocatable=allocatable), taking(shares), device_class(), *more)  # type: ignore[arg-type]


def wanting(cpu: str = "1", whole: dict[str, str] | None = None) -> Pod:
    """A pod whose container uses its claim."""
    used = (ContainerResourceClaim(name="main"),)
    container = Container(name="main", resources=ResourceRequirements(requests={"cpu": cpu}, claims=used))
    resources = ResourceRequirements(requests=dict(whole)) if whole else None
    return pod(claims={"main": "dev"}, spec=PodSpec(containers=(container,), resources=resources))


def test_devices_take_room() -> None:
    """What a device takes of the node is added to what the pod asks for."""
    assert schedule(with_devices(CPU_BY_DEVICE, claim("dev")), wanting("2")).word is Word.FITS
    verdict = schedule(with_devices(CPU_BY_DEVICE, claim("dev")), wanting("3"))
    assert verdict.message == "0/1 nodes are available: 1 Insufficient cpu."


def test_overhead_counts_by_container() -> None:
    """Overhead is charged for the pod, and for each container that uses the claim."""
    small, enough = {"memory": "2Gi"}, {"memory": "3Gi"}
    assert schedule(with_devices(OVERHEAD, claim("dev"), allocatable=small), wanting()).word is Word.UNSCHEDULABLE
    assert schedule(with_devices(OVERHEAD, claim("dev"), allocatable=enough), wanting()).word is Word.FITS


def test_pod_level_has_to_cover_devices() -> None:
    """What the pod asks for as a whole has to cover its devices, too."""
    verdict = schedule(with_devices(CPU_BY_DEVICE, claim("dev")), wanting("1", whole={"cpu": "2"}))
    text = "pod level request for cpu is insufficient to cover the aggregated container and node-allocatable DRA requests"
    assert verdict.message == f"0/1 nodes are available: 1 {text}."


def test_claim_is_not_shared() -> None:
    """A claim with such a device, reserved for another pod, is refused to this one."""
    held = claim("dev", devices=["dev-0"], on="gpu-1")
    consumers = (ResourceClaimConsumerReference(resource="pods", name="other", uid="uid-other"),)
    held = msgspec.structs.replace(held, status=msgspec.structs.replace(held.status, reserved_for=consumers))
    verdict = schedule(with_devices(CPU_BY_DEVICE, held), wanting())
    text = "node allocatable resource claim dev has a mapped device and cannot be shared across pods"
    assert verdict.message == f"0/1 nodes are available: 1 {text}."


def test_first_shape_is_not_followed() -> None:
    """Kubernetes 1.36 knows another shape of this, of which nothing is claimed."""
    made = taking({})
    devices = tuple(msgspec.structs.replace(device, node_allocatable_resource_mappings={"cpu": {}}) for device in made.spec.devices)
    made = msgspec.structs.replace(made, spec=msgspec.structs.replace(made.spec, devices=devices))
    verdict = schedule(cluster(node("gpu-1"), made, device_class(), claim("dev"), release=Release(1, 36)), wanting())
    assert verdict.word is Word.CANNOT_TELL
    assert isinstance(verdict.outcome, Filtered)
    assert isinstance(verdict.outcome.verdicts["gpu-1"], CouldNotTell)
