"""Devices → kinds: devices that no decision of the search can tell apart, apart from who holds them.

A kind stands for all its devices: selectors, taints, attributes and amounts are looked at once a kind. What selectors and constraints do
not read (a serial number) does not make a kind.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from kubectl_dra.allocator.capacity import nanos
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_version

if TYPE_CHECKING:
    from collections.abc import Hashable

    from kubectl_dra.api.resource import Device, DeviceAttribute, ResourceSlice
    from kubectl_dra.releases.behaviour import Behaviour
    from kubectl_dra.selection.device_selector import DeviceError, DeviceValue

Names = frozenset[tuple[str, str]]
"""Attributes by domain and identifier."""


class DeviceKind:
    """A kind of device; compared by identity, since equal devices get the same one from their table."""

    __slots__ = ("allows_many", "consumes", "device", "driver", "slice_", "values")

    def __init__(self, driver: str, device: Device, slice_: ResourceSlice, *, allows_many: bool) -> None:
        self.driver = driver
        self.device = device
        """One device, which stands for all as far as the search looks."""
        self.slice_ = slice_
        self.allows_many = allows_many
        """Whether several allocations may share the device."""
        self.values: DeviceValue | DeviceError | None = None
        """The device as expressions see it, once one has looked."""
        self.consumes: tuple[tuple[tuple[str, str], int], ...] = tuple(
            ((entry.counter_set, name), nanos(read_quantity(counter.value)))
            for entry in device.consumes_counters
            for name, counter in entry.counters.items()
        )
        """What is taken of each counter (set and name), in billionths."""

    def attribute(self, name: str) -> DeviceAttribute | None:
        """The attribute of a fully qualified name (upstream: ``lookupAttribute``)."""
        attributes = self.device.attributes
        found = attributes.get(name)
        if found is not None:
            return found
        domain, slash, identifier = name.partition("/")
        return attributes.get(identifier) if slash and domain == self.driver else None


class KindTable:
    """The kinds there are when these attributes are read; ``reads`` is None where any attribute may be."""

    def __init__(self, reads: Names | None, behaviour: Behaviour) -> None:
        self._reads = reads
        self._shares_devices = behaviour.supports_capacity and behaviour.features.consumable_capacity
        self._shows_sharing = behaviour.supports_capacity
        self._kinds: dict[Hashable, DeviceKind] = {}
        self._names: dict[str, tuple[str, ...]] = {}
        self._sound_versions: set[str] = set()
        self._of_slices: dict[int, tuple[ResourceSlice, tuple[DeviceKind, ...]]] = {}

    def kinds_of(self, slice_: ResourceSlice) -> tuple[DeviceKind, ...]:
        """The kinds of all devices of a slice, in order."""
        found = self._of_slices.get(id(slice_))
        if found is None:
            # The slice is kept beside them: as long as it is there, nothing else has its identity.
            found = self._of_slices[id(slice_)] = (slice_, tuple(self._of_slice(slice_)))
        return found[1]

    def _of_slice(self, slice_: ResourceSlice) -> list[DeviceKind]:
        if self._reads is None or any(self._is_odd(attribute) for attribute in self._doubtful(slice_)):
            return [self.kind_of(slice_, device) for device in slice_.spec.devices]
        names = self._names_read(slice_.spec.driver)
        return [
            self._of_key(slice_, device, tuple([attributes.get(name) for name in names]))
            for device in slice_.spec.devices
            for attributes in (device.attributes,)
        ]

    def _doubtful(self, slice_: ResourceSlice) -> list[DeviceAttribute]:
        """The attributes of a slice that are not obviously in order, all at once since there are a dozen on each device."""
        sound = self._sound_versions
        return [
            attribute
            for device in slice_.spec.devices
            for attribute in device.attributes.values()
            if attribute.string is None and attribute.int_ is None and attribute.version not in sound
        ]

    def known_of(self, slice_: ResourceSlice) -> tuple[DeviceKind, ...]:
        """The same, where they have been asked for together before; else nothing."""
        found = self._of_slices.get(id(slice_))
        return found[1] if found is not None else ()

    def kind_of(self, slice_: ResourceSlice, device: Device) -> DeviceKind:
        """The device's kind."""
        attributes = device.attributes
        if self._reads is None:
            read: tuple[object, ...] = tuple(attributes.items())
        else:
            read = tuple([attributes.get(name) for name in self._names_read(slice_.spec.driver)])
            for attribute in attributes.values():
                if (
                    attribute.string is None
                    and attribute.int_ is None
                    and attribute.version not in self._sound_versions
                    and self._is_odd(attribute)
                ):
                    read = tuple(attributes.items())
                    break
        return self._of_key(slice_, device, read)

    def _of_key(self, slice_: ResourceSlice, device: Device, read: tuple[object, ...]) -> DeviceKind:
        spec = slice_.spec
        key = (
            spec.driver,
            read,
            tuple(device.capacity.items()),
            device.allow_multiple_allocations,
            device.taints and _taint_key(device),
            device.consumes_counters and _consumption_key(device),
            device.binding_conditions,
            spec.per_device_node_selection and (device.node_name, device.all_nodes, device.node_selector),
            spec.skip_node_operations,
        )
        kind = self._kinds.get(key)
        if kind is None:
            allows_many = self._shares_devices and device.allow_multiple_allocations is True
            if not self._shows_sharing and device.allow_multiple_allocations is not None:
                device = replace(device, allow_multiple_allocations=None)
            kind = self._kinds[key] = DeviceKind(spec.driver, device, slice_, allows_many=allows_many)
        return kind

    def _names_read(self, driver: str) -> tuple[str, ...]:
        names = self._names.get(driver)
        if names is None:
            names = self._names[driver] = self._names_for(driver)
        return names

    def _names_for(self, driver: str) -> tuple[str, ...]:
        full = [f"{domain}/{identifier}" for domain, identifier in sorted(self._reads or ())]
        short = [identifier for domain, identifier in sorted(self._reads or ()) if domain == driver]
        return (*full, *short)

    def _is_odd(self, attribute: DeviceAttribute) -> bool:
        """Whether the attribute may make every selector fail, or is a list, so that its device must not be taken for another."""
        if attribute.version is None:
            return attribute.bool_ is None
        try:
            parse_version(attribute.version)
        except VersionError:
            return True
        self._sound_versions.add(attribute.version)
        return False


def _taint_key(device: Device) -> Hashable:
    return tuple((taint.key, taint.value, taint.effect) for taint in device.taints)


def _consumption_key(device: Device) -> Hashable:
    return tuple((entry.counter_set, tuple(entry.counters.items()), entry.compatibility_groups) for entry in device.consumes_counters)
