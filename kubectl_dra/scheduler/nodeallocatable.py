"""Devices that take a share of the node's CPU, memory or huge pages: whether the pod fits with what its devices take (1.37, alpha).

Upstream: ``dynamicresources/nodeallocatabledynamicresources.go``. The first shape of this feature, in 1.36, is not followed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.allocator.result import AllocationError, ErrorKind
from kubectl_dra.api.core import (
    NodeAllocatableMappedResources,
    NodeAllocatableOverheadResources,
    NodeAllocatableResourceClaimStatus,
)
from kubectl_dra.api.meta import Struct
from kubectl_dra.api.resource import QuantityText  # noqa: TC001  (msgspec reads it)
from kubectl_dra.apimachinery.quantity import Quantity, parse_quantity, read_quantity
from kubectl_dra.inventory.podrequests import CPU, EPHEMERAL_STORAGE, MEMORY, amounts_of, container_requests, device_requests, pod_requests
from kubectl_dra.releases.release import Release
from kubectl_dra.scheduler.filters import matches_node
from kubectl_dra.scheduler.reasons import DeviceShareRefused, DevicesTakeTooMuch, PodLevelTooSmall, Shortage
from kubectl_dra.scheduler.verdict import CouldNotTell, Errors, Fits, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kubectl_dra.api.core import Container, Node, Pod
    from kubectl_dra.api.resource import AllocationResult, Device, DeviceRequestAllocationResult, ResourceClaim, ResourceSlice
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.snapshot import Snapshot

GATE = "DRANodeAllocatableResources"

_FIRST_FOLLOWED = Release(1, 37)
_HUGE_PAGES = "hugepages-"
_POD_LEVEL = (CPU, MEMORY)
_WEIGHED = (CPU, MEMORY, EPHEMERAL_STORAGE)


class _Mapping(Struct):
    capacity_key: str | None = None
    capacity_multiplier: QuantityText | None = None
    device_multiplier: QuantityText | None = None


class _Overhead(Struct):
    per_pod: QuantityText | None = None
    per_container: QuantityText | None = None


class _Share(Struct):
    """What a device says of one resource of the node."""

    mapping: _Mapping | None = None
    overhead: _Overhead | None = None


class _CapacityNotConsumed(Exception):
    """A mapping names a capacity, and the allocation says nothing of capacities; the text is upstream's."""


def share_refused(snapshot: Snapshot, pod: Pod, claims: Sequence[ResourceClaim]) -> Refused | None:
    """A claim with such a device serves one pod only."""
    for claim in claims:
        allocation = claim.status.allocation
        is_anothers = claim.status.reserved_for and all(consumer.uid != pod.metadata.uid for consumer in claim.status.reserved_for)
        if is_anothers and allocation and any(map(_is_mapped, _devices(snapshot.slices, allocation, None))):
            return Refused(refusal=DeviceShareRefused(claim=claim.metadata.key))
    return None


def check_node(
    snapshot: Snapshot, pod: Pod, claims: Sequence[ResourceClaim], fits: Fits, node: NodeInfo
) -> Fits | Refused | Errors | CouldNotTell:
    """``fits``, unless the pod no longer fits on the node with what the devices of ``claims`` take of it."""
    allocations = _allocations(claims, fits)
    slices = [slice_ for slice_ in snapshot.slices if _is_for(slice_, node.node)]
    takers = [(claim, found) for claim, found in allocations if any(_shares(device) for device in _devices(slices, found, node.node))]
    if not takers:
        return fits
    if snapshot.release < _FIRST_FOLLOWED:
        return CouldNotTell(why="devices here take node allocatable resources, which are followed for Kubernetes 1.37 only")
    try:
        statuses = tuple(_status_of(claim, found, pod, slices, node.node) for claim, found in takers)
    except _CapacityNotConsumed as problem:
        text = str(problem)
        return Errors(text=f'running "DynamicResources" filter plugin: {text}', error=AllocationError(text=text, kind=ErrorKind.CAPACITY))
    taking = msgspec.structs.replace(
        pod, status=msgspec.structs.replace(pod.status, container_statuses=(), node_allocatable_resource_claim_statuses=statuses)
    )
    refusal = _too_small(taking) or _too_much(taking, node)
    return Refused(refusal=refusal) if refusal else fits


def _allocations(claims: Sequence[ResourceClaim], fits: Fits) -> list[tuple[ResourceClaim, AllocationResult]]:
    new = {claim.metadata.key: found for claim, found in zip(fits.claims, fits.allocation.results, strict=True)} if fits.allocation else {}
    found = ((claim, new.get(claim.metadata.key) or claim.status.allocation) for claim in claims)
    return [(claim, allocation) for claim, allocation in found if allocation is not None]


def _is_for(slice_: ResourceSlice, node: Node) -> bool:
    spec = slice_.spec
    selected = spec.node_selector is not None and matches_node(spec.node_selector, node)
    return spec.node_name == node.metadata.name or bool(spec.all_nodes) or selected or bool(spec.per_device_node_selection)


def _devices(slices: Iterable[ResourceSlice], allocation: AllocationResult, node: Node | None) -> Iterator[Device]:
    for result in allocation.devices.results:
        if device := _device(slices, result, node):
            yield device


def _device(slices: Iterable[ResourceSlice], result: DeviceRequestAllocationResult, node: Node | None) -> Device | None:
    for slice_ in slices:
        if slice_.spec.driver != result.driver or not slice_.spec.pool or slice_.spec.pool.name != result.pool:
            continue
        for device in slice_.spec.devices:
            if device.name == result.device:
                return device if not slice_.spec.per_device_node_selection or _device_is_for(device, node) else None
    return None


def _device_is_for(device: Device, node: Node | None) -> bool:
    if node is None:
        return True
    selected = device.node_selector is not None and matches_node(device.node_selector, node)
    return device.node_name == node.metadata.name or bool(device.all_nodes) or selected


def _shares(device: Device) -> dict[str, _Share]:
    stated = device.node_allocatable_resources or {name: {} for name in device.node_allocatable_resource_mappings}
    return msgspec.convert(stated, dict[str, _Share])


def _is_mapped(device: Device) -> bool:
    return any(share.mapping for share in _shares(device).values())


# ── what the devices take ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _status_of(
    claim: ResourceClaim, allocation: AllocationResult, pod: Pod, slices: Sequence[ResourceSlice], node: Node
) -> NodeAllocatableResourceClaimStatus:
    """What the scheduler would write into the pod's status about one claim."""
    mapping: list[NodeAllocatableMappedResources] = []
    overhead: list[NodeAllocatableOverheadResources] = []
    for result in allocation.devices.results:
        device = _device(slices, result, node)
        for name, share in _shares(device).items() if device else ():
            if share.mapping and (amount := _mapped(claim, result, name, share.mapping)):
                mapping.append(NodeAllocatableMappedResources(name=name, quantity=str(amount)))
            if share.overhead:
                overhead.append(
                    NodeAllocatableOverheadResources(name=name, per_pod=share.overhead.per_pod, per_container=share.overhead.per_container)
                )
    return NodeAllocatableResourceClaimStatus(
        resource_claim_name=claim.metadata.name,
        containers=tuple(container.name for container in _users(pod, claim)),
        mapping=tuple(mapping),
        overhead=tuple(overhead),
    )


def _mapped(claim: ResourceClaim, result: DeviceRequestAllocationResult, name: str, mapping: _Mapping) -> Quantity | None:
    if not mapping.capacity_key:
        return read_quantity(mapping.device_multiplier) if mapping.device_multiplier is not None else None
    if not result.consumed_capacity:
        raise _CapacityNotConsumed(
            f"claim {claim.metadata.key}, device {result.device}: ConsumedCapacity is nil, "
            f"but Capacity key '{mapping.capacity_key}' is set in NodeAllocatableResources for resource {name}"
        )
    consumed = result.consumed_capacity.get(mapping.capacity_key)
    if consumed is None:
        return None
    amount, factor = read_quantity(consumed), read_quantity(mapping.capacity_multiplier if mapping.capacity_multiplier is not None else "1")
    return Quantity(unscaled=amount.unscaled * factor.unscaled, scale=amount.scale + factor.scale, format=amount.format, is_decimal=True)


def _users(pod: Pod, claim: ResourceClaim) -> list[Container]:
    """The containers that use a claim."""
    statuses = {status.name: status.resource_claim_name for status in pod.status.resource_claim_statuses}
    entries = {
        entry.name for entry in pod.spec.resource_claims if (entry.resource_claim_name or statuses.get(entry.name)) == claim.metadata.name
    }
    containers = (*pod.spec.init_containers, *pod.spec.containers)
    return [container for container in containers for used in container.resources.claims if used.name in entries]


# ── whether it is too much ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _too_much(pod: Pod, node: NodeInfo) -> DevicesTakeTooMuch | None:
    """Upstream: ``nodeFitsResources``."""
    shortages = [
        Shortage(name=name, requested=amount, used=node.requested.get(name, 0), capacity=node.allocatable.get(name, 0))
        for name, amount in amounts_of(pod_requests(pod, is_running=True)).items()
        if (name in _WEIGHED or name.startswith(_HUGE_PAGES)) and amount > node.allocatable.get(name, 0) - node.requested.get(name, 0)
    ]
    return DevicesTakeTooMuch(shortages=tuple(shortages)) if shortages else None


def _too_small(pod: Pod) -> PodLevelTooSmall | None:
    """Upstream: ``validatePodLevelResourcesCoverDRA``."""
    stated = pod.spec.resources
    if stated is None:
        return None
    together = container_requests(pod, is_running=True)
    for name, amount in stated.requests.items():
        is_known = name in _POD_LEVEL or name.startswith(_HUGE_PAGES)
        if is_known and name in together and together[name] > read_quantity(amount):
            return PodLevelTooSmall(resource=name, is_limit=False)
    return _limit_too_small(pod, stated.limits)


def _limit_too_small(pod: Pod, limits: Mapping[str, QuantityText]) -> PodLevelTooSmall | None:
    for name, limit in limits.items():
        if name.startswith(_HUGE_PAGES) and _limits_together(pod, name) > read_quantity(limit):
            return PodLevelTooSmall(resource=name, is_limit=True)
    for container in pod.spec.containers:
        for name, amount in container.resources.limits.items():
            if not name.startswith(_HUGE_PAGES) and name in limits:
                total = read_quantity(amount).add(_taken_by(pod, container, name))
                if total > read_quantity(limits[name]):
                    return PodLevelTooSmall(resource=name, is_limit=True, container=container.name)
    return None


def _limits_together(pod: Pod, name: str) -> Quantity:
    total = parse_quantity("0")
    for container in pod.spec.containers:
        total = total.add(read_quantity(container.resources.limits.get(name, "0")))
    for status in pod.status.node_allocatable_resource_claim_statuses:
        total = total.add(device_requests(status).get(name, parse_quantity("0")))
    return total


def _taken_by(pod: Pod, container: Container, name: str) -> Quantity:
    """What one container's devices take (upstream: ``GetContainerDRAAllocations``)."""
    total = parse_quantity("0")
    for status in pod.status.node_allocatable_resource_claim_statuses:
        if container.name in status.containers:
            alone = msgspec.structs.replace(status, containers=(container.name,))
            total = total.add(device_requests(alone).get(name, parse_quantity("0")))
    return total
