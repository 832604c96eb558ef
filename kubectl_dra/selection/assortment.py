"""Devices → Assortment: the same by what they have, so that questions about thousands are asked of a few columns.

Devices of one driver that have attributes and capacities of the same names are gone through name by name, not device by device.
"""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from kubectl_dra.selection.device_selector import qualified_name
from kubectl_dra.selection.groups import columns_of, positions_alike
from kubectl_dra.selection.nearest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping, Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.selection.nearest import Section

    _Shape = tuple[str, tuple[str, ...], tuple[str, ...]]

Weighted: TypeAlias = "tuple[str, Device, int]"
"""A driver, one of its devices, and how many that device stands for."""


class Assortment:
    """Devices (driver, device) in the order in which they were given; everything else is worked out when it is asked for, once."""

    def __init__(self, devices: Sequence[tuple[str, Device]]) -> None:
        self.devices = devices
        self._representatives: dict[frozenset[str] | None, tuple[Weighted, ...]] = {}

    @cached_property
    def _shapes(self) -> Mapping[_Shape, list[int]]:
        found: dict[_Shape, list[int]] = {}
        for index, (driver, device) in enumerate(self.devices):
            shape = driver, tuple(device.attributes), tuple(device.capacity)
            known = found.get(shape)
            if known is None:
                found[shape] = [index]
            else:
                known.append(index)
        return found

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """Every name and text that the devices have, with how many of them have it, in the order in which they are met first."""
        drivers: Counter[str] = Counter()
        attributes: Counter[tuple[str, str]] = Counter()
        capacities: Counter[tuple[str, str]] = Counter()
        texts: dict[tuple[str, str], list[tuple[Counter[str | None], list[tuple[int, int, str | None]]]]] = {}
        for (driver, names, amounts), indices in self._shapes.items():
            drivers[driver] += len(indices)
            for name in amounts:
                capacities[qualified_name(name, driver)] += len(indices)
            columns = columns_of(names, [self.devices[index][1].attributes for index in indices])
            is_twice = len({qualified_name(name, driver) for name in names}) < len(names)
            for place, name in enumerate(names):
                key = qualified_name(name, driver)
                attributes[key] += len(indices)
                written = [one.version if one.string is None else one.string for one in columns[name]]
                counted = Counter(written)
                counted.pop(None, None)  # numbers and the like
                if counted:
                    first = dict(zip(reversed(written), reversed(indices), strict=True)) if len(self._shapes) > 1 or is_twice else {}
                    met = [(first.get(text, number), place, text) for number, text in enumerate(counted)]
                    texts.setdefault(key, []).append((counted, met))
        return Vocabulary(
            devices=len(self.devices),
            drivers=dict(drivers),
            names={"attributes": dict(attributes), "capacity": dict(capacities)},
            texts={key: _summed(found) for key, found in texts.items()},
        )

    @cached_property
    def amounts(self) -> tuple[str, ...]:
        """Every amount of a capacity that some device has, as it is written."""
        return tuple(dict.fromkeys([str(entry.value) for _, device in self.devices for entry in device.capacity.values()]))

    def representatives(self, identifiers: frozenset[str] | None) -> tuple[Weighted, ...]:
        """One device for all that agree on what these identifiers name (None: on everything), with how many it stands for."""
        there = None if identifiers is None else frozenset(identifiers & self._identifiers)
        found = self._representatives.get(there)
        if found is None:
            found = self._representatives[there] = tuple(self._grouped(there))
        return found

    @cached_property
    def _identifiers(self) -> frozenset[str]:
        sections: tuple[Section, ...] = ("attributes", "capacity")
        return frozenset(identifier for section in sections for _, identifier in self.vocabulary.names[section])

    def _grouped(self, identifiers: frozenset[str] | None) -> Iterator[Weighted]:
        for (_, names, amounts), indices in self._shapes.items():
            devices = [self.devices[index][1] for index in indices]
            attributes = columns_of(names, [device.attributes for device in devices])
            entries = columns_of(amounts, [device.capacity for device in devices])
            columns: list[Sequence[Hashable]] = [attributes[name] for name in names if _is_among(identifiers, name)]
            columns += [[entry.value for entry in entries[name]] for name in amounts if _is_among(identifiers, name)]
            columns.append([device.allow_multiple_allocations for device in devices])
            for positions in positions_alike(columns):
                yield *self.devices[indices[positions[0]]], len(positions)


def _is_among(identifiers: frozenset[str] | None, name: str) -> bool:
    return identifiers is None or name.rpartition("/")[2] in identifiers


def _summed(parts: Sequence[tuple[Counter[str | None], list[tuple[int, int, str | None]]]]) -> dict[str, int]:
    """The texts of all parts, counted, in the order in which they are met first."""
    total = parts[0][0]
    for counts, _ in parts[1:]:
        total.update(counts)
    order = sorted((place for _, met in parts for place in met), key=lambda place: place[:2]) if len(parts) > 1 else parts[0][1]
    return {text: total[text] for *_, text in order if text is not None}
