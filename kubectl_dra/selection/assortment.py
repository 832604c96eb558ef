"""Devices → Assortment: the same by what they have, so that questions about thousands are asked of a few columns.

Devices of one driver that have attributes and capacities of the same names are gone through name by name, not device by device.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cached_property
from itertools import chain, repeat
from operator import itemgetter
from typing import TYPE_CHECKING, TypeAlias

from kubectl_dra.selection.device_selector import qualified_name
from kubectl_dra.selection.groups import positions_alike
from kubectl_dra.selection.nearest import Vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

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
        for (driver, names, amounts), indices in self._shapes.items():
            drivers[driver] += len(indices)
            for name in names:
                attributes[qualified_name(name, driver)] += len(indices)
            for name in amounts:
                capacities[qualified_name(name, driver)] += len(indices)
        return Vocabulary(
            devices=len(self.devices),
            drivers=dict(drivers),
            names={"attributes": dict(attributes), "capacity": dict(capacities)},
            texts=_Texts(tuple(attributes), self._texts_of),
        )

    def _texts_of(self, key: tuple[str, str]) -> dict[str, int]:
        """The texts and versions of one attribute, in the order in which they are met first."""
        columns = [
            (indices, place, [self.devices[index][1].attributes[name] for index in indices])
            for (driver, names, _), indices in self._shapes.items()
            for place, name in enumerate(names)
            if qualified_name(name, driver) == key
        ]
        written = [[one.version if one.string is None else one.string for one in column] for *_, column in columns]
        if len(written) == 1:
            counted = Counter(written[0])
        else:
            places = (zip(indices, repeat(place), texts, strict=False) for (indices, place, _), texts in zip(columns, written, strict=True))
            counted = Counter([text for *_, text in sorted(chain.from_iterable(places), key=itemgetter(0, 1))])
        return {text: count for text, count in counted.items() if text is not None}

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
            columns: list[Sequence[Hashable]] = [
                [device.attributes[name] for device in devices] for name in names if _is_among(identifiers, name)
            ]
            columns += [[device.capacity[name].value for device in devices] for name in amounts if _is_among(identifiers, name)]
            columns.append([device.allow_multiple_allocations for device in devices])
            for positions in positions_alike(columns):
                yield *self.devices[indices[positions[0]]], len(positions)


def _is_among(identifiers: frozenset[str] | None, name: str) -> bool:
    return identifiers is None or name.rpartition("/")[2] in identifiers


class _Texts(Mapping[tuple[str, str], Mapping[str, int]]):
    """The texts of attributes, each counted when it is asked for: of a hundred names few matter."""

    def __init__(self, names: tuple[tuple[str, str], ...], texts_of: Callable[[tuple[str, str]], Mapping[str, int]]) -> None:
        self._names = dict.fromkeys(names)
        self._texts_of = texts_of
        self._known: dict[tuple[str, str], Mapping[str, int]] = {}

    def __getitem__(self, key: tuple[str, str]) -> Mapping[str, int]:
        if key not in self._names:
            raise KeyError(key)
        if key not in self._known:
            self._known[key] = self._texts_of(key)
        return self._known[key]

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
