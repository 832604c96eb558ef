"""A ResourceClaim with its requests, the devices it got, the pods it is for, and the other way round."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.inventory.podclaims import EXTENDED_RESOURCE_CLAIM_ANNOTATION, ResolvedPodClaim, pod_claims
from kubectl_dra.reports.asked import allocation_state, claim_state, constraint_text
from kubectl_dra.reports.claims import claim_document
from kubectl_dra.reports.description import Description, Entry, listing
from kubectl_dra.reports.devices import device_document
from kubectl_dra.reports.published import find_device, short_name, what_it_is
from kubectl_dra.reports.words import age, selector_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import (
        AllocatedDeviceStatus,
        DeviceRequest,
        DeviceRequestAllocationResult,
        DeviceSubRequest,
        ExactDeviceRequest,
        ResourceClaim,
    )
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware

POD_CLAIM_ANNOTATION = "resource.kubernetes.io/pod-claim-name"


def describe_claim(inventory: Inventory, hardware: Hardware, claim: ResourceClaim) -> Description:
    """The claim, its requests each with what they got, and everybody who has to do with it."""
    results = claim.status.allocation.devices.results if claim.status.allocation else ()
    published = [device for result in results if (device := find_device(hardware, _id_of(result)))]
    pods = pods_naming(inventory, claim)
    return Description(
        kind="Claim",
        title=f"ResourceClaim {claim.metadata.name} -n {claim.metadata.namespace}",
        state=_state(inventory, claim),
        mood={"pending": "warn", "reserved": "good", "allocated": "accent"}.get(claim_state(claim), "bad"),
        facts={
            **claim_document(claim),
            "allocatedDevices": [device_document(device, inventory.resource_claims, inventory.now) for device in published],
            "deviceStatus": [_status_document(status) for status in claim.status.devices],
            "pods": [{"name": pod.metadata.name, "phase": pod.status.phase, "node": pod.spec.node_name} for pod in pods],
        },
        entries=tuple(_entries(inventory, hardware, claim, pods)),
        unread=inventory.unread,
    )


def pods_naming(inventory: Inventory, claim: ResourceClaim) -> list[Pod]:
    """The pods that use or want the claim, whichever way they name it."""
    found = []
    for pod in inventory.pods.values():
        if pod.metadata.namespace != claim.metadata.namespace:
            continue
        extended = pod.status.extended_resource_claim_status
        names = {entry.claim.metadata.name for entry in _resolved(inventory, pod)}
        if claim.metadata.name in names or (extended is not None and extended.resource_claim_name == claim.metadata.name):
            found.append(pod)
    return sorted(found, key=lambda pod: pod.metadata.name)


def _resolved(inventory: Inventory, pod: Pod) -> tuple[ResolvedPodClaim, ...]:
    return pod_claims(inventory, pod, frozenset()).resolved


def _state(inventory: Inventory, claim: ResourceClaim) -> str:
    words = [claim_state(claim), *([allocation_state(claim)] if claim.metadata.deletion_timestamp else [])]
    if claim.status.allocation is not None and claim.status.allocation.allocation_timestamp:
        words.append(f"allocated {age(claim.status.allocation.allocation_timestamp, inventory.now)} ago")
    if claim.metadata.deletion_timestamp:
        words.append(f"kept by {', '.join(claim.metadata.finalizers) or 'nothing'}")
    words.append(_origin(inventory, claim))
    return ", ".join(filter(None, words))


def _origin(inventory: Inventory, claim: ResourceClaim) -> str:
    owner = claim.metadata.controller()
    if owner is None:
        return ""
    whom = f"for {owner.kind.lower()} {owner.name}"
    if claim.metadata.annotations.get(EXTENDED_RESOURCE_CLAIM_ANNOTATION) == "true":
        return f"made by the scheduler {whom}, which asks for an extended resource"
    entry = claim.metadata.annotations.get(POD_CLAIM_ANNOTATION, "")
    pod = next((pod for pod in inventory.pods.values() if pod.metadata.uid == owner.uid), None)
    template = next((one.resource_claim_template_name for one in pod.spec.resource_claims if one.name == entry), None) if pod else None
    return f"made from template {template} {whom}" if template else f"made {whom}"


def _entries(inventory: Inventory, hardware: Hardware, claim: ResourceClaim, pods: list[Pod]) -> Iterator[Entry]:
    for request in claim.spec.devices.requests:
        yield _request_entry(inventory, hardware, claim, request)
    yield _constraints(claim)
    for config in claim.spec.devices.config:
        whom = f" for {', '.join(config.requests)}" if config.requests else ""
        yield Entry("config", f"parameters for {config.opaque.driver if config.opaque else '<unknown>'}{whom}")
    yield from _usage(inventory, claim, pods)


def _constraints(claim: ResourceClaim) -> Entry:
    constraints = [constraint_text(constraint) for constraint in claim.spec.devices.constraints]
    if len(constraints) <= 1:
        return Entry("constraints", constraints[0] if constraints else "none")
    return Entry("constraints", constraints[0], below=tuple(Entry("", text) for text in constraints[1:]))


def _request_entry(inventory: Inventory, hardware: Hardware, claim: ResourceClaim, request: DeviceRequest) -> Entry:
    alternatives = request.first_available or ((request.exactly,) if request.exactly is not None else ())
    below: list[Entry] = []
    for alternative in alternatives:
        if request.first_available:
            below.append(Entry(f"or {_name(alternative)}" if below else _name(alternative), _amount(inventory, alternative)))
        below += _details(alternative)
    below += _got(inventory, hardware, claim, request.name)
    text = f"the first of {len(alternatives)} that can be had" if request.first_available else _amount(inventory, request.exactly)
    return Entry(f"request {request.name}", text, below=tuple(below))


def _name(alternative: ExactDeviceRequest | DeviceSubRequest) -> str:
    return getattr(alternative, "name", "")


def _amount(inventory: Inventory, asked: ExactDeviceRequest | DeviceSubRequest | None) -> str:
    if asked is None:
        return "<none>"
    number = "all devices" if asked.allocation_mode == "All" else "1 device" if asked.count in {0, 1} else f"{asked.count} devices"
    missing = "" if asked.device_class_name in inventory.device_classes or inventory.unread else ", which does not exist"
    admin = " with admin access" if getattr(asked, "admin_access", None) else ""
    return f"{number} of class {asked.device_class_name}{missing}{admin}"


def _details(asked: ExactDeviceRequest | DeviceSubRequest) -> Iterator[Entry]:
    for selector in asked.selectors:
        if selector.cel is not None:
            yield Entry("selector", " ".join(selector.cel.expression.split()))
    if asked.capacity is not None and asked.capacity.requests:
        yield Entry("capacity", ", ".join(f"{amount} {name}" for name, amount in asked.capacity.requests.items()))
    for toleration in asked.tolerations:
        value = f"={toleration.value}" if toleration.value else ""
        yield Entry("tolerates", f"{toleration.key or 'every taint'}{value}" + (f":{toleration.effect}" if toleration.effect else ""))


def _got(inventory: Inventory, hardware: Hardware, claim: ResourceClaim, request: str) -> Iterator[Entry]:
    allocation = claim.status.allocation
    results = [result for result in allocation.devices.results if result.request.partition("/")[0] == request] if allocation else []
    if not results:
        yield Entry("got", "nothing yet" if allocation is None else "nothing", "warn" if allocation is None else "")
        return
    for number, result in enumerate(results):
        below = [*_shares(result), *_conditions(claim, result, inventory.now)]
        yield Entry("got" if number == 0 else "", f"{short_name(_id_of(result))}   {_what(hardware, result)}".rstrip(), below=tuple(below))


def _what(hardware: Hardware, result: DeviceRequestAllocationResult) -> str:
    published = find_device(hardware, _id_of(result))
    if published is None:
        return f"of driver {result.driver}, which no longer publishes it"
    option = f"as {result.request.partition('/')[2]}, " if "/" in result.request else ""
    admin = ", admin access" if result.admin_access else ""
    return f"{option}{what_it_is(published)}{admin}"


def _shares(result: DeviceRequestAllocationResult) -> Iterator[Entry]:
    if result.consumed_capacity:
        yield Entry("consumes", ", ".join(f"{amount} {name}" for name, amount in result.consumed_capacity.items()))


def _conditions(claim: ResourceClaim, result: DeviceRequestAllocationResult, now: str) -> Iterator[Entry]:
    status = next((one for one in claim.status.devices if _is_of(one, result)), None)
    seen = {condition.type for condition in status.conditions} if status else set()
    for wanted in (*result.binding_conditions, *result.binding_failure_conditions):
        if wanted not in seen and wanted in result.binding_conditions:
            yield Entry("waits for", f"condition {wanted}, which nobody has set", "warn")
    if status is None:
        return
    for condition in status.conditions:
        is_bad = (condition.status == "True") == (condition.type in result.binding_failure_conditions)
        words = [
            f"{condition.type}={condition.status} since {age(condition.last_transition_time, now)}",
            condition.message or condition.reason,
        ]
        yield Entry("status", ", ".join(filter(None, words)), "warn" if is_bad else "good")
    network = status.network_data
    if network is not None:
        words = [network.interface_name, *network.ips, network.hardware_address]
        yield Entry("network", ", ".join(filter(None, words)))


def _is_of(status: AllocatedDeviceStatus, result: DeviceRequestAllocationResult) -> bool:
    return (status.driver, status.pool, status.device, status.share_id) == (result.driver, result.pool, result.device, result.share_id)


def _status_document(status: AllocatedDeviceStatus) -> dict[str, object]:
    return {
        "driver": status.driver,
        "pool": status.pool,
        "device": status.device,
        "shareID": status.share_id or "",
        "conditions": [
            {"type": one.type, "status": one.status, "reason": one.reason, "message": one.message, "since": one.last_transition_time}
            for one in status.conditions
        ],
    }


def _usage(inventory: Inventory, claim: ResourceClaim, pods: list[Pod]) -> Iterator[Entry]:
    by_name = {pod.metadata.name: pod for pod in pods}
    reserved = claim.status.reserved_for
    rows = tuple(_consumer(consumer.resource, consumer.name, by_name) for consumer in reserved)
    idle = "nobody: it holds its devices idly" if claim.status.allocation is not None else "nobody"
    yield Entry("reserved for", rows[0] if rows else idle, "" if rows else "warn", tuple(Entry("", row) for row in rows[1:]))
    waiting = [pod for pod in pods if pod.metadata.name not in {consumer.name for consumer in reserved}]
    if waiting:
        yield listing("wanted by", ((f"pod {pod.metadata.name}", pod.status.phase) for pod in waiting))
    allocation = claim.status.allocation
    if allocation is not None:
        selector = allocation.node_selector
        yield Entry("usable on", selector_text(selector).replace("metadata.name=", "node ") if selector is not None else "any node")
    yield Entry("age", age(claim.metadata.creation_timestamp, inventory.now))


def _consumer(resource: str, name: str, pods: dict[str, Pod]) -> str:
    pod = pods.get(name)
    if resource != "pods" or pod is None:
        return f"{resource.removesuffix('s')} {name}"
    return f"pod {name} ({pod.status.phase}{f' on {pod.spec.node_name}' if pod.spec.node_name else ''})"


def _id_of(result: DeviceRequestAllocationResult) -> DeviceID:
    return DeviceID(result.driver, result.pool, result.device)
