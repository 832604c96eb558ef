"""Devices → groups that agree on everything that selectors read, so that each selector is evaluated once per group.

It also makes the sentences: "412 identical devices fail for the same reason".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.apimachinery.semver import VersionError, parse_version
from kubectl_dra.selection.device_selector import device_value
from kubectl_dra.selection.readings import Reading, readings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from kubectl_dra.api.resource import Device, DeviceAttribute
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.selection.device_selector import CompiledSelector, Environment

    Project = Callable[[Device], Hashable]

_FULL_PATH: Final = 3


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
    selectors = tuple(selectors)
    readings = sorted({reading for selector in selectors for reading in readings_of(selector)})
    environments = {selector.environment for selector in selectors}
    knows_lists = all(environment.knows_lists for environment in environments)
    projections: dict[str, Project] = {}
    members: dict[Hashable, list[int]] = {}
    for index, (driver, device) in enumerate(devices):
        project = projections.get(driver)
        if project is None:
            project = projections[driver] = _projection(readings, driver, knows_lists=knows_lists)
        members.setdefault((driver, project(device)), []).append(index)
    return tuple(DeviceGroup(*devices[indices[0]], tuple(indices)) for indices in members.values())


def evaluate_devices(selector: CompiledSelector, devices: Sequence[tuple[str, Device]]) -> list[bool | CelError]:
    """What the selector says of each device (driver, device); equal to evaluating it on each."""
    return evaluate_selectors([selector], devices)[0]


def evaluate_selectors(selectors: Sequence[CompiledSelector], devices: Sequence[tuple[str, Device]]) -> list[list[bool | CelError]]:
    """For each selector what it says of each device (driver, device); the devices are grouped once for all selectors."""
    results: list[list[bool | CelError]] = [[False] * len(devices) for _ in selectors]
    for group in group_devices(selectors, devices):
        values: dict[Environment, object] = {}
        for selector, row in zip(selectors, results, strict=True):
            value = values.get(selector.environment)
            if value is None:
                value = values[selector.environment] = device_value(group.driver, group.device, selector.environment)
            result = selector.evaluate_value(value)  # type: ignore[arg-type]  # what device_value returned
            for index in group.indices:
                row[index] = result
    return results


def _projection(readings: Iterable[Reading], driver: str, *, knows_lists: bool) -> Project:
    """What of a driver's devices decides about the selectors, as one value to compare."""
    readings = tuple(readings)
    if any(len(reading.path) < _FULL_PATH and reading.path[:1] in {(), ("attributes",), ("capacity",)} for reading in readings):
        return _everything
    attributes = tuple(name for reading in readings if reading.path[0] == "attributes" for name in _names(reading, driver))
    capacities = tuple(name for reading in readings if reading.path[0] == "capacity" for name in _names(reading, driver))
    sound: set[str] = set()

    def project(device: Device) -> Hashable:
        present = device.attributes
        for attribute in present.values():
            if attribute.string is not None or attribute.int_ is not None or attribute.bool_ is not None or attribute.version in sound:
                continue
            if not _is_sound(attribute, knows_lists=knows_lists):
                return _everything(device)
            if attribute.version is not None:
                sound.add(attribute.version)
        read = tuple(map(present.get, attributes))
        if not capacities:
            return read, device.allow_multiple_allocations
        entries = tuple([entry and entry.value for entry in map(device.capacity.get, capacities)])
        return read, entries, device.allow_multiple_allocations

    return project


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


def _everything(device: Device) -> Hashable:
    """All that expressions can see of a device, in the order in which it is declared."""
    return (
        tuple(device.attributes.items()),
        tuple((name, entry.value) for name, entry in device.capacity.items()),
        device.allow_multiple_allocations,
    )
