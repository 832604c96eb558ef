"""What a remedy would change → Change: a function from the inventory to the inventory as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.inventory.podclaims import SPECIAL_CLAIM_NAME
from kubectl_dra.inventory.whatif import with_objects, with_pods_gone, without_objects

if TYPE_CHECKING:
    from collections.abc import Collection

    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Node, Pod
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import DeviceClass, ResourceClaim
    from kubectl_dra.findings.finding import Change
    from kubectl_dra.inventory.inventory import Inventory


def request_changed(view: RequestView, **fields: object) -> Change | None:
    """The request with other fields; None for a request that no claim object has."""
    claim = view.claim
    if claim.metadata.name == SPECIAL_CLAIM_NAME:
        return None
    request = claim.spec.devices.requests[view.request_index]
    if view.subrequest_index is None:
        changed = (
            msgspec.structs.replace(request, exactly=msgspec.structs.replace(request.exactly, **fields)) if request.exactly else request
        )
    else:
        options = list(request.first_available)
        options[view.subrequest_index] = msgspec.structs.replace(options[view.subrequest_index], **fields)
        changed = msgspec.structs.replace(request, first_available=tuple(options))
    requests = list(claim.spec.devices.requests)
    requests[view.request_index] = changed
    return _claim_changed(claim, requests=tuple(requests))


def constraint_dropped(claim: ResourceClaim, index: int) -> Change | None:
    """The claim without one of its constraints."""
    if claim.metadata.name == SPECIAL_CLAIM_NAME:
        return None
    constraints = claim.spec.devices.constraints
    return _claim_changed(claim, constraints=(*constraints[:index], *constraints[index + 1 :]))


def _claim_changed(claim: ResourceClaim, **fields: object) -> Change:
    spec = msgspec.structs.replace(claim.spec, devices=msgspec.structs.replace(claim.spec.devices, **fields))
    changed = msgspec.structs.replace(claim, spec=spec)
    return lambda inventory: with_objects(inventory, changed)


def class_changed(device_class: DeviceClass, **fields: object) -> Change:
    """The class with other fields."""
    changed = msgspec.structs.replace(device_class, spec=msgspec.structs.replace(device_class.spec, **fields))
    return lambda inventory: with_objects(inventory, changed)


def pod_changed(pod: Pod, **fields: object) -> Change:
    """The pod with other fields of its spec."""
    changed = msgspec.structs.replace(pod, spec=msgspec.structs.replace(pod.spec, **fields))
    return lambda inventory: with_objects(inventory, changed)


def node_changed(node: Node, **fields: object) -> Change:
    """The node with other fields of its spec."""
    changed = msgspec.structs.replace(node, spec=msgspec.structs.replace(node.spec, **fields))
    return lambda inventory: with_objects(inventory, changed)


def pods_gone(names: Collection[NamespacedName]) -> Change:
    """These pods ended, and what they alone held is free."""
    return lambda inventory: with_pods_gone(inventory, names)


def claims_gone(names: Collection[NamespacedName]) -> Change:
    """These claims deleted."""

    def change(inventory: Inventory) -> Inventory:
        return without_objects(inventory, *(inventory.resource_claims[name] for name in names if name in inventory.resource_claims))

    return change


def rule_gone(name: str) -> Change:
    """A DeviceTaintRule deleted."""

    def change(inventory: Inventory) -> Inventory:
        rule = inventory.device_taint_rules.get(name)
        return without_objects(inventory, rule) if rule else inventory

    return change
