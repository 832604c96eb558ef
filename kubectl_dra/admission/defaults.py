"""An object as decoded → the same with the API's defaults filled in, in whatever version it was written.

Upstream: ``pkg/apis/resource/{v1,v1beta1,v1beta2}/defaults.go`` and ``zz_generated.defaults.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from kubectl_dra.api.resource import ResourceClaimTemplateSpec
from kubectl_dra.apimachinery import decode

if TYPE_CHECKING:
    from kubectl_dra.api.resource import DeviceSubRequest, ExactDeviceRequest, ResourceClaim, ResourceClaimTemplate
    from kubectl_dra.api.source import Document

EXACT_COUNT = "ExactCount"

Stored = TypeVar("Stored", bound="ResourceClaim | ResourceClaimTemplate")


def as_stored(claim: Stored) -> Stored:
    """A claim or template as the API server stores it, with defaults; the same object where nothing is to be filled in."""
    spec = claim.spec.spec if isinstance(claim.spec, ResourceClaimTemplateSpec) else claim.spec
    if all(_is_filled(one) for request in spec.devices.requests for one in (request.exactly, *request.first_available) if one):
        return claim
    document = with_defaults(decode.to_plain(claim), type(claim).__name__, "v1")
    return decode.convert(document, type(claim))


def _is_filled(wanted: ExactDeviceRequest | DeviceSubRequest) -> bool:
    has_number = wanted.count > 0 or wanted.allocation_mode == "All"
    return bool(wanted.allocation_mode) and has_number and all(toleration.operator for toleration in wanted.tolerations)


def with_defaults(document: Document, kind_name: str, version: str) -> Document:
    """``document`` with defaults; never changes its argument. Expects decoded documents, whose fields have the types of their schema."""
    spec = document.get("spec", {})
    if kind_name == "ResourceClaim":
        return {**document, "spec": _claim_spec(spec, version)}
    if kind_name == "ResourceClaimTemplate":
        return {**document, "spec": {**spec, "spec": _claim_spec(spec.get("spec", {}), version)}}
    return document


def _claim_spec(spec: Document, version: str) -> Document:
    devices = spec.get("devices")
    if not devices or not devices.get("requests"):
        return spec
    return {**spec, "devices": {**devices, "requests": [_request(request, version) for request in devices["requests"]]}}


def _request(request: Document, version: str) -> Document:
    filled = dict(request)
    if "firstAvailable" in request:
        filled["firstAvailable"] = [_selection(subrequest) for subrequest in request["firstAvailable"]]
    if "exactly" in request:
        filled["exactly"] = _selection(request["exactly"])
    if version == "v1beta1" and request.get("deviceClassName"):
        # Only a class makes a flat request an exact one here.
        filled = dict(_selection(filled))
    return _tolerating(filled)


def _selection(selection: Document) -> Document:
    filled = dict(selection)
    filled["allocationMode"] = selection.get("allocationMode") or EXACT_COUNT
    if filled["allocationMode"] == EXACT_COUNT and not selection.get("count"):
        filled["count"] = 1
    return _tolerating(filled)


def _tolerating(selection: Document) -> Document:
    if not selection.get("tolerations"):
        return selection
    return {
        **selection,
        "tolerations": [{**toleration, "operator": toleration.get("operator") or "Equal"} for toleration in selection["tolerations"]],
    }
