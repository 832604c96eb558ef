"""Devices in the sentences of other objects: what a device is, in a few words, and how it is called for short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.reports.devices import node_text
from kubectl_dra.reports.telling import IDENTIFIES, PRODUCT, telling

if TYPE_CHECKING:
    from kubectl_dra.inventory.inventory import DeviceID
    from kubectl_dra.inventory.states import Hardware, PublishedDevice

_WORDS = 4
"""Attributes named in one line."""


def find_device(hardware: Hardware, id_: DeviceID) -> PublishedDevice | None:
    """The device of the newest generation with this name; one that is passed over only where there is no other."""
    found = [device for device in hardware.devices if device.id == id_]
    return min(found, key=lambda device: device.withheld is not None, default=None)


def short_name(id_: DeviceID) -> str:
    """``POOL/DEVICE``, which is ``NODE/DEVICE`` where the pool is one node's."""
    return f"{id_.pool}/{id_.device}"


def what_it_is(published: PublishedDevice, most: int = _WORDS) -> str:
    """``NVIDIA A100, 80Gi, architecture Ampere``: what it is called in a shop, then what else there is room for, by name."""
    columns = [one for one in telling([published.device]) if one.rank != IDENTIFIES and one.name.lower() != "type"]
    products = [one.text(published.device) for one in columns if one.rank == PRODUCT]
    others = [f"{one.name} {one.text(published.device)}" for one in columns if one.rank != PRODUCT]
    return ", ".join([*filter(None, products), *others][:most])


def where_it_is(published: PublishedDevice) -> str:
    """``node gpu-a1``, or the nodes that it is for."""
    text = node_text(published)
    return f"node {text}" if published.slice_.spec.node_name else f"nodes {text}"


def devices_named(hardware: Hardware, name: str) -> list[PublishedDevice]:
    """Devices that people mean by ``DRIVER/POOL/DEVICE``, ``POOL/DEVICE`` or ``DEVICE``; those of the newest generation first."""
    every = [one for one in hardware.devices if name in {str(one.id), short_name(one.id)}]
    found = every or [one for one in hardware.devices if name == one.device.name]
    return sorted(found, key=lambda one: one.withheld is not None and one.withheld.because == "older generation")
