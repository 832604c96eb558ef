"""Devices → groups that agree on everything that selectors read, so that each selector is evaluated once per group.

It also makes the sentences: "412 identical devices fail for the same reason".
"""

from __future__ import annotations

from collections import defaultdict
from itertools import chain, repeat
from operator import eq
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_version
from kubectl_dra.selection.device_selector import device_value
from kubectl_dra.selection.readings import Reading, readings_of

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from kubectl_dra.api.resource import Device, DeviceAttribute, QuantityText
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.selection.device_selector import CompiledSelector, DeviceError, DeviceValue, Environment

    _Shape = tuple[str, tuple[str, ...], tuple[str, ...]]
    """A driver, and the names of the attributes and of the capacities that a device of it has."""

T = TypeVar("T")

_FULL_PATH: Final = 3
_BLOCK: Final = 1024
"""Devices that are looked at together; more at once would not stay in the processor's cache."""
_WHOLE: Final = frozenset({(), ("attributes",), ("capacity",)})


class DeviceGroup(msgspec.Struct, frozen=True, eq=False):
    """Devices that no selector of those asked about can tell apart, by their positions in the list that was given."""

    driver: str
    device: Device
    """One of them, which stands for all."""
    indices: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.indices)


def group_devices(selectors: Iterable[CompiledSelector], devices: Sequence[tuple[str, Device]]) -> tuple[DeviceGroup, ...]:
    """The groups of devices (driver, device) for all of these selectors together, in the order of their first members."""
    reads = _Reads(tuple(selectors))
    members: defaultdict[Hashable, list[int]] = defaultdict(list)
    for start in range(0, len(devices), _BLOCK):
        shapes: defaultdict[_Shape, list[int]] = defaultdict(list)
        for index, (driver, device) in enumerate(devices[start : start + _BLOCK], start):
            shapes[driver, tuple(device.attributes), tuple(device.capacity)].append(index)
        for shape, indices in shapes.items():
            for key, positions in reads.alike(shape, [devices[index][1] for index in indices]):
                members[key] += [indices[position] for position in positions]
    groups = sorted(sorted(indices) for indices in members.values())
    return tuple(DeviceGroup(*devices[indices[0]], tuple(indices)) for indices in groups)


def evaluate_devices(selector: CompiledSelector, devices: Sequence[tuple[str, Device]]) -> list[bool | CelError]:
    """What the selector says of each device (driver, device); equal to evaluating it on each."""
    return evaluate_selectors([selector], devices)[0]


def evaluate_selectors(selectors: Sequence[CompiledSelector], devices: Sequence[tuple[str, Device]]) -> list[list[bool | CelError]]:
    """For each selector what it says of each device (driver, device); the devices are grouped once for all selectors."""
    groups = group_devices(selectors, devices)
    values: dict[Environment, list[DeviceValue | DeviceError]] = {}
    rows = []
    for selector in selectors:
        ready = values.get(selector.environment)
        if ready is None:
            ready = values[selector.environment] = [device_value(group.driver, group.device, selector.environment) for group in groups]
        results = [selector.evaluate_value(value) for value in ready]
        rows.append(_spread(results, groups, len(devices)))
    return rows


def _spread(results: Sequence[bool | CelError], groups: Sequence[DeviceGroup], devices: int) -> list[bool | CelError]:
    """The result of each group for each of its devices."""
    row = [results[0] if results else False] * devices
    for result, group in zip(results, groups, strict=True):
        if result is not row[0]:
            for index in group.indices:
                row[index] = result
    return row


class _Reads:
    """What selectors read of devices.

    Devices of one shape are gone through attribute by attribute, which is much faster than device by device.
    """

    def __init__(self, selectors: tuple[CompiledSelector, ...]) -> None:
        self._readings = sorted({reading for selector in selectors for reading in readings_of(selector)})
        self._knows_lists = all(selector.environment.knows_lists for selector in selectors)
        self._everything = any(len(one.path) < _FULL_PATH and one.path[:1] in _WHOLE for one in self._readings)

    def alike(self, shape: _Shape, devices: Sequence[Device]) -> Iterator[tuple[Hashable, list[int]]]:
        """What decides about the selectors, with the positions of the devices, all of one shape, on which it is that."""
        driver, names, capacities = shape
        attributes = columns_of(names, [device.attributes for device in devices])
        entries = columns_of(capacities, [device.capacity for device in devices])
        amounts = {name: [entry.value for entry in column] for name, column in entries.items()}
        read = self._read("attributes", driver, attributes)
        taken = self._read("capacity", driver, amounts)
        odd = self._odd(attributes, read) | _unreadable(amounts, taken)
        columns: list[Sequence[Hashable]] = [attributes[name] for name in read]
        columns += [amounts[name] for name in taken]
        columns.append([device.allow_multiple_allocations for device in devices])
        yield from (((driver, _everything(devices[position])), [position]) for position in sorted(odd))
        # Names stand in the key in their order, since of a name with the driver's domain and the same without it the last one counts.
        for positions in positions_alike(columns, odd):
            yield (driver, read, taken, *(column[positions[0]] for column in columns)), positions

    def _read(self, field: str, driver: str, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the names that selectors read, in the order in which they are declared."""
        if self._everything:
            return tuple(names)
        wanted = {name for one in self._readings if one.path[0] == field for name in _names(one, driver)}
        return tuple(name for name in names if name in wanted)

    def _odd(self, columns: Mapping[str, Sequence[DeviceAttribute]], read: tuple[str, ...]) -> set[int]:
        """The positions of devices on which every selector fails because of an attribute that none of them reads."""
        odd: set[int] = set()
        for name in columns.keys() - read:
            column = columns[name]
            special = [at for at, one in enumerate(column) if one.string is None and one.int_ is None and one.bool_ is None]
            sound = {one: _is_sound(one, knows_lists=self._knows_lists) for one in {column[at] for at in special}}
            odd.update(at for at in special if not sound[column[at]])
        return odd


def columns_of(names: Sequence[str], tables: Sequence[Mapping[str, T]]) -> dict[str, list[T]]:
    """The values under each name, of tables that all have these names in this order."""
    values = list(chain.from_iterable(table.values() for table in tables))
    return {name: values[start :: len(names)] for start, name in enumerate(names)}


def positions_alike(columns: Sequence[Sequence[Hashable]], without: AbstractSet[int] = frozenset()) -> Iterable[list[int]]:
    """The positions at which all columns have the same, together."""
    differing = [column for column in columns if not all(map(eq, column, repeat(column[0])))]
    positions: Iterable[int] = range(len(columns[0]))
    if without:
        positions = [position for position in positions if position not in without]
        differing = [[column[position] for position in positions] for column in differing]
    if not differing:
        return filter(None, [list(positions)])
    found: defaultdict[Hashable, list[int]] = defaultdict(list)
    for values, position in zip(zip(*differing, strict=True), positions, strict=True):
        found[values].append(position)
    return found.values()


def _unreadable(columns: Mapping[str, Sequence[QuantityText]], read: tuple[str, ...]) -> set[int]:
    """The positions of devices on which every selector fails because of a capacity that none of them reads."""
    odd: set[int] = set()
    for name in columns.keys() - read:
        broken = {amount for amount in set(columns[name]) if not _is_quantity(amount)}
        odd.update(at for at, amount in enumerate(columns[name]) if amount in broken)
    return odd


def _names(reading: Reading, driver: str) -> tuple[str, ...]:
    """The names under which a device may have what is read: one of the driver's domain may be written without it."""
    _, domain, identifier = reading.path
    full = f"{domain}/{identifier}"
    return (full, identifier) if domain == driver else (full,)


def _is_sound(attribute: DeviceAttribute, *, knows_lists: bool) -> bool:
    """Whether an attribute that is no text, number or bool has a value that the release knows."""
    if attribute.version is not None:
        return _is_version(attribute.version)
    if attribute.versions is not None:
        return knows_lists and all(map(_is_version, attribute.versions))
    return knows_lists and (attribute.ints is not None or attribute.bools is not None or attribute.strings is not None)


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except VersionError:
        return False
    return True


def _is_quantity(value: QuantityText) -> bool:
    try:
        read_quantity(value)
    except QuantityError:
        return False
    return True


def _everything(device: Device) -> Hashable:
    """All that expressions can see of a device, in the order in which it is declared."""
    return (
        tuple(device.attributes.items()),
        tuple((name, entry.value) for name, entry in device.capacity.items()),
        device.allow_multiple_allocations,
    )
