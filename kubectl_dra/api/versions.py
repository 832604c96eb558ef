"""v1alpha3, v1beta1 and v1beta2 documents of resource.k8s.io rewritten as v1.

Upstream: ``staging/src/k8s.io/dynamic-resource-allocation/api/v1beta1/conversion.go`` and its v1beta2 sibling; for v1alpha3 the same rules,
with capacities that are bare quantities.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api.kinds import RESOURCE_GROUP

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.api.source import Document

FLAT_VERSIONS = ("v1alpha3", "v1beta1")
"""Versions in which a request has no ``exactly`` and a device keeps its fields under ``basic``."""

_EXACT_FIELDS = ("deviceClassName", "selectors", "allocationMode", "count", "adminAccess", "tolerations", "capacity", "derivedAttributes")


def needs_rewriting(api_version: str) -> bool:
    """Whether objects of this ``apiVersion`` have another shape than v1."""
    group, _, version = api_version.rpartition("/")
    return group == RESOURCE_GROUP and version in FLAT_VERSIONS


def as_v1(kind_name: str, api_version: str, document: Document) -> Document:
    """``document`` in the shape of resource.k8s.io/v1; the same object where nothing differs. Never changes its argument."""
    rewrite = _REWRITES.get(kind_name)
    if rewrite is None or not needs_rewriting(api_version):
        return document
    return rewrite(document)


def _with_spec(document: Document, rewrite: Callable[[Document], Document]) -> Document:
    spec = document.get("spec")
    return {**document, "spec": rewrite(spec)} if isinstance(spec, dict) else document


def _slice(document: Document) -> Document:
    return _with_spec(document, _slice_spec)


def _slice_spec(spec: Document) -> Document:
    rewritten = dict(spec)
    # In these versions both are plain values whose zero means unset.
    if not rewritten.get("nodeName"):
        rewritten.pop("nodeName", None)
    if not rewritten.get("allNodes"):
        rewritten.pop("allNodes", None)
    devices = spec.get("devices")
    if isinstance(devices, list):
        rewritten["devices"] = [_device(device) for device in devices]
    return rewritten


def _device(device: object) -> object:
    if not isinstance(device, dict):
        return device
    rewritten = {key: value for key, value in device.items() if key != "basic"}
    basic = device.get("basic")
    if isinstance(basic, dict):
        rewritten = {**basic, **rewritten}
    capacity = rewritten.get("capacity")
    if isinstance(capacity, dict):
        rewritten["capacity"] = {name: amount if isinstance(amount, dict) else {"value": amount} for name, amount in capacity.items()}
    return rewritten


def _claim(document: Document) -> Document:
    return _with_spec(document, _claim_spec)


def _template(document: Document) -> Document:
    return _with_spec(document, lambda spec: _with_spec(spec, _claim_spec))


def _claim_spec(spec: Document) -> Document:
    devices = spec.get("devices")
    if not isinstance(devices, dict) or not isinstance(devices.get("requests"), list):
        return spec
    return {**spec, "devices": {**devices, "requests": [_request(request) for request in devices["requests"]]}}


def _request(request: object) -> object:
    if not isinstance(request, dict):
        return request
    # The empty string, zero and an empty list stand for "not given", as in conversion.go.
    flat = {name: request[name] for name in _EXACT_FIELDS if request.get(name) not in (None, "", 0) or request.get(name) is False}
    rewritten = {key: value for key, value in request.items() if key not in _EXACT_FIELDS}
    if flat:
        rewritten["exactly"] = flat
    return rewritten


_REWRITES: dict[str, Callable[[Document], Document]] = {
    "ResourceSlice": _slice,
    "ResourceClaim": _claim,
    "ResourceClaimTemplate": _template,
}
