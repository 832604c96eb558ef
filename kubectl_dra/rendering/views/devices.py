"""DeviceList → one table per driver, the counts beneath."""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from kubectl_dra.inventory.states import STATES, pool_name
from kubectl_dra.rendering.document import EXTRA, Column, Document, Span, Table
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines
from kubectl_dra.reports.devices import node_text
from kubectl_dra.reports.telling import IDENTIFIES, PRODUCT, SAME, find_telling, telling
from kubectl_dra.reports.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.inventory.states import PublishedDevice, State
    from kubectl_dra.inventory.together import AtOnce
    from kubectl_dra.rendering.document import Cell, Line, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.devices import DeviceCounts, DeviceList
    from kubectl_dra.reports.telling import Telling

ROLES: dict[State, Role] = {
    "unknown": "warn",
    "not offered": "bad",
    "used": "plain",
    "full": "plain",
    "blocked": "warn",
    "tainted": "bad",
    "shared": "accent",
    "free": "good",
}
"""What each state says: that a device can be had is good, that nobody can have it is bad."""

FREE_ROLES: dict[str, Role] = {"0": "plain", "unknown": "warn"}
"""What the text of a FREE column says where it does not say that there is something."""

_PLAIN_COLUMNS = 5
"""Columns of attributes where the width is not known, as in a pipe."""

STATE_SPANS: dict[State, Span] = {state: Span(state, role) for state, role in ROLES.items()}


def show_devices(report: DeviceList, layout: Layout, labels: Sequence[str]) -> Document:
    """Tables by driver; ``labels`` are the attributes asked for with ``-L``, which take the place of the telling ones."""
    by_driver = groupby(report.devices, key=attrgetter("slice_.spec.driver"))
    tables = tuple(_driver_table(driver, list(devices), report, layout, labels) for driver, devices in by_driver)
    talk = (count_line(report.counts), *finding_lines(report.findings), *unread_lines(report.unread))
    return Document(tables, talk if report.devices else (("No devices found.",), *talk[1:]))


def _driver_table(driver: str, devices: list[PublishedDevice], report: DeviceList, layout: Layout, labels: Sequence[str]) -> Table:
    bare = [published.device for published in devices]
    slices = [published.slice_ for published in devices]
    chosen = _columns(bare, layout, labels)
    columns = [Column("NODE"), Column(driver.upper())]
    cells: list[Sequence[Cell]] = [_node_texts(devices), [device.name for device in bare]]
    if any(pool_name(slice_) != slice_.spec.node_name for slice_ in dict(zip(map(id, slices), slices, strict=True)).values()):
        columns.insert(1, Column("POOL"))
        cells.insert(1, [pool_name(slice_) for slice_ in slices])
    columns += [Column(one.name.upper(), _rank(one, position), flexible=True) for position, one in enumerate(chosen)]
    cells += [one.texts(bare) for one in chosen]
    columns += [Column("STATE"), Column("HELD BY", flexible=True, least=30, wish=60)]
    cells += [[STATE_SPANS[published.states[0]] for published in devices], report.reasons(devices)]
    return Table(tuple(columns), cells)


def _node_texts(devices: list[PublishedDevice]) -> list[str]:
    return [published.slice_.spec.node_name or node_text(published) for published in devices]


def _rank(one: Telling, position: int) -> int:
    """What a device is called in a shop stays longest; what tells single devices apart makes room for who holds them."""
    return position + 1 + (0 if one.rank == PRODUCT else EXTRA)


def _columns(devices: list[Device], layout: Layout, labels: Sequence[str]) -> list[Telling]:
    found = telling(devices)
    if labels:
        return [one for label in labels for one in find_telling(found, label)]
    if layout.wide:
        return list(found)
    useful = [one for one in found if one.rank < SAME] or [one for one in found if one.rank == SAME][:2]
    if not layout.width:
        return useful[:_PLAIN_COLUMNS]
    return [*useful, *(one for one in found if one.rank == IDENTIFIES)]


def count_line(counts: DeviceCounts) -> Line:
    """``7 devices of 2 drivers: 2 free, 2 used``, and what free partitions amount to."""
    parts: list[Cell] = [f"{counted(counts.devices, 'device')} of {counted(counts.drivers, 'driver')}: "]
    states = [state for state in reversed(STATES) if counts.states.get(state)]
    for position, state in enumerate(states):
        parts += [", " if position else "", Span(f"{counts.states[state]:,} {state}", ROLES[state])]
    if counts.free_partitions:
        parts += [", " if states else "", "and of partitioned devices ", Span(alternatives_text(counts.free_partitions), "good")]
    return tuple(parts)


def free_text(free: int, partitions: Sequence[AtOnce], *, unknown: int) -> str:
    """``2, and 1 whole``: free devices and what free partitions amount to; ``unknown`` where the claims are."""
    if unknown:
        return "unknown"
    return ", and ".join(filter(None, [str(free) if free or not partitions else "", alternatives_text(partitions)]))


def alternatives_text(alternatives: Sequence[AtOnce]) -> str:
    """``1 whole, or up to 7 of 1g``: what free partitions amount to, fewest first."""
    shown = alternatives if len(alternatives) <= 3 else (alternatives[0], *alternatives[-2:])  # noqa: PLR2004  (three are read at a glance)
    return ", or ".join(f"{one.count} whole" if one.sort == "whole" else f"up to {one.count} of {one.sort}" for one in shown)
