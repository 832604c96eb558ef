import msgspec
import pytest

from kubectl_dra.api.core import Pod, PodResourceClaim, PodResourceClaimStatus, PodSpec
from kubectl_dra.api.meta import Condition
from kubectl_dra.api.resource import (
    AllocatedDeviceStatus,
    DeviceRequest,
    DeviceSubRequest,
    ExactDeviceRequest,
    ResourceClaim,
)
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.release import NEWEST, Release
from kubectl_dra.scheduler.dynamicresources import PodDevices, binding_trouble, pre_enqueue, pre_filter
from kubectl_dra.scheduler.reasons import Unavailable
from kubectl_dra.scheduler.snapshot import Snapshot
from kubectl_dra.scheduler.verdict import PreFilterFails, RefusedByPreFilter
from tests.builders import DRIVER, claim, cluster, device_class, pod, request

V34, V35, V36 = Release(1, 34), Release(1, 35), Release(1, 36)


def held_by(inventory: Inventory, wanted: Pod) -> str:
    """The scheduler's words about what holds the pod; empty where nothing does."""
    held = pre_enqueue(Snapshot(inventory), wanted)
    return held.text if held else ""


def generated() -> Pod:
    """A pod whose template claim was generated."""
    made = pod(templates={"main": "gpu"})
    statuses = (PodResourceClaimStatus(name="main", resource_claim_name="made"),)
    return msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, resource_claim_statuses=statuses))


# ── before the queue ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_nothing_holds() -> None:
    """A pod whose claims are there is not held, nor is one without claims."""
    assert held_by(cluster(claim("gpu")), pod(claims={"main": "gpu"})) == ""
    assert held_by(cluster(), pod()) == ""


def test_claim_missing() -> None:
    """The words for a missing claim are the assume cache's, not the API server's."""
    assert held_by(cluster(), pod(claims={"main": "gpu"})) == 'could not find ResourceClaim "ml/gpu"'


def test_claim_not_generated() -> None:
    """A template's claim that has not been generated holds the pod."""
    assert held_by(cluster(), pod(templates={"main": "gpu"})) == 'pod "ml/train-0": ResourceClaim not created yet'


def test_entry_not_understood() -> None:
    """An entry without claim or template holds the pod, by name."""
    wanted = pod(spec=PodSpec())
    wanted = msgspec.structs.replace(wanted, spec=msgspec.structs.replace(wanted.spec, resource_claims=(PodResourceClaim(name="main"),)))
    assert held_by(cluster(), wanted) == 'pod "ml/train-0", spec.resourceClaim "main": none of the supported fields are set'


@pytest.mark.parametrize(
    ("release", "text"),
    [
        (V35, "ResourceClaim ml/made was not created for pod ml/train-0 (pod is not owner)"),
        (V36, "ResourceClaim ml/made was not created for Pod ml/train-0 (Pod is not owner)"),
    ],
)
def test_other_owner(release: Release, text: str) -> None:
    """A generated claim of somebody else holds the pod, in the release's words."""
    assert held_by(cluster(claim("made"), release=release), generated()) == text


def test_first_entry_counts() -> None:
    """The scheduler stops at the first entry that is an obstacle."""
    wanted = pod(claims={"a": "missing-a", "b": "missing-b"})
    assert held_by(cluster(), wanted) == 'could not find ResourceClaim "ml/missing-a"'


# ── before filtering ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def refused_by(*requests: DeviceRequest, release: Release = NEWEST, gates: dict[str, bool] | None = None) -> str:
    """The words with which PreFilter refuses a claim, where only the test class exists."""
    inventory = cluster(claim("gpu", *requests), device_class(), release=release, gates=gates)
    found = pre_filter(Snapshot(inventory), pod(claims={"main": "gpu"}))
    match found:
        case RefusedByPreFilter():
            return found.reason
        case PreFilterFails():
            return found.text
        case _:
            return ""


def first_of(*class_names: str) -> DeviceRequest:
    """A request for the first available of these classes."""
    options = tuple(DeviceSubRequest(name=f"o{number}", device_class_name=name) for number, name in enumerate(class_names))
    return DeviceRequest(name="gpu", first_available=options)


def test_class_missing() -> None:
    """A class that does not exist refuses the pod on all nodes at once."""
    assert refused_by(request(class_name="tpu")) == "request gpu: device class tpu does not exist"


def test_class_of_alternative_missing() -> None:
    """So does the class of an alternative that another would make up for."""
    assert refused_by(first_of(DRIVER, "tpu")) == "request gpu/o1: device class tpu does not exist"


def test_alternatives_disabled() -> None:
    """Alternatives need their gate."""
    text = "resource claim ml/gpu, request gpu: has subrequests, but the DRAPrioritizedList feature is disabled"
    assert refused_by(first_of(DRIVER), release=V34, gates={"DRAPrioritizedList": False}) == text


def test_request_not_understood() -> None:
    """A request of a kind that the release does not know refuses the pod; one without class aborts the attempt."""
    assert refused_by(DeviceRequest(name="gpu")) == "resource claim ml/gpu, request gpu: unknown request type"
    text = 'running PreFilter plugin "DynamicResources": request gpu: unsupported request type'
    assert refused_by(DeviceRequest(name="gpu", exactly=ExactDeviceRequest())) == text


def test_allocated_claim_needs_no_class() -> None:
    """Of a claim that is allocated, the class may be gone."""
    held = claim("gpu", request(class_name="tpu"), devices=["gpu-0"], on="gpu-1")
    assert isinstance(pre_filter(Snapshot(cluster(held)), pod(claims={"main": "gpu"})), PodDevices)


def test_no_devices_wanted() -> None:
    """A pod that asks for no devices is none of the plugin's business."""
    assert pre_filter(Snapshot(cluster(device_class())), pod(requests={"x.com/gpu": "1"})) is None


def test_extended_resource_wanted() -> None:
    """A pod that asks for an extended resource with a class asks for devices."""
    backed = device_class(extended_resource_name="x.com/gpu")
    found = pre_filter(Snapshot(cluster(backed)), pod(requests={"x.com/gpu": "2"}))
    assert isinstance(found, PodDevices)
    assert (dict(found.wanted), found.claims) == ({"x.com/gpu": 2}, ())


# ── binding conditions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def binding(*conditions: Condition, started: str = "2026-03-01T11:59:00Z") -> ResourceClaim:
    """An allocated claim whose device has to become Ready, and may become Broken."""
    held = claim("gpu", devices=["gpu-0"], on="gpu-1")
    assert held.status.allocation is not None
    (result,) = held.status.allocation.devices.results
    result = msgspec.structs.replace(result, binding_conditions=("Ready",), binding_failure_conditions=("Broken",))
    devices = msgspec.structs.replace(held.status.allocation.devices, results=(result,))
    allocation = msgspec.structs.replace(held.status.allocation, devices=devices, allocation_timestamp=started)
    reported = (AllocatedDeviceStatus(driver=DRIVER, pool="gpu-1", device="gpu-0", conditions=conditions),) if conditions else ()
    return msgspec.structs.replace(held, status=msgspec.structs.replace(held.status, allocation=allocation, devices=reported))


NOW = "2026-03-01T12:00:00Z"
READY = Condition(type="Ready", status="True")
BROKEN = Condition(type="Broken", status="True")


@pytest.mark.parametrize(
    ("held", "trouble"),
    [
        (binding(READY), None),
        (binding(), None),
        (binding(BROKEN), Unavailable.BINDING_FAILED),
        (binding(READY, BROKEN), Unavailable.BINDING_FAILED),
        (binding(started="2026-03-01T11:49:00Z"), Unavailable.BINDING_TIMED_OUT),
        (binding(READY, started="2026-03-01T11:49:00Z"), None),
    ],
)
def test_binding(held: ResourceClaim, trouble: Unavailable | None) -> None:
    """A device that is ready is fine, one that may yet become ready too; one that failed or waits for over ten minutes is not."""
    assert binding_trouble(held, NOW) is trouble
