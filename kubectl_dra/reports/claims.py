"""Inventory → ClaimList: what each claim wants, what it got, for whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.reports.asked import allocation_state, claim_state, got_text, request_text
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.words import selector_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.resource import DeviceRequest, ResourceClaim
    from kubectl_dra.api.source import Unread


class ClaimList(Report, frozen=True, kw_only=True):
    """``claims`` by namespace and name; ``namespace`` is the one that was asked about, empty for all."""

    claims: tuple[ResourceClaim, ...]
    namespace: str = ""
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    now: str = ""

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "ClaimList",
            "items": [claim_document(claim) for claim in self.claims],
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }

    def names(self) -> tuple[str, ...]:
        """``resourceclaim.resource.k8s.io/NAME``, as kubectl prints names."""
        return tuple(f"resourceclaim.resource.k8s.io/{claim.metadata.name}" for claim in self.claims)


def claim_document(claim: ResourceClaim) -> dict[str, object]:
    """One claim in the documented shape."""
    allocation, owner = claim.status.allocation, claim.metadata.controller()
    return {
        "namespace": claim.metadata.namespace,
        "name": claim.metadata.name,
        "state": allocation_state(claim),
        "deleting": bool(claim.metadata.deletion_timestamp),
        "requests": [_request_document(request) for request in claim.spec.devices.requests],
        "constraints": [msgspec.to_builtins(constraint) for constraint in claim.spec.devices.constraints],
        "devices": [msgspec.to_builtins(result) for result in allocation.devices.results] if allocation else [],
        "got": got_text(allocation.devices.results) if allocation else "",
        "usableOn": selector_text(allocation.node_selector) if allocation and allocation.node_selector else "",
        "reservedFor": [{"resource": consumer.resource, "name": consumer.name} for consumer in claim.status.reserved_for],
        "madeFor": {"kind": owner.kind, "name": owner.name} if owner else None,
        "created": claim.metadata.creation_timestamp,
        "allocated": allocation.allocation_timestamp if allocation else "",
    }


def _request_document(request: DeviceRequest) -> dict[str, object]:
    return {"name": request.name, "text": request_text(request), **_options_of(request)}


def _options_of(request: DeviceRequest) -> dict[str, object]:
    alternatives = request.first_available or ((request.exactly,) if request.exactly is not None else ())
    return {"alternatives": [msgspec.to_builtins(alternative) for alternative in alternatives]}


def sort_claims(claims: Iterable[ResourceClaim], by: str) -> tuple[ResourceClaim, ...] | None:
    """Claims by ``name``, ``namespace``, ``state`` or ``age`` (newest first); None for another word."""
    keys = {
        "": lambda claim: claim.metadata.key,
        "namespace": lambda claim: claim.metadata.key,
        "name": lambda claim: (claim.metadata.name, claim.metadata.namespace),
        "claim": lambda claim: (claim.metadata.name, claim.metadata.namespace),
        "state": lambda claim: (claim_state(claim), claim.metadata.key),
    }
    if by == "age":
        ordered = sorted(claims, key=lambda claim: claim.metadata.key)
        return tuple(sorted(ordered, key=lambda claim: claim.metadata.creation_timestamp, reverse=True))
    return tuple(sorted(claims, key=keys[by])) if by in keys else None
