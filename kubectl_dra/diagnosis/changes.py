"""What a remedy would change → Change: a function from the inventory to the inventory as it would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.inventory.podclaims import SPECIAL_CLAIM_NAME
from kubectl_dra.inventory.whatif import with_objects, with_pods_gone, without_objects

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Node, Pod
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import DeviceClass, DeviceConstraint, ResourceClaim
    from kubectl_dra.findings.finding import Change
    from kubectl_dra.inventory.inventory import Inventory


def request_changed(view: RequestView, **fields: object) -> Change | None:
    """The request with other fields; None for a request that no claim object has."""
    if view.claim.metadata.name == SPECIAL_CLAIM_NAME:
        return None

    def change(inventory: Inventory) -> Inventory:
        claim = _now(inventory, view.claim)
        return with_objects(inventory, _with_request(claim, view, fields))

    return change


def _now(inventory: Inventory, claim: ResourceClaim) -> ResourceClaim:
    """The claim as it stands there: another change may have been made to it before."""
    return inventory.resource_claims.get(claim.metadata.key, claim)


def _with_request(claim: ResourceClaim, view: RequestView, fields: Mapping[str, object]) -> ResourceClaim:
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
    return _with_devices(claim, requests=tuple(requests))


def request_dropped(view: RequestView) -> Change | None:
    """The claim without the request, and its constraints without it; None where the claim has no other, or is the scheduler's own."""
    if view.claim.metadata.name == SPECIAL_CLAIM_NAME or len(view.claim.spec.devices.requests) == 1:
        return None

    def change(inventory: Inventory) -> Inventory:
        claim = _now(inventory, view.claim)
        requests, name = claim.spec.devices.requests, view.parent_name or view.name
        kept = (*requests[: view.request_index], *requests[view.request_index + 1 :])
        constraints = [_without_request(one, name) for one in claim.spec.devices.constraints]
        return with_objects(inventory, _with_devices(claim, requests=kept, constraints=tuple(one for one in constraints if one)))

    return change


def _without_request(constraint: DeviceConstraint, name: str) -> DeviceConstraint | None:
    """The constraint of the other requests; None where it was of this one alone."""
    kept = tuple(one for one in constraint.requests if one.partition("/")[0] != name)
    return msgspec.structs.replace(constraint, requests=kept) if kept or not constraint.requests else None


def extended_amount_changed(pod: Pod, resource: str, amount: int) -> Change | None:
    """The pod with another amount of an extended resource; None where not exactly one of its containers asks for it."""
    asking = [index for index, one in enumerate(pod.spec.containers) if resource in one.resources.requests]
    if len(asking) != 1 or any(resource in one.resources.requests for one in pod.spec.init_containers):
        return None
    containers = list(pod.spec.containers)
    resources = containers[asking[0]].resources
    requests = {**resources.requests, resource: str(amount)}
    containers[asking[0]] = msgspec.structs.replace(containers[asking[0]], resources=msgspec.structs.replace(resources, requests=requests))
    return pod_changed(pod, containers=tuple(containers))


def constraint_dropped(claim: ResourceClaim, index: int) -> Change | None:
    """The claim without one of its constraints."""
    if claim.metadata.name == SPECIAL_CLAIM_NAME:
        return None
    constraints = claim.spec.devices.constraints
    kept = (*constraints[:index], *constraints[index + 1 :])
    return lambda inventory: with_objects(inventory, _with_devices(_now(inventory, claim), constraints=kept))


def _with_devices(claim: ResourceClaim, **fields: object) -> ResourceClaim:
    spec = msgspec.structs.replace(claim.spec, devices=msgspec.structs.replace(claim.spec.devices, **fields))
    return msgspec.structs.replace(claim, spec=spec)


def class_changed(device_class: DeviceClass, **fields: object) -> Change:
    """The class with other fields."""
    changed = msgspec.structs.replace(device_class, spec=msgspec.structs.replace(device_class.spec, **fields))
    return lambda inventory: with_objects(inventory, changed)


def pod_changed(pod: Pod, **fields: object) -> Change:
    """The pod with other fields of its spec."""

    def change(inventory: Inventory) -> Inventory:
        now = inventory.pods.get(pod.metadata.key, pod)
        return with_objects(inventory, msgspec.structs.replace(now, spec=msgspec.structs.replace(now.spec, **fields)))

    return change


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
