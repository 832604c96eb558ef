"""A device with its attributes, capacities, counters and taints, who holds it, and which classes select it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.inventory.states import is_offered
from kubectl_dra.inventory.taints import concerns_device, concerns_slice
from kubectl_dra.reports.description import Description, Entry, listing
from kubectl_dra.reports.devices import device_document, holder_text, reason, shortage_text
from kubectl_dra.reports.published import short_name, where_it_is
from kubectl_dra.reports.selected import expressions_of, select_devices
from kubectl_dra.reports.words import age, attribute_text, taint_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.resource import DeviceCapacity, DeviceTaint
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import PublishedDevice

MOODS = {"free": "good", "shared": "accent", "tainted": "bad", "not offered": "bad", "blocked": "warn", "unknown": "warn"}


def describe_device(inventory: Inventory, published: PublishedDevice) -> Description:
    """The device, and everything that decides who can have it."""
    why = reason(published, inventory.resource_claims, inventory.now)
    classes = selecting_classes(inventory, published)
    return Description(
        kind="Device",
        title=f"Device {short_name(published.id)} of {published.slice_.spec.driver}",
        state=", ".join(published.states) + (f": {why}" if why and not published.holders else ""),
        mood=MOODS.get(published.state, ""),
        facts={**device_document(published, inventory.resource_claims, inventory.now), "classes": list(classes)},
        entries=tuple(_entries(inventory, published, classes)),
        unread=inventory.unread,
    )


def selecting_classes(inventory: Inventory, published: PublishedDevice) -> tuple[str, ...]:
    """The classes whose selectors are all true on the device, by name."""
    found = []
    for name, device_class in sorted(inventory.device_classes.items()):
        expressions = expressions_of(device_class.spec.selectors)
        if select_devices([published], expressions, str(inventory.release)).devices:
            found.append(name)
    return tuple(found)


def _entries(inventory: Inventory, published: PublishedDevice, classes: tuple[str, ...]) -> Iterator[Entry]:
    device, slice_ = published.device, published.slice_
    yield Entry("for", where_it_is(published))
    pool = slice_.spec.pool
    yield Entry(
        "slice", f"{slice_.metadata.name}, " + (f"pool {pool.name} at generation {pool.generation}" if pool else "which names no pool")
    )
    yield listing("attributes", ((key, attribute_text(attribute)) for key, attribute in sorted(device.attributes.items())))
    yield listing("capacity", ((key, *_capacity(published, key, capacity)) for key, capacity in sorted(device.capacity.items())))
    if device.consumes_counters:
        rows = (
            (f"{counter.value}", f"{name} of {consumption.counter_set}")
            for consumption in device.consumes_counters
            for name, counter in sorted(consumption.counters.items())
        )
        yield listing("consumes", rows)
    for shortage in published.shortages:
        yield Entry("short of", shortage_text(shortage), "warn")
    if device.taints:
        yield listing("taints", ((taint_text(taint), _source(inventory, published, taint)) for taint in device.taints))
    if device.binding_conditions:
        yield Entry("binds after", ", ".join(device.binding_conditions))
    yield listing("held by", _holders(inventory, published), none="nobody" if published.state_without_rules != "unknown" else "not known")
    yield Entry("selected by", ", ".join(f"class {name}" for name in classes) or _no_class(inventory, published))


def _no_class(inventory: Inventory, published: PublishedDevice) -> str:
    if not inventory.device_classes:
        return "no class: there is none that can be read"
    return "no class" if is_offered(published) else "no class, and it is not offered"


def _capacity(published: PublishedDevice, key: str, capacity: DeviceCapacity) -> tuple[str, ...]:
    if not published.device.allow_multiple_allocations:
        return (str(capacity.value),)
    consumed = published.consumed.get(key)
    used = f"{consumed} of {capacity.value} consumed" if consumed is not None else f"{capacity.value}, nothing consumed"
    return (used, _policy(capacity))


def _policy(capacity: DeviceCapacity) -> str:
    policy = capacity.request_policy
    if policy is None:
        return ""
    words = [f"default {policy.default}"] if policy.default is not None else []
    if policy.valid_values:
        words.append(f"one of {', '.join(map(str, policy.valid_values))}")
    if policy.valid_range is not None:
        limits = policy.valid_range
        words.append(f"from {limits.min}" + (f" to {limits.max}" if limits.max is not None else ""))
        words += [f"in steps of {limits.step}"] if limits.step is not None else []
    return f"({', '.join(words)})"


def _source(inventory: Inventory, published: PublishedDevice, taint: DeviceTaint) -> str:
    """Where the taint comes from, and since when."""
    since = f", {age(taint.time_added, inventory.now)}" if taint.time_added else ""
    for name, rule in sorted(inventory.device_taint_rules.items()):
        concerned = concerns_slice(rule, published.slice_, inventory.release) and concerns_device(
            rule, published.slice_.spec.driver, published.device, inventory.release, inventory.device_classes
        )
        if concerned and rule.spec.taint == taint:
            return f"from DeviceTaintRule {name}{since}"
    return f"from the driver{since}"


def _holders(inventory: Inventory, published: PublishedDevice) -> Iterator[tuple[str, ...]]:
    for holder in published.holders:
        claim = inventory.resource_claims[holder.claim]
        admin = "with admin access, which holds nothing" if holder.admin_access else ""
        yield (holder_text(claim, inventory.now), f"request {holder.request}", admin)
