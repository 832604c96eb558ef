"""What a claim asks for and what it got, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.reports.words import listed

if TYPE_CHECKING:
    from kubectl_dra.api.resource import (
        DeviceClaim,
        DeviceConstraint,
        DeviceRequest,
        DeviceRequestAllocationResult,
        DeviceSubRequest,
        ExactDeviceRequest,
        ResourceClaim,
    )


def wants_text(claim: DeviceClaim) -> str:
    """``1 gpu.example.com (2 selectors) + 1 nic.example.com, same pcieRoot``."""
    requests = " + ".join(request_text(request) for request in claim.requests) or "<none>"
    constraints = [constraint_text(constraint, brief=True) for constraint in claim.constraints]
    return ", ".join([requests, *dict.fromkeys(constraints)])


def request_text(request: DeviceRequest) -> str:
    """One request: an amount of a class, or alternatives."""
    if request.first_available:
        return " or ".join(_amount_text(subrequest) for subrequest in request.first_available)
    return _amount_text(request.exactly) if request.exactly is not None else "<none>"


def _amount_text(request: ExactDeviceRequest | DeviceSubRequest) -> str:
    number = "all" if request.allocation_mode == "All" else str(request.count or 1)
    details = []
    if request.selectors:
        details.append("1 selector" if len(request.selectors) == 1 else f"{len(request.selectors)} selectors")
    if request.capacity is not None and request.capacity.requests:
        details += [f"{amount} {name.rpartition('/')[2]}" for name, amount in request.capacity.requests.items()]
    if request.tolerations:
        details.append("tolerates")
    if getattr(request, "admin_access", None):
        details.append("admin access")
    return f"{number} {request.device_class_name}" + (f" ({', '.join(details)})" if details else "")


def constraint_text(constraint: DeviceConstraint, *, brief: bool = False) -> str:
    """``same resource.kubernetes.io/pcieRoot``, ``different …``; brief: without the domain."""
    attribute = constraint.match_attribute or constraint.distinct_attribute or "<none>"
    word = "different" if constraint.distinct_attribute else "same"
    whom = f" for {listed(constraint.requests, 8)}" if constraint.requests and not brief else ""
    return f"{word} {attribute.rpartition('/')[2] if brief else attribute}{whom}"


def got_text(results: tuple[DeviceRequestAllocationResult, ...]) -> str:
    """``gpu-a1/gpu-0, gpu-1 and 6 more``: pool and device, the pool once where it stays the same."""
    names: list[str] = []
    last = ""
    for result in results:
        names.append(result.device if result.pool == last else f"{result.pool}/{result.device}")
        last = result.pool
    return listed(names)


def claim_state(claim: ResourceClaim) -> str:
    """``deleting``, else ``pending``, ``allocated`` or ``reserved``."""
    return "deleting" if claim.metadata.deletion_timestamp else allocation_state(claim)


def allocation_state(claim: ResourceClaim) -> str:
    """``pending``, ``allocated`` or ``reserved``."""
    allocated = "reserved" if claim.status.reserved_for else "allocated"
    return "pending" if claim.status.allocation is None else allocated


def consumers_text(claim: ResourceClaim) -> str:
    """Whom the claim is reserved for; before that, the pod that it was made for; ``nobody`` where it is allocated and idle."""
    if claim.status.reserved_for:
        return listed(f"{consumer.resource.removesuffix('s')}/{consumer.name}" for consumer in claim.status.reserved_for)
    owner = claim.metadata.controller()
    if owner is not None and claim.status.allocation is None:
        return f"{owner.kind.lower()}/{owner.name}"
    return "nobody" if claim.status.allocation is not None else ""
