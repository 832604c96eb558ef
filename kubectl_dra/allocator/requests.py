"""Requests and subrequests made uniform: what is asked for, whatever form it was written in.

Upstream: ``requestAccessor``, ``requestData`` and ``validateDeviceRequest`` in ``allocator_experimental.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api.resource import ExactDeviceRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubectl_dra.api.resource import (
        DerivedAttribute,
        DeviceRequest,
        DeviceSelector,
        DeviceSubRequest,
        DeviceToleration,
        QuantityText,
        ResourceClaim,
    )


class RequestView(msgspec.Struct, frozen=True, kw_only=True):
    """One request, or one subrequest of a request; ``subrequest_index`` is None for a request."""

    claim: ResourceClaim
    claim_index: int
    request_index: int
    subrequest_index: int | None
    parent_name: str
    """The request that a subrequest is an alternative of; empty for a request."""
    own_name: str
    device_class_name: str
    selectors: tuple[DeviceSelector, ...]
    allocation_mode: str
    count: int
    admin_access: bool | None
    tolerations: tuple[DeviceToleration, ...]
    capacity_requests: Mapping[str, QuantityText] | None
    """None where no capacity is asked for."""
    derived_attributes: tuple[DerivedAttribute, ...]

    @property
    def name(self) -> str:
        """``REQUEST`` or ``REQUEST/SUBREQUEST``, as results and constraints write it."""
        return f"{self.parent_name}/{self.own_name}" if self.parent_name else self.own_name

    @property
    def wants_all(self) -> bool:
        """Whether every matching device is asked for."""
        return self.allocation_mode == "All"


def views_of(claim: ResourceClaim, claim_index: int, request_index: int) -> tuple[RequestView, ...]:
    """The request with this index as one view, or its alternatives as one view each."""
    request = claim.spec.devices.requests[request_index]
    if request.first_available:
        return tuple(_view(claim, claim_index, request_index, request, index) for index in range(len(request.first_available)))
    return (_view(claim, claim_index, request_index, request, None),)


def views_of_claims(claims: Iterable[ResourceClaim]) -> Iterator[RequestView]:
    """All requests of the claims in order, alternatives one by one."""
    for claim_index, claim in enumerate(claims):
        for request_index in range(len(claim.spec.devices.requests)):
            yield from views_of(claim, claim_index, request_index)


def _view(claim: ResourceClaim, claim_index: int, request_index: int, request: DeviceRequest, subrequest_index: int | None) -> RequestView:
    wanted: ExactDeviceRequest | DeviceSubRequest
    if subrequest_index is None:
        wanted, parent_name, own_name = request.exactly or ExactDeviceRequest(), "", request.name
    else:
        wanted = request.first_available[subrequest_index]
        parent_name, own_name = request.name, wanted.name
    return RequestView(
        claim=claim,
        claim_index=claim_index,
        request_index=request_index,
        subrequest_index=subrequest_index,
        parent_name=parent_name,
        own_name=own_name,
        device_class_name=wanted.device_class_name,
        selectors=wanted.selectors,
        allocation_mode=wanted.allocation_mode,
        count=wanted.count,
        admin_access=wanted.admin_access if isinstance(wanted, ExactDeviceRequest) else None,
        tolerations=wanted.tolerations,
        capacity_requests=wanted.capacity.requests if wanted.capacity is not None else None,
        derived_attributes=wanted.derived_attributes,
    )
