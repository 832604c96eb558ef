"""The devices of a driver → the attributes and capacities that tell them apart, most telling first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.reports.words import attribute_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubectl_dra.api.resource import Device

PRODUCT, DIFFERS, SAME, IDENTIFIES = 0, 1, 2, 3
"""Ranks: what a device is called in a shop; what differs between devices; what does not; what names each single one."""

_PRODUCT_WORDS = ("productname", "product", "model", "devicename", "acceleratortype", "memory", "profile", "type")
_IDENTIFYING_WORDS = ("uuid", "serial", "pcibusid", "pciaddress", "pciaddr", "mac", "address", "minor", "index", "guid", "hash")
_FEW = 0.5
"""An attribute that has more different values than this share of the devices names single devices."""
_GROUPS = 2
"""So many different values group even a handful of devices."""
_SAMPLED = 4096


class Telling(NamedTuple):
    """An attribute or capacity, under the key that slices use, and how telling it is."""

    key: str
    is_capacity: bool
    rank: int

    @property
    def name(self) -> str:
        """The key without its domain."""
        return self.key.rpartition("/")[2]

    def texts(self, devices: Sequence[Device]) -> list[str]:
        """The value of each device, as :meth:`text` has it."""
        key = self.key
        if self.is_capacity:
            entries = [device.capacity.get(key) for device in devices]
            return ["" if entry is None else str(entry.value) for entry in entries]
        found = [device.attributes.get(key) for device in devices]
        return ["" if one is None else one.string if one.string is not None else attribute_text(one) for one in found]

    def text(self, device: Device) -> str:
        """The device's value; empty where it has none."""
        if self.is_capacity:
            capacity = device.capacity.get(self.key)
            return "" if capacity is None else str(capacity.value)
        attribute = device.attributes.get(self.key)
        return "" if attribute is None else attribute_text(attribute)


def telling(devices: Sequence[Device]) -> tuple[Telling, ...]:
    """Every attribute and capacity that some device has, most telling first; of very many devices, the values of a sample are compared."""
    # Slices have 4, 8 or 16 devices: an odd step does not always meet the same place in them.
    sample = devices[:: len(devices) // _SAMPLED | 1]
    attributes = _differing([device.attributes for device in devices], [device.attributes for device in sample])
    capacities = _differing([device.capacity for device in devices], [device.capacity for device in sample])
    found = [
        *(_ranked(Telling(key, False, SAME), differs, sample) for key, differs in attributes.items()),  # noqa: FBT003
        *(_ranked(Telling(key, True, SAME), differs, sample) for key, differs in capacities.items()),  # noqa: FBT003
    ]
    return tuple(sorted(found, key=lambda one: (one.rank, _order(one), one.is_capacity, one.key)))


def find_telling(every: Sequence[Telling], name: str) -> tuple[Telling, ...]:
    """Those that people mean by ``name``: a whole key, or the part behind the domain, in whatever case."""
    wanted = name.lower()
    return tuple(one for one in every if one.key.lower() == wanted) or tuple(one for one in every if one.name.lower() == wanted)


def _differing(tables: Sequence[Mapping[str, object]], sample: Sequence[Mapping[str, object]]) -> dict[str, bool]:
    """Every key of ``tables``, and whether in ``sample`` its value differs, or some lack it."""
    every: set[str] = set().union(*tables)
    alike = every.intersection(*sample)
    for table in sample:
        alike = {key for key in alike if table[key] == sample[0][key]}
    return {key: key not in alike for key in every}


def _ranked(candidate: Telling, differs: bool, sample: Sequence[Device]) -> Telling:  # noqa: FBT001
    name = candidate.name.lower()
    if name in _PRODUCT_WORDS and (differs or name not in {"type", "profile"}):
        return candidate._replace(rank=PRODUCT)
    if name in _IDENTIFYING_WORDS or name.endswith("uuid"):
        return candidate._replace(rank=IDENTIFIES)
    if not differs:
        return candidate
    values = [text for device in sample if (text := candidate.text(device))]
    is_single = len(set(values)) > max(len(values) * _FEW, _GROUPS)
    return candidate._replace(rank=IDENTIFIES if is_single else DIFFERS)


def _order(one: Telling) -> int:
    name = one.name.lower()
    return _PRODUCT_WORDS.index(name) if name in _PRODUCT_WORDS else len(_PRODUCT_WORDS)
