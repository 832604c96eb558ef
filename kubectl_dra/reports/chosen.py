"""Hardware → the devices that were asked for: by node, driver, labels, class, selector, state."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from kubectl_dra.apimachinery import labels
from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity
from kubectl_dra.inventory.pools import PoolID
from kubectl_dra.inventory.states import STATES, in_counting_order, is_offered, pool_name
from kubectl_dra.inventory.targets import target_of
from kubectl_dra.reports.devices import node_text
from kubectl_dra.reports.telling import Telling, find_telling, telling

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from kubectl_dra.api.core import Node
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware, PublishedDevice


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked for; whatever is empty does not restrict. ``expressions`` are CEL selectors that must all be true."""

    nodes: tuple[str, ...] = ()
    drivers: tuple[str, ...] = ()
    node_labels: tuple[labels.Requirement, ...] = ()
    expressions: tuple[str, ...] = ()
    free: bool = False


class Unmatched(ValueError):
    """A name that no device answers to: ``kind`` is ``driver``, ``node`` or ``column``, ``known`` are the names there are."""

    def __init__(self, kind: str, name: str, known: Sequence[str]) -> None:
        super().__init__(_UNMATCHED[kind].format(name))
        self.kind = kind
        self.name = name
        self.known = known


_UNMATCHED = {
    "driver": "no driver {} publishes devices",
    "node": "there is no node {}, and no device names one",
    "column": "no device has an attribute or capacity {}, and it is no column",
}


class UnusableSelector(ValueError):
    """A CEL expression that does not compile, or that cannot be evaluated here."""


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """The devices, and on how many others a selector ended in an error, with the first error.

    ``pools`` are the pools that were looked at: those of the drivers and nodes that were asked for, whatever else their devices are; None
    where all were.
    """

    devices: tuple[PublishedDevice, ...]
    pools: frozenset[PoolID] | None = None
    failed: int = 0
    error: str = ""

    def sorted_by(self, column: str) -> Chosen:
        """The same in the order of a column. Raises :class:`Unmatched`."""
        return msgspec.structs.replace(self, devices=sort_devices(self.devices, column))


def choose(hardware: Hardware, inventory: Inventory, wanted: Wanted) -> Chosen:
    """The devices that ``wanted`` describes, in the order of the hardware. Raises :class:`Unmatched`, :class:`UnusableSelector`."""
    _require_known(hardware, inventory, wanted)
    devices: Iterable[PublishedDevice] = hardware.devices
    if wanted.drivers:
        devices = (device for device in devices if device.slice_.spec.driver in wanted.drivers)
    if wanted.nodes or wanted.node_labels:
        devices = _for_nodes(devices, inventory.nodes, wanted)
    looked_at = tuple(devices)
    pools = None
    if wanted.drivers or wanted.nodes or wanted.node_labels:
        pools = frozenset(PoolID(device.slice_.spec.driver, pool_name(device.slice_)) for device in looked_at)
    if wanted.free:
        looked_at = tuple(device for device in looked_at if device.state in {"free", "shared"} and is_offered(device))
    if wanted.expressions:
        return _selected(looked_at, wanted.expressions, str(inventory.release), pools)
    return Chosen(devices=looked_at, pools=pools)


def _require_known(hardware: Hardware, inventory: Inventory, wanted: Wanted) -> None:
    drivers = tuple(dict.fromkeys(device.slice_.spec.driver for device in hardware.devices)) if wanted.drivers else ()
    nodes = (*inventory.nodes, *_target_nodes(hardware)) if wanted.nodes else ()
    for kind, names, known in (("driver", wanted.drivers, drivers), ("node", wanted.nodes, nodes)):
        for name in names:
            if name not in known:
                raise Unmatched(kind, name, known)


def _target_nodes(hardware: Hardware) -> Iterator[str]:
    for device in hardware.devices:
        if name := target_of(device.slice_, device.device).node_name:
            yield name


def _for_nodes(devices: Iterable[PublishedDevice], nodes: Mapping[str, Node], wanted: Wanted) -> Iterator[PublishedDevice]:
    chosen = [
        node
        for node in nodes.values()
        if (not wanted.nodes or node.metadata.name in wanted.nodes) and labels.matches(wanted.node_labels, node.metadata.labels)
    ]
    names = {node.metadata.name for node in chosen}
    if not wanted.node_labels:  # a node that a slice names need not be readable
        names |= set(wanted.nodes)
    for device in devices:
        target = target_of(device.slice_, device.device)
        if target.node_name in names if target.node_name else any(target.includes(node) for node in chosen):
            yield device


def _selected(devices: tuple[PublishedDevice, ...], expressions: tuple[str, ...], release: str, pools: frozenset[PoolID] | None) -> Chosen:
    from kubectl_dra.reports.selected import select_devices  # noqa: PLC0415  (CEL is needed here alone)

    selected = select_devices(devices, expressions, release)
    if selected.broken:
        raise UnusableSelector(f"the selector cannot be used: {selected.broken}")
    return Chosen(devices=selected.devices, pools=pools, failed=selected.failed, error=selected.error)


def sort_devices(devices: tuple[PublishedDevice, ...], by: str) -> tuple[PublishedDevice, ...]:
    """``devices`` by driver, and within a driver by ``node``, ``pool``, ``device``, ``state``, an attribute or a capacity.

    Numbers and quantities sort by their size, devices without the attribute last. Raises :class:`Unmatched`.
    """
    place: dict[str, Callable[[PublishedDevice], object]] = {
        "node": lambda device: in_counting_order(node_text(device)),
        "pool": lambda device: in_counting_order(pool_name(device.slice_)),
        "device": lambda device: in_counting_order(device.device.name),
        "name": lambda device: in_counting_order(device.device.name),
        "state": lambda device: STATES.index(device.state),
    }
    found = place.get(by.lower())
    if found is None:
        found = partial(_by_value, _telling_named(devices, by))
    # The keys of one column are of one type, which no type checker can know.
    key: Callable[[PublishedDevice], Any] = found
    return tuple(sorted(devices, key=lambda device: (device.slice_.spec.driver, key(device))))


def _telling_named(devices: tuple[PublishedDevice, ...], name: str) -> tuple[Telling, ...]:
    every = telling([device.device for device in devices])
    found = find_telling(every, name)
    if not found and devices:
        raise Unmatched("column", name, ("node", "pool", "device", "state", *(one.name for one in every)))
    return found


def _by_value(columns: tuple[Telling, ...], device: PublishedDevice) -> tuple[int, object]:
    text = next(filter(None, (column.text(device.device) for column in columns)), "")
    if not text:
        return (2, ())
    try:
        return (0, read_quantity(text))
    except QuantityError:
        return (1, in_counting_order(text))
