"""Free devices that share counters → how many of each sort can be had at once.

One GPU and its seven partitions are not eight free devices: they are one whole, or up to seven of the smallest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.apimachinery.quantity import Quantity, from_int, read_quantity
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.inventory.states import is_offered, pool_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.api.resource import Device, ResourceSlice
    from kubectl_dra.inventory.states import Hardware, PublishedDevice

_Key: TypeAlias = tuple[str, str]
_Amounts: TypeAlias = dict[_Key, Quantity]

_SORT_ATTRIBUTES = ("profile", "partitionProfile", "migProfile", "type")
_SEARCHED = 4096
"""Steps after which the search for the best packing contents itself with the best so far."""


class AtOnce(msgspec.Struct, frozen=True, kw_only=True):
    """``count`` devices of a sort can be had together. ``sort`` is ``whole``, or what the driver calls the partition."""

    sort: str
    count: int


def free_partitions(hardware: Hardware, devices: Iterable[PublishedDevice]) -> tuple[AtOnce, ...]:
    """What the free devices among ``devices`` that consume counters amount to, fewest first; each entry is an alternative to the others."""
    totals: dict[str, int] = {}
    for pool in hardware.pools:
        chosen = [
            device
            for device in devices
            if device.slice_.spec.driver == pool.id.driver and pool_name(device.slice_) == pool.id.pool and is_free_partition(device)
        ]
        if chosen:
            for sort, count in _at_once(pool.slices, chosen, hardware).items():
                totals[sort] = totals.get(sort, 0) + count
    return tuple(sorted((AtOnce(sort=sort, count=count) for sort, count in totals.items()), key=lambda one: (one.count, one.sort)))


def is_free_partition(device: PublishedDevice) -> bool:
    """Whether the device is free and consumes counters that others consume, too."""
    return device.state == "free" and is_offered(device) and bool(device.device.consumes_counters)


def sort_of(device: Device, slice_: ResourceSlice, *, is_whole: bool) -> str:
    """What people call a partition of this kind."""
    if is_whole:
        return "whole"
    for name in (slice_.spec.partition_type_attribute or "", *_SORT_ATTRIBUTES):
        attribute = device.attributes.get(name) or device.attributes.get(name.rpartition("/")[2])
        if attribute is not None and isinstance(attribute.value, str):
            return attribute.value
    return next((str(capacity.value) for capacity in device.capacity.values()), device.name)


def consumes_everything(device: Device, totals: _Amounts) -> bool:
    """Whether the device takes all there is of the counter sets that it names."""
    needs = needs_of(device)
    sets = {counter_set for counter_set, _ in needs}
    return bool(needs) and all(needs.get(key) == total for key, total in totals.items() if key[0] in sets)


def totals_of(slices: Iterable[ResourceSlice]) -> _Amounts:
    """Every counter that the slices declare, with its value."""
    return {
        (counter_set.name, name): read_quantity(counter.value)
        for slice_ in slices
        for counter_set in slice_.spec.shared_counters
        for name, counter in counter_set.counters.items()
    }


def needs_of(device: Device) -> _Amounts:
    """What the device takes of each counter."""
    return {
        (consumption.counter_set, name): read_quantity(counter.value)
        for consumption in device.consumes_counters
        for name, counter in consumption.counters.items()
    }


def _at_once(slices: Sequence[ResourceSlice], chosen: list[PublishedDevice], hardware: Hardware) -> dict[str, int]:
    totals = totals_of(slices)
    left = dict(totals)
    for slice_ in slices:
        for device in slice_.spec.devices:
            if device.consumes_counters and hardware.allocated.is_allocated(DeviceID(slice_.spec.driver, pool_name(slice_), device.name)):
                _take(left, needs_of(device))
    sorts: dict[str, list[_Amounts]] = {}
    for published in chosen:
        sort = sort_of(published.device, published.slice_, is_whole=consumes_everything(published.device, totals))
        sorts.setdefault(sort, []).append(needs_of(published.device))
    return {sort: _most_together(needs, left) for sort, needs in sorts.items()}


def _most_together(needs: list[_Amounts], left: _Amounts) -> int:
    """The most of ``needs`` that ``left`` covers together: sets of counters apart from one another are searched apart."""
    groups: dict[frozenset[str], list[_Amounts]] = {}
    for need in needs:
        groups.setdefault(frozenset(counter_set for counter_set, _ in need), []).append(need)
    if sum(len(sets) for sets in groups) > len(frozenset().union(*groups)):  # some sets are in two groups: they depend on one another
        groups = {frozenset().union(*groups): needs}
    return sum(_Packing(group).best(left) for group in groups.values())


class _Packing:
    """Depth-first search for the largest set of needs that fits, the first answer being the greedy one."""

    def __init__(self, needs: list[_Amounts]) -> None:
        self._needs = needs
        self._steps = 0
        self._best = 0

    def best(self, left: _Amounts) -> int:
        """The largest number found."""
        self._search(0, 0, left)
        return self._best

    def _search(self, index: int, taken: int, left: _Amounts) -> None:
        self._best = max(self._best, taken)
        self._steps += 1
        if index == len(self._needs) or taken + len(self._needs) - index <= self._best or self._steps > _SEARCHED:
            return
        need = self._needs[index]
        if all(left.get(key, _ZERO) >= amount for key, amount in need.items()):
            remaining = dict(left)
            _take(remaining, need)
            self._search(index + 1, taken + 1, remaining)
        self._search(index + 1, taken, left)


def _take(left: _Amounts, need: _Amounts) -> None:
    for key, amount in need.items():
        if key in left:
            left[key] = left[key].sub(amount)


_ZERO = from_int(0)
