"""Inventory → DeviceList: the devices that were asked for, what each is, whether it can be had and who has it, in words."""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.inventory.states import PublishedDevice, State, pool_name
from kubectl_dra.inventory.targets import target_of
from kubectl_dra.inventory.together import AtOnce, free_partitions, is_free_partition
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.words import age, counted, listed, taint_text, target_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.allocated import Holder
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware, Shortage, Withheld
    from kubectl_dra.reports.chosen import Chosen


class DeviceCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How many devices are in each state; free partitions of shared counters are not among the free ones, but in ``free_partitions``."""

    devices: int
    drivers: int
    states: dict[State, int]
    free_partitions: tuple[AtOnce, ...]


class DeviceList(Report, frozen=True, kw_only=True):
    """``devices`` by driver, pool and name; ``claims`` are the claims that hold some of them.

    ``selector_errors`` counts devices on which the selector that was asked for ends in an error, so that they are not listed.
    """

    devices: tuple[PublishedDevice, ...]
    claims: Mapping[NamespacedName, ResourceClaim]
    counts: DeviceCounts
    selector_errors: int = 0
    first_selector_error: str = ""
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    now: str = ""

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "DeviceList",
            "items": [self._device_document(device) for device in self.devices],
            "counts": {
                "devices": self.counts.devices,
                "drivers": self.counts.drivers,
                "states": dict(self.counts.states),
                "freePartitions": [{"sort": one.sort, "count": one.count} for one in self.counts.free_partitions],
            },
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }

    def _device_document(self, published: PublishedDevice) -> dict[str, object]:
        return device_document(published, self.claims, self.now)

    def names(self) -> tuple[str, ...]:
        """``device/DRIVER/POOL/DEVICE`` for each."""
        return tuple(f"device/{published.id}" for published in self.devices)

    def reason(self, published: PublishedDevice) -> str:
        """What stands behind the state: holders, what is left, what is short, the taint."""
        return reason(published, self.claims, self.now)

    def reasons(self, devices: Iterable[PublishedDevice]) -> list[str]:
        """The reason of each device; most have none, and are passed over at once."""
        free: tuple[State, ...] = ("free",)
        return ["" if device.states == free and not device.holders else self.reason(device) for device in devices]


def report_devices(inventory: Inventory, hardware: Hardware, chosen: Chosen, findings: tuple[Finding, ...]) -> DeviceList:
    """The report on those of the hardware's devices that were asked for."""
    return DeviceList(
        devices=chosen.devices,
        claims=inventory.resource_claims,
        counts=count_devices(hardware, chosen.devices),
        selector_errors=chosen.failed,
        first_selector_error=chosen.error,
        findings=findings,
        unread=inventory.unread,
        now=inventory.now,
    )


def count_devices(hardware: Hardware, devices: tuple[PublishedDevice, ...]) -> DeviceCounts:
    """What there is of each state; overlapping partitions are never added up."""
    partitions = [device for device in devices if device.device.consumes_counters]
    states = Counter(map(attrgetter("states"), devices))
    for device in partitions:
        if is_free_partition(device):
            states[device.states] -= 1
    of_state: dict[State, int] = {}
    for (state, *_), count in states.items():
        if count:
            of_state[state] = of_state.get(state, 0) + count
    return DeviceCounts(
        devices=len(devices),
        drivers=len(set(map(attrgetter("slice_.spec.driver"), devices))),
        states=of_state,
        free_partitions=free_partitions(hardware, partitions) if partitions else (),
    )


def device_document(published: PublishedDevice, claims: Mapping[NamespacedName, ResourceClaim], now: str) -> dict[str, object]:
    """One device in the documented shape."""
    spec, device = published.slice_.spec, published.device
    target = target_of(published.slice_, device)
    return {
        "driver": spec.driver,
        "pool": pool_name(published.slice_),
        "device": device.name,
        "node": target.node_name,
        "allNodes": target.all_nodes,
        "nodeSelector": msgspec.to_builtins(target.node_selector) if target.node_selector is not None else None,
        "slice": published.slice_.metadata.name,
        "generation": spec.pool.generation if spec.pool is not None else 0,
        "state": published.state,
        "states": list(published.states),
        "reason": reason(published, claims, now),
        "attributes": {key: msgspec.to_builtins(attribute) for key, attribute in device.attributes.items()},
        "capacity": {
            key: {"value": str(capacity.value), "consumed": str(published.consumed[key]) if key in published.consumed else "0"}
            for key, capacity in device.capacity.items()
        },
        "allowMultipleAllocations": bool(device.allow_multiple_allocations),
        "consumesCounters": [msgspec.to_builtins(consumption) for consumption in device.consumes_counters],
        "taints": [msgspec.to_builtins(taint) for taint in device.taints],
        "holders": [_holder_document(holder, claims) for holder in published.holders],
        "notOffered": _withheld_document(published.withheld) if published.withheld is not None else None,
        "shortages": [_shortage_document(shortage) for shortage in published.shortages],
    }


def _holder_document(holder: Holder, claims: Mapping[NamespacedName, ResourceClaim]) -> dict[str, object]:
    claim = claims[holder.claim]
    allocation = claim.status.allocation
    return {
        "namespace": holder.claim.namespace,
        "claim": holder.claim.name,
        "request": holder.request,
        "shareID": holder.share_id or "",
        "adminAccess": holder.admin_access,
        "reservedFor": [{"resource": consumer.resource, "name": consumer.name} for consumer in claim.status.reserved_for],
        "since": (allocation.allocation_timestamp if allocation else "") or claim.metadata.creation_timestamp,
    }


def _withheld_document(withheld: Withheld) -> dict[str, object]:
    return {
        "because": withheld.because,
        "generation": withheld.generation,
        "slices": withheld.slices,
        "expectedSlices": withheld.expected_slices,
        "invalidReason": withheld.invalid_reason,
    }


def _shortage_document(shortage: Shortage) -> dict[str, object]:
    return {
        "counterSet": shortage.counter_set,
        "counter": shortage.counter,
        "wanted": str(shortage.wanted),
        "left": str(shortage.left),
        "total": str(shortage.total),
    }


def reason(published: PublishedDevice, claims: Mapping[NamespacedName, ResourceClaim], now: str) -> str:
    """What stands behind a device's state, and whatever else keeps others away; empty for a free one that nobody looks at."""
    states = published.states
    if states == ("free",) and not published.holders:
        return ""
    parts = []
    if published.withheld is not None:
        parts.append(withheld_text(published.withheld))
    if published.holders:
        parts.append(_holders_text(published, claims, now))
    if published.shortages:
        parts.append(shortage_text(published.shortages[0]))
    if "tainted" in states:
        taints = listed(taint_text(taint) for taint in published.device.taints)
        parts.append(taints if states[0] == "tainted" else f"tainted {taints}")
    if published.state_without_rules != published.state:
        parts.append(f"{published.state_without_rules}, were it not for taint rules that cannot be read")
    return "; ".join(parts)


def withheld_text(withheld: Withheld) -> str:
    """Why a pool's devices are not offered."""
    if withheld.because == "older generation":
        return f"older generation, the pool is at {withheld.generation}"
    if withheld.because == "incomplete pool":
        return f"pool incomplete: {withheld.slices} of {counted(withheld.expected_slices, 'slice')}"
    if withheld.because == "invalid pool":
        return f"pool invalid: {withheld.invalid_reason}"
    return "the slice names no pool"


def shortage_text(shortage: Shortage) -> str:
    """How much of a counter is left, of how much, and how much the device needs."""
    return f"{shortage.counter} of {shortage.counter_set}: {shortage.left} of {shortage.total} left, needs {shortage.wanted}"


def _holders_text(published: PublishedDevice, claims: Mapping[NamespacedName, ResourceClaim], now: str) -> str:
    holding = [holder for holder in published.holders if not holder.admin_access]
    watching = [f"{holder.claim} with admin access" for holder in published.holders if holder.admin_access]
    if len(holding) == 1 and not published.consumed:
        return ", ".join([holder_text(claims[holding[0].claim], now), *watching])
    names = listed(dict.fromkeys(str(holder.claim) for holder in holding))
    amounts = ", ".join(
        f"{amount} of {published.device.capacity[key].value} {key.rpartition('/')[2]}" for key, amount in _consumed(published)
    )
    return ", ".join([*filter(None, [f"{amounts}: {names}" if amounts else names]), *watching])


def _consumed(published: PublishedDevice) -> list[tuple[str, object]]:
    return [(key, amount) for key, amount in published.consumed.items() if key in published.device.capacity]


def holder_text(claim: ResourceClaim, now: str) -> str:
    """``ml/train-0-gpu (pod train-0, 3h)``: the claim, whom it is reserved for, and since when it is allocated."""
    consumers = claim.status.reserved_for
    whom = listed(f"{consumer.resource.removesuffix('s')} {consumer.name}" for consumer in consumers) if consumers else "nobody"
    since = (claim.status.allocation.allocation_timestamp if claim.status.allocation else "") or claim.metadata.creation_timestamp
    return f"{claim.metadata.key} ({whom}, {age(since, now)})"


def node_text(published: PublishedDevice) -> str:
    """The node of a device, or the nodes that it is for."""
    return published.slice_.spec.node_name or target_text(target_of(published.slice_, published.device))
