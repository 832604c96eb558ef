"""Shared counters of pools: what is left of them, and which compatibility groups the devices that draw on them have in common.

Upstream: ``checkAvailableCounters`` in ``allocator_experimental.go``, ``compatibility_groups.go``. Amounts are in billionths.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.allocator.capacity import nanos
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.inventory.inventory import DeviceID

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from kubectl_dra.api.resource import CounterSet, Device, ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import Pool
    from kubectl_dra.releases.behaviour import Behaviour

Counters: TypeAlias = dict[tuple[str, str], int]
"""Counter set and counter → amount."""
Groups: TypeAlias = "frozenset[str] | None"
"""The compatibility groups that all devices on a counter set have in common: empty where they declare none, None where there are none."""

_NOTHING_IN_COMMON: Final = frozenset({""})
"""Groups were declared, and none is common; only devices that are allocated already can be like that."""


def scope_of(pool: Pool, slice_: ResourceSlice, behaviour: Behaviour) -> Hashable:
    """Under what the release keeps the books of a device's counters."""
    if behaviour.counter_scope == "pool":
        return pool.id
    return pool.id.pool if behaviour.counter_scope == "pool name" else slice_.metadata.name


def total_counters(pool: Pool, slice_: ResourceSlice, behaviour: Behaviour) -> Counters:
    """What there is of each counter."""
    sets: Iterable[CounterSet] = slice_.spec.shared_counters if behaviour.counter_scope == "slice" else pool.counter_sets.values()
    return {
        (counter_set.name, name): nanos(read_quantity(counter.value))
        for counter_set in sets
        for name, counter in counter_set.counters.items()
    }


def available_counters(pool: Pool, slice_: ResourceSlice, allocated: AllocatedState, behaviour: Behaviour) -> Counters:
    """What allocated devices leave of each counter; less than nothing where they took more than there is."""
    left = total_counters(pool, slice_, behaviour)
    is_allocated = allocated.is_allocated if behaviour.counts_shared_devices else allocated.devices.__contains__
    slices = (slice_,) if behaviour.counter_scope == "slice" else (*pool.slices, *pool.other_slices)
    for device in _allocated_devices(slices, is_allocated):
        for entry in device.consumes_counters:
            for name, counter in entry.counters.items():
                key = entry.counter_set, name
                if key in left:
                    left[key] -= nanos(read_quantity(counter.value))
    return left


def _allocated_devices(slices: Iterable[ResourceSlice], is_allocated: Callable[[DeviceID], bool]) -> Iterator[Device]:
    for slice_ in slices:
        pool_name = slice_.spec.pool.name if slice_.spec.pool else ""
        for device in slice_.spec.devices:
            if device.consumes_counters and is_allocated(DeviceID(slice_.spec.driver, pool_name, device.name)):
                yield device


def common_groups(pool: Pool, allocated: AllocatedState) -> dict[str, Groups]:
    """Counter set → the groups that the allocated devices on it have in common."""
    common: dict[str, Groups] = {}
    for device in _allocated_devices((*pool.slices, *pool.other_slices), allocated.is_allocated):
        for entry in device.consumes_counters:
            common[entry.counter_set] = joined(common.get(entry.counter_set), entry.compatibility_groups)
    return common


def admits(common: Groups, groups: tuple[str, ...]) -> bool:
    """Whether a device with these groups may join those on a counter set."""
    if common is None:
        return True
    return bool(common.intersection(groups)) if common and groups else not common and not groups


def joined(common: Groups, groups: tuple[str, ...]) -> Groups:
    """What is common once a device with these groups has joined."""
    if common is None:
        return frozenset(groups)
    return (common.intersection(groups) or _NOTHING_IN_COMMON) if common and groups else common
