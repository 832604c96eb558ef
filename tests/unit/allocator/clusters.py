"""A cluster of one node and claims, told in few words, and what the allocator of a release says about them."""

from collections.abc import Mapping, Sequence
from typing import Any

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.allocator.result import Allocation, AllocationError, CannotTell, InvalidPools, Outcome
from kubectl_dra.allocator.search import allocate
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.allocated import NOTHING_ALLOCATED, AllocatedState
from kubectl_dra.releases.behaviour import Behaviour, behaviour_with_gates
from kubectl_dra.releases.release import NEWEST, Release

Document = dict[str, Any]

DRIVER = "gpu.example.com"
COLOUR = "example.org/colour"
NODE = convert({"metadata": {"name": "worker-1"}}, Node)
CLASSES = {
    "gpu": convert(
        {"metadata": {"name": "gpu"}, "spec": {"selectors": [{"cel": {"expression": f'device.driver == "{DRIVER}"'}}]}}, DeviceClass
    ),
    "any": convert({"metadata": {"name": "any"}}, DeviceClass),
}


def device(name: str, colour: str | None = None, **fields: Any) -> Document:
    """A device, perhaps with a colour."""
    attributes = {COLOUR: {"string": colour}} if colour is not None else {}
    return {"name": name, "attributes": attributes, **fields}


def slice_of(*devices: Document, name: str = "slice-a", pool: str = "pool", slices: int = 1, **fields: Any) -> ResourceSlice:
    """A slice of a pool for the node; ``slices`` is how many the pool says it has."""
    spec: Document = {"driver": DRIVER, "pool": {"name": pool, "generation": 1, "resourceSliceCount": slices}, "devices": list(devices)}
    if not {"allNodes", "nodeSelector", "perDeviceNodeSelection"} & set(fields):
        spec["nodeName"] = "worker-1"
    return convert({"metadata": {"name": name}, "spec": spec | fields}, ResourceSlice)


def request(name: str = "gpu", count: int = 1, **fields: Any) -> Document:
    """A request for some devices of class gpu."""
    exactly = {"deviceClassName": "gpu", "allocationMode": "ExactCount", "count": count, **fields}
    return {"name": name, "exactly": exactly}


def everything(name: str = "gpu", **fields: Any) -> Document:
    """A request for all devices of class gpu."""
    return {"name": name, "exactly": {"deviceClassName": "gpu", "allocationMode": "All", **fields}}


def option(name: str, count: int = 1, **fields: Any) -> Document:
    """An alternative of a request."""
    return {"name": name, "deviceClassName": "gpu", "allocationMode": "ExactCount", "count": count, **fields}


def first_available(*options: Document, name: str = "gpu") -> Document:
    """A request for the first available of several things."""
    return {"name": name, "firstAvailable": list(options)}


def claim(*requests: Document, name: str = "claim", constraints: Sequence[Document] = (), **fields: Any) -> ResourceClaim:
    """A claim in namespace ml."""
    devices = {"requests": list(requests), "constraints": list(constraints), **fields}
    return convert({"metadata": {"name": name, "namespace": "ml"}, "spec": {"devices": devices}}, ResourceClaim)


def in_release(minor: int, **gates: bool) -> Behaviour:
    """The behaviour of 1.MINOR with gates set by hand."""
    return behaviour_with_gates(Release(1, minor), {f"DRA{name}": value for name, value in gates.items()})


NEW = behaviour_with_gates(NEWEST)


def context(
    slices: Sequence[ResourceSlice],
    *,
    behaviour: Behaviour = NEW,
    allocated: AllocatedState = NOTHING_ALLOCATED,
    classes: Mapping[str, DeviceClass] | None = None,
) -> AllocatorContext:
    """An allocator for these slices."""
    return AllocatorContext(slices=slices, classes=CLASSES if classes is None else classes, allocated=allocated, behaviour=behaviour)


def outcome(
    slices: Sequence[ResourceSlice],
    *claims: ResourceClaim,
    behaviour: Behaviour = NEW,
    allocated: AllocatedState = NOTHING_ALLOCATED,
    node: Node = NODE,
) -> Outcome:
    """What the allocator says about claims on the node."""
    return allocate(claims, node, context(slices, behaviour=behaviour, allocated=allocated))


def said(outcome: Outcome) -> object:
    """An outcome in short: the devices of all claims in order, an error's text, or a word."""
    if isinstance(outcome, Allocation):
        return [chosen.id.device for devices in outcome.devices for chosen in devices]
    if isinstance(outcome, AllocationError | CannotTell):
        return outcome.text
    return "invalid pools" if isinstance(outcome, InvalidPools) else "does not fit"


def answer(
    slices: Sequence[ResourceSlice],
    *claims: ResourceClaim,
    behaviour: Behaviour = NEW,
    allocated: AllocatedState = NOTHING_ALLOCATED,
    node: Node = NODE,
) -> object:
    """The outcome in short."""
    return said(outcome(slices, *claims, behaviour=behaviour, allocated=allocated, node=node))
