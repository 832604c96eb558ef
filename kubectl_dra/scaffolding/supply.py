"""Inventory → what there is to choose from: classes with the devices they let through, and the names and values those devices have."""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kubectl_dra.inventory.usable import Usable, usable_devices
from kubectl_dra.scaffolding.wanted import Unwritable
from kubectl_dra.selection.device_selector import Environment, compile_selector, qualified_name
from kubectl_dra.selection.groups import evaluate_devices

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
    from kubectl_dra.inventory.inventory import Inventory

Value = TypeVar("Value")
ATTRIBUTES, CAPACITY = "attributes", "capacity"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """An attribute or a capacity of devices, under the domain by which CEL finds it."""

    table: str
    domain: str
    identifier: str

    @property
    def lookup(self) -> str:
        """How a selector reads it."""
        return f'device.{self.table}["{self.domain}"].{self.identifier}'

    @property
    def qualified(self) -> str:
        """``DOMAIN/NAME``, as constraints name it."""
        return f"{self.domain}/{self.identifier}"

    def of(self, driver: str, device: Device) -> DeviceAttribute | DeviceCapacity | None:
        """The device's attribute or capacity; None where it has none."""
        return _entry(device.attributes, self, driver) if self.table == ATTRIBUTES else _entry(device.capacity, self, driver)

    def key_of(self, driver: str, device: Device) -> str:
        """The key under which the device has it, with or without the domain."""
        keys = device.attributes if self.table == ATTRIBUTES else device.capacity
        return next((key for key in keys if qualified_name(key, driver) == (self.domain, self.identifier)), "")


def _entry(table: Mapping[str, Value], wanted: Property, driver: str) -> Value | None:
    if wanted.qualified in table:
        return table[wanted.qualified]
    return table.get(wanted.identifier) if wanted.domain == driver else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Usable devices, and the classes there are."""

    inventory: Inventory
    usable: Usable
    environment: Environment
    _let_through: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def devices(self, indices: Sequence[int]) -> list[tuple[str, Device]]:
        """Driver and device of each."""
        return [self.usable.devices[index] for index in indices]

    def of_class(self, class_name: str) -> tuple[int, ...]:
        """The devices that a class lets through. Raises :class:`Unwritable` for a class that does not exist."""
        if class_name not in self._let_through:
            device_class = self.inventory.device_classes.get(class_name)
            if device_class is None:
                near = difflib.get_close_matches(class_name, self.inventory.device_classes, n=1, cutoff=0.5)
                known = f"; did you mean {near[0]}?" if near else _known("classes", self.inventory.device_classes)
                raise Unwritable(f"DeviceClass/{class_name} does not exist{known}", is_usage=False)
            expressions = [selector.cel.expression for selector in device_class.spec.selectors if selector.cel is not None]
            self._let_through[class_name] = self.selected(range(len(self.usable.devices)), expressions)
        return self._let_through[class_name]

    def selected(self, indices: Iterable[int], expressions: Iterable[str]) -> tuple[int, ...]:
        """Those of the devices on which every expression is true."""
        left = tuple(indices)
        for expression in expressions:
            results = evaluate_devices(compile_selector(expression, self.environment), self.devices(left))
            left = tuple(index for index, result in zip(left, results, strict=True) if result is True)
        return left

    def find_device(self, name: str) -> int:
        """The device that people call ``NODE/DEVICE``, ``POOL/DEVICE`` or ``DRIVER/POOL/DEVICE``. Raises :class:`Unwritable`."""
        holder, _, device = name.rpartition("/")
        found = [
            index
            for index, one in enumerate(self.usable.published)
            if one.device.name == device and holder in {one.id.pool, f"{one.id.driver}/{one.id.pool}", *self.usable.nodes_of([index])}
        ]
        if len(found) == 1:
            return found[0]
        if found:
            choices = ", ".join(str(self.usable.published[index].id) for index in found[:3])
            raise Unwritable(f"--like {name} names {len(found)} devices: {choices}", is_usage=False)
        every = [f"{one.id.pool}/{one.id.device}" for one in self.usable.published]
        near = difflib.get_close_matches(name, every, n=1, cutoff=0.5)
        raise Unwritable(f"--like {name} names no device that is offered" + (f"; did you mean {near[0]}?" if near else ""), is_usage=False)

    def classes_of(self, index: int) -> list[str]:
        """The classes that let a device through, by name."""
        return sorted(name for name in self.inventory.device_classes if index in self.of_class(name))

    def properties(self, indices: Iterable[int]) -> Counter[Property]:
        """Every attribute and capacity of the devices, with the number of devices that have it."""
        counts: Counter[Property] = Counter()
        for driver, device in self.devices(tuple(indices)):
            for table, keys in ((ATTRIBUTES, device.attributes), (CAPACITY, device.capacity)):
                for key in keys:
                    domain, identifier = qualified_name(key, driver)
                    counts[Property(table=table, domain=domain, identifier=identifier)] += 1
        return counts

    def find_property(self, name: str, indices: Sequence[int], tables: Sequence[str] = (ATTRIBUTES, CAPACITY)) -> Property:
        """The first of :meth:`find_properties`."""
        return self.find_properties(name, indices, tables)[0]

    def find_properties(self, name: str, indices: Sequence[int], tables: Sequence[str]) -> list[Property]:
        """The attributes and capacities that people call ``NAME`` or ``DOMAIN/NAME``, the most common first.

        Raises :class:`Unwritable` with the nearest there is.
        """
        counts = self.properties(indices)
        wanted = name.lower()
        found = [one for one in counts if one.table in tables and wanted in {one.identifier.lower(), one.qualified.lower()}]
        if found:
            return sorted(found, key=lambda one: (-counts[one], tables.index(one.table), one.domain))
        names = {one.identifier: one for one in counts if one.table in tables}
        near = difflib.get_close_matches(name.rpartition("/")[2], names, n=1, cutoff=0.5)
        what = " or ".join({ATTRIBUTES: "attribute", CAPACITY: "capacity"}[table] for table in tables)
        there = f"; the nearest is {near[0]}, which {counts[names[near[0]]]} have" if near else _known("names", names)
        raise Unwritable(f"none of {len(indices)} devices has an {what} {name}{there}".replace("an capacity", "a capacity"), is_usage=False)


def supply_of(inventory: Inventory) -> Supply:
    """What an inventory offers."""
    return Supply(inventory=inventory, usable=usable_devices(inventory), environment=Environment(release=str(inventory.release)))


def _known(what: str, names: Iterable[str]) -> str:
    every = sorted(names)
    if not every:
        return f"; there are no {what}"
    return f"; the {what} are {', '.join(every[:6])}" + (f" and {len(every) - 6} more" if len(every) > 6 else "")  # noqa: PLR2004
