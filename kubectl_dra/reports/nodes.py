"""DeviceList → DeviceMap and DeviceSummary: the same devices by node, and by what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.inventory.states import PublishedDevice, in_counting_order, pool_name
from kubectl_dra.inventory.targets import target_of
from kubectl_dra.inventory.together import AtOnce, consumes_everything, free_partitions, totals_of
from kubectl_dra.reports.devices import node_text, withheld_text
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.telling import PRODUCT, telling

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.states import Hardware
    from kubectl_dra.reports.devices import DeviceList

Square: TypeAlias = Literal["used", "free", "shared", "withheld", "unknown"]
"""What one square of the picture says: nobody else gets it, anybody can, part of it can be had, the scheduler passes it over, who knows."""


class DriverOnNode(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The devices of one driver for one node, as squares; partitions of a device are part of its square.

    ``problem`` says why nothing is offered, where nothing is.
    """

    driver: str
    squares: tuple[Square, ...]
    free: int
    free_partitions: tuple[AtOnce, ...] = ()
    problem: str = ""


class NodeRow(msgspec.Struct, frozen=True, kw_only=True):
    """A node, or those of a selector, with the devices of each driver."""

    node: str
    drivers: tuple[DriverOnNode, ...]


class DeviceMap(Report, frozen=True, kw_only=True):
    """The picture of nodes and devices."""

    items: tuple[NodeRow, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "DeviceMap",
            "items": msgspec.to_builtins(self.items),
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }


class SummaryRow(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Devices of a driver that are the same thing to buy.

    ``values`` are their telling attributes, by name. ``free`` leaves partitions of shared counters out: ``free_partitions`` has them.
    """

    driver: str
    values: dict[str, str]
    nodes: int
    devices: int
    used: int
    shared: int
    blocked: int
    tainted: int
    not_offered: int
    unknown: int
    free: int
    free_partitions: tuple[AtOnce, ...] = ()


class DeviceSummary(Report, frozen=True, kw_only=True):
    """Counts by driver and product."""

    items: tuple[SummaryRow, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "DeviceSummary",
            "items": msgspec.to_builtins(self.items),
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }


def map_devices(report: DeviceList, hardware: Hardware) -> DeviceMap:
    """One row per node, in counting order, devices that no node owns last."""
    by_node: dict[str, list[PublishedDevice]] = {}
    for published in report.devices:
        by_node.setdefault(node_text(published), []).append(published)
    wholes = _wholes(hardware)
    rows = (_node_row(node, devices, hardware, wholes) for node, devices in sorted(by_node.items(), key=_nodes_first))
    return DeviceMap(items=tuple(rows), findings=report.findings, unread=report.unread)


def _nodes_first(entry: tuple[str, list[PublishedDevice]]) -> tuple[bool, tuple[str | int, ...]]:
    return entry[0].startswith("("), in_counting_order(entry[0])


def _wholes(hardware: Hardware) -> frozenset[tuple[str, str, str]]:
    """The devices that consume all there is of their counter sets: the others of the set are partitions of them."""
    found = set()
    for pool in hardware.pools:
        totals = totals_of(pool.slices)
        for slice_ in pool.slices if totals else ():
            found |= {(*pool.id, device.name) for device in slice_.spec.devices if consumes_everything(device, totals)}
    return frozenset(found)


def _node_row(node: str, devices: list[PublishedDevice], hardware: Hardware, wholes: frozenset[tuple[str, str, str]]) -> NodeRow:
    by_driver: dict[str, list[PublishedDevice]] = {}
    for published in devices:
        by_driver.setdefault(published.slice_.spec.driver, []).append(published)
    return NodeRow(node=node, drivers=tuple(_driver_on_node(driver, those, hardware, wholes) for driver, those in by_driver.items()))


def _driver_on_node(
    driver: str, devices: list[PublishedDevice], hardware: Hardware, wholes: frozenset[tuple[str, str, str]]
) -> DriverOnNode:
    offered = [device for device in devices if device.withheld is None]
    current = offered or [device for device in devices if device.withheld and device.withheld.because != "older generation"] or devices
    has_whole = {pool_name(device.slice_) for device in current if tuple(device.id) in wholes}
    # A partition is part of its whole device's square; where no whole one is offered, partitions are all there is.
    drawn = [device for device in current if not _is_partition(device, wholes, has_whole)]
    partitions = [device for device in current if device.device.consumes_counters]
    first = devices[0].withheld
    return DriverOnNode(
        driver=driver,
        squares=tuple(_square(device) for device in drawn),
        free=sum(device.state == "free" for device in drawn if not device.device.consumes_counters),
        free_partitions=free_partitions(hardware, partitions) if partitions else (),
        problem=withheld_text(first) if not offered and first is not None else "",
    )


def _is_partition(device: PublishedDevice, wholes: frozenset[tuple[str, str, str]], pools: set[str]) -> bool:
    return bool(device.device.consumes_counters) and pool_name(device.slice_) in pools and tuple(device.id) not in wholes


def _square(device: PublishedDevice) -> Square:
    if device.withheld is not None:
        return "withheld"
    if device.state == "unknown":
        return "unknown"
    if device.state in {"shared", "blocked"}:
        return "shared"
    if device.state == "free":
        return "free"
    return "withheld" if device.state == "tainted" else "used"


def summarize_devices(report: DeviceList, hardware: Hardware) -> DeviceSummary:
    """One row per driver and telling values."""
    by_driver: dict[str, list[PublishedDevice]] = {}
    for published in report.devices:
        by_driver.setdefault(published.slice_.spec.driver, []).append(published)
    rows = (row for driver, devices in by_driver.items() for row in _summary_rows(driver, devices, hardware))
    return DeviceSummary(items=tuple(rows), findings=report.findings, unread=report.unread)


def _summary_rows(driver: str, devices: list[PublishedDevice], hardware: Hardware) -> Iterable[SummaryRow]:
    columns = [one for one in telling([published.device for published in devices]) if one.rank == PRODUCT and one.name.lower() != "type"]
    groups: dict[tuple[str, ...], list[PublishedDevice]] = {}
    for published in devices:
        groups.setdefault(tuple(column.text(published.device) for column in columns), []).append(published)
    for values, those in sorted(groups.items(), key=lambda entry: tuple(in_counting_order(value) for value in entry[0])):
        yield _summary_row(driver, dict(zip((column.name for column in columns), values, strict=True)), those, hardware)


def _summary_row(driver: str, values: dict[str, str], devices: list[PublishedDevice], hardware: Hardware) -> SummaryRow:
    states = [device.state for device in devices]
    partitions = [device for device in devices if device.device.consumes_counters]
    return SummaryRow(
        driver=driver,
        values=values,
        nodes=len({name for device in devices if (name := target_of(device.slice_, device.device).node_name)}),
        devices=len(devices),
        used=states.count("used") + states.count("full"),
        shared=states.count("shared"),
        blocked=states.count("blocked"),
        tainted=states.count("tainted"),
        not_offered=states.count("not offered"),
        unknown=states.count("unknown"),
        free=sum(device.state == "free" for device in devices if not device.device.consumes_counters),
        free_partitions=free_partitions(hardware, partitions) if partitions else (),
    )
