"""Pod, Snapshot → what the DynamicResources plugin says: before the queue, before filtering, and on each node.

Upstream: ``pkg/scheduler/framework/plugins/dynamicresources/dynamicresources.go`` ``PreEnqueue``, ``PreFilter``, ``Filter`` and
``extendeddynamicresources.go``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.allocator.result import Allocation, AllocationError, CannotTell, InvalidPools, NoAllocation
from kubectl_dra.allocator.search import allocate
from kubectl_dra.inventory.podclaims import (
    ClaimBeingDeleted,
    ClaimNotFound,
    ClaimNotGenerated,
    ClaimNotOwned,
    PodClaimNotUnderstood,
    extended_resource_requests,
    pod_claims,
    special_claim,
    wanted_extended_resources,
    with_requests,
)
from kubectl_dra.releases.release import Release
from kubectl_dra.scheduler import nodeallocatable
from kubectl_dra.scheduler.filters import matches_node
from kubectl_dra.scheduler.reasons import (
    ClaimsNotAllocated,
    ClaimsUnavailable,
    ExtendedResourceNotOffered,
    InvalidPoolsEncountered,
    Plugin,
    StaleExtendedResourceClaim,
    Unavailable,
)
from kubectl_dra.scheduler.verdict import (
    ClassNotFound,
    CouldNotTell,
    Errors,
    Fits,
    Held,
    PreFilterFails,
    PrioritizedListDisabled,
    Refused,
    RefusedByPreFilter,
    RequestNotUnderstood,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.api.core import Node, Pod
    from kubectl_dra.api.meta import Condition, NamespacedName
    from kubectl_dra.api.resource import AllocatedDeviceStatus, DeviceRequestAllocationResult, ResourceClaim
    from kubectl_dra.inventory.podclaims import PodClaimObstacle
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.snapshot import Snapshot

BINDING_TIMEOUT = timedelta(seconds=600)
"""How long the scheduler waits for binding conditions; a cluster may configure another time from 1.35 on."""

_FIRST_WITH_CAPITALS = Release(1, 36)
_FIRST_WITH_OPTIONAL_OPERATIONS = Release(1, 37)
_OPTIONAL_OPERATIONS = "DRAOptionalNodeOperations"


# ── before the queue ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def pre_enqueue(snapshot: Snapshot, pod: Pod) -> Held | None:
    """What holds the pod before the queue, None where nothing does."""
    obstacle = next(iter(pod_claims(snapshot.inventory, pod, snapshot.gates).obstacles), None)
    return Held(obstacle=obstacle, text=obstacle_text(obstacle, pod, snapshot.release)) if obstacle else None


def obstacle_text(obstacle: PodClaimObstacle, pod: Pod, release: Release) -> str:
    """The scheduler's words for an obstacle."""
    pod_name = pod.metadata.key
    match obstacle:
        case ClaimNotGenerated():
            return f'pod "{pod_name}": ResourceClaim not created yet'
        case PodClaimNotUnderstood():
            return f'pod "{pod_name}", spec.resourceClaim "{obstacle.pod_claim.name}": none of the supported fields are set'
        case ClaimNotFound():
            return f'could not find ResourceClaim "{obstacle.name}"'
        case ClaimBeingDeleted():
            return f'resourceclaim "{obstacle.claim.metadata.name}" is being deleted'
        case ClaimNotOwned():
            return _not_owned_text(obstacle, pod, release)


def _not_owned_text(obstacle: ClaimNotOwned, pod: Pod, release: Release) -> str:
    claim_name, pod_name = obstacle.claim.metadata.key, pod.metadata.key
    if release < _FIRST_WITH_CAPITALS:
        return f"ResourceClaim {claim_name} was not created for pod {pod_name} (pod is not owner)"
    owner = f"neither Pod nor PodGroup {obstacle.pod_group} is the owner" if obstacle.pod_group else "Pod is not owner"
    return f"ResourceClaim {claim_name} was not created for Pod {pod_name} ({owner})"


# ── before filtering ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class PodDevices(msgspec.Struct, frozen=True, kw_only=True):
    """The pod's claims, as they go into filtering (upstream: ``stateData``).

    ``claims`` are the entries' claims in order; ``special`` stands for the extended resources, whose amounts are in ``wanted``.
    """

    pod: Pod
    claims: tuple[ResourceClaim, ...]
    special: ResourceClaim | None
    wanted: Mapping[str, int]


def pre_filter(snapshot: Snapshot, pod: Pod) -> PodDevices | RefusedByPreFilter | PreFilterFails | None:
    """What goes into filtering, or why it does not come to that; None where the pod asks for no devices."""
    found = pod_claims(snapshot.inventory, pod, snapshot.gates)
    wanted = _backed_resources(snapshot, pod)
    if not found.resolved and not wanted:
        return None
    for claim in found.claims:
        if claim.status.allocation is None and (problem := _problem_of_requests(snapshot, claim)):
            return problem
    special = special_claim(pod, snapshot.special_claims) if wanted else None
    return PodDevices(pod=pod, claims=found.claims, special=special, wanted=wanted)


def _backed_resources(snapshot: Snapshot, pod: Pod) -> Mapping[str, int]:
    """The pod's extended resources, where one of them at least is backed by DRA; else nothing."""
    if not snapshot.backing_classes:
        return {}
    wanted = wanted_extended_resources(pod, snapshot.release)
    return wanted if any(name in snapshot.backing_classes for name in wanted) else {}


def _problem_of_requests(snapshot: Snapshot, claim: ResourceClaim) -> RefusedByPreFilter | PreFilterFails | None:
    for request in claim.spec.devices.requests:
        if request.exactly is not None:
            named = [(request.name, request.exactly.device_class_name)]
        elif not request.first_available:
            text = f"resource claim {claim.metadata.key}, request {request.name}: unknown request type"
            return _refused(text, RequestNotUnderstood(claim=claim, request=request.name))
        elif "DRAPrioritizedList" not in snapshot.gates:
            text = (
                f"resource claim {claim.metadata.key}, request {request.name}: "
                "has subrequests, but the DRAPrioritizedList feature is disabled"
            )
            return _refused(text, PrioritizedListDisabled(claim=claim, request=request.name))
        else:
            named = [(f"{request.name}/{option.name}", option.device_class_name) for option in request.first_available]
        for name, class_name in named:
            if problem := _problem_of_class(snapshot, claim, name, class_name):
                return problem
    return None


def _problem_of_class(
    snapshot: Snapshot, claim: ResourceClaim, request: str, class_name: str
) -> RefusedByPreFilter | PreFilterFails | None:
    if not class_name:
        return PreFilterFails(
            text=f'running PreFilter plugin "DynamicResources": request {request}: unsupported request type',
            fact=RequestNotUnderstood(claim=claim, request=request),
        )
    if class_name in snapshot.inventory.device_classes:
        return None
    return _refused(
        f"request {request}: device class {class_name} does not exist", ClassNotFound(claim=claim, request=request, class_name=class_name)
    )


def _refused(reason: str, fact: ClassNotFound | PrioritizedListDisabled | RequestNotUnderstood) -> RefusedByPreFilter:
    return RefusedByPreFilter(plugin=Plugin.DYNAMIC_RESOURCES, reason=reason, fact=fact)


# ── on each node ───────────────────────────────────────────────────────────────────────────────────────────────────────────────


def filter_node(snapshot: Snapshot, devices: PodDevices, node: NodeInfo) -> Fits | Refused | Errors | CouldNotTell:
    """What the plugin alone says of one node."""
    to_allocate = claims_to_allocate(snapshot, devices, node)
    if isinstance(to_allocate, Refused):
        return to_allocate
    counts_shares = nodeallocatable.GATE in snapshot.gates
    if counts_shares and (refused := nodeallocatable.share_refused(snapshot, devices.pod, devices.claims)):
        return refused
    unavailable = tuple(_unavailable_claims(snapshot, devices, node.node))
    verdict = _allocate(snapshot, to_allocate, node.node) if to_allocate else Fits()
    if counts_shares and isinstance(verdict, Fits):
        allocated = tuple(claim for claim in devices.claims if claim.status.allocation is not None)
        verdict = nodeallocatable.check_node(snapshot, devices.pod, (*allocated, *to_allocate), verdict, node)
    if unavailable and isinstance(verdict, Fits):
        return Refused(refusal=ClaimsUnavailable(claims=unavailable))
    return verdict


def is_of_devices_alone(snapshot: Snapshot, devices: PodDevices) -> bool:
    """Whether nothing of a node but its devices decides: no extended resource, no allocated claim, no share of what nodes allocate."""
    if not devices.claims or devices.special is not None or nodeallocatable.GATE in snapshot.gates:
        return False
    return all(claim.status.allocation is None for claim in devices.claims)


def claims_to_allocate(snapshot: Snapshot, devices: PodDevices, node: NodeInfo) -> tuple[ResourceClaim, ...] | Refused:
    """The claims that the allocator is given for one node, or why it is not asked."""
    special = _special_claim_for(snapshot, devices, node)
    if isinstance(special, Refused):
        return special
    unallocated = tuple(claim for claim in devices.claims if claim.status.allocation is None)
    # A special claim that stands for nothing here is given to the allocator as well, and gets nothing.
    return (*unallocated, special) if special is not None else unallocated


def _allocate(snapshot: Snapshot, claims: tuple[ResourceClaim, ...], node: Node) -> Fits | Refused | Errors | CouldNotTell:
    outcome = allocate(claims, node, snapshot.context)
    match outcome:
        case Allocation():
            return Fits(claims=claims, allocation=outcome)
        case NoAllocation():
            return Refused(refusal=ClaimsNotAllocated())
        case InvalidPools():
            return Refused(refusal=InvalidPoolsEncountered())
        case AllocationError():
            return Errors(text=f'running "DynamicResources" filter plugin: {outcome.text}', error=outcome)
        case CannotTell():
            return CouldNotTell(why=outcome.text)


def _special_claim_for(snapshot: Snapshot, devices: PodDevices, node: NodeInfo) -> ResourceClaim | Refused | None:
    """The claim for extended resources as this node would have to meet it; None where the node offers them itself.

    Upstream: ``filterExtendedResources``.
    """
    special = devices.special
    if special is None:
        return None
    if special.spec.devices.requests:
        return Refused(refusal=StaleExtendedResourceClaim(claim=special.metadata.key))
    backed: list[str] = []
    for name in devices.wanted:
        if name in snapshot.backing_classes and _is_absent(name, node, snapshot.release):
            backed.append(name)
        elif name not in node.allocatable:
            return Refused(refusal=ExtendedResourceNotOffered(resource=name))
    if not backed and not devices.claims:
        return None
    return with_requests(special, extended_resource_requests(devices.pod, backed, snapshot.backing_classes, snapshot.release))


def _is_absent(name: str, node: NodeInfo, release: Release) -> bool:
    if release < Release(1, 35):
        return name not in node.allocatable
    return not node.allocatable.get(name, 0)


def _unavailable_claims(snapshot: Snapshot, devices: PodDevices, node: Node) -> Iterator[tuple[NamespacedName, Unavailable]]:
    for claim in devices.claims:
        if claim.status.allocation is not None and (why := _why_unavailable(snapshot, claim, node)):
            yield claim.metadata.key, why


def _why_unavailable(snapshot: Snapshot, claim: ResourceClaim, node: Node) -> Unavailable | None:
    allocation = claim.status.allocation
    if allocation is None:
        return None
    if allocation.node_selector is not None and not matches_node(allocation.node_selector, node):
        return Unavailable.OTHER_NODES
    needs_feature = any(result.skip_node_operations for result in allocation.devices.results)
    if needs_feature and snapshot.release >= _FIRST_WITH_OPTIONAL_OPERATIONS and _OPTIONAL_OPERATIONS not in node.status.declared_features:
        return Unavailable.NODE_OPERATIONS
    if {"DRADeviceBindingConditions", "DRAResourceClaimDeviceStatus"} <= snapshot.gates:
        return binding_trouble(claim, snapshot.inventory.now)
    return None


# ── binding conditions ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def binding_trouble(claim: ResourceClaim, now: str) -> Unavailable | None:
    """Why an allocated claim will not become ready, None where it is ready or may yet be.

    Upstream: ``isClaimReadyForBinding``, ``isClaimTimeout``.
    """
    for result in claim.status.allocation.devices.results if claim.status.allocation else ():
        if not result.binding_conditions:
            continue
        conditions = _conditions_of(claim, result)
        if any(_is_true(conditions, name) for name in result.binding_failure_conditions):
            return Unavailable.BINDING_FAILED
        if not all(_is_true(conditions, name) for name in result.binding_conditions):
            return Unavailable.BINDING_TIMED_OUT if _has_timed_out(claim, now) else None
    return None


def _conditions_of(claim: ResourceClaim, result: DeviceRequestAllocationResult) -> tuple[Condition, ...]:
    matching = (status for status in claim.status.devices if _is_same_device(status, result))
    return next((status.conditions for status in matching), ())


def _is_same_device(status: AllocatedDeviceStatus, result: DeviceRequestAllocationResult) -> bool:
    return (status.driver, status.pool, status.device) == (result.driver, result.pool, result.device)


def _is_true(conditions: tuple[Condition, ...], name: str) -> bool:
    return any(condition.type == name and condition.status == "True" for condition in conditions)


def _has_timed_out(claim: ResourceClaim, now: str) -> bool:
    started = claim.status.allocation.allocation_timestamp if claim.status.allocation else ""
    if not started or not now:
        return False
    return datetime.fromisoformat(started) + BINDING_TIMEOUT < datetime.fromisoformat(now)
