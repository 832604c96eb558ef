"""DeviceMap → a picture, DeviceSummary → a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Lines, Span, Table
from kubectl_dra.rendering.views.devices import alternatives_text, free_text
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Cell, Line, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.nodes import DeviceMap, DeviceSummary, DriverOnNode, NodeRow, Square, SummaryRow

_SIGNS: dict[Square, tuple[str, str, Role]] = {
    "used": ("■", "#", "plain"),
    "free": ("□", ".", "good"),
    "shared": ("▒", "+", "accent"),
    "withheld": ("\N{MULTIPLICATION SIGN}", "x", "bad"),
    "unknown": ("?", "?", "warn"),
}
_MEANINGS: dict[Square, str] = {
    "used": "used",
    "free": "free",
    "shared": "part of it is used",
    "withheld": "not offered, or tainted",
    "unknown": "not known",
}
_SUMMARY_RANKS = {"shared": 7, "tainted": 8, "blocked": 9, "unknown": 10}
"""Counts that are left out where width is short, before any of the values that tell what is counted."""
_DRAWN = 64
"""Squares in a row, at most; a node with more devices says how many are left out."""


def show_map(report: DeviceMap, layout: Layout) -> Document:
    """One line per node: for each driver its squares and what is free."""
    drivers = list(dict.fromkeys(one.driver for row in report.items for one in row.drivers))
    nodes = max((len(row.node) for row in report.items), default=0)
    widths = {
        driver: max(len(_plain(one, layout)) for row in report.items for one in row.drivers if one.driver == driver) for driver in drivers
    }
    lines = tuple(line for row in report.items for line in _node_lines(row, nodes, drivers, widths, layout))
    legend: list[Cell] = []
    seen = {square for row in report.items for one in row.drivers for square in one.squares}
    for square, (unicode, ascii_, role) in _SIGNS.items():
        if square == "unknown" and square not in seen:
            continue
        legend += [Span(layout.sign(unicode, ascii_), role), f" {_MEANINGS[square]}  "]
    talk = (tuple(legend), *finding_lines(report.findings), *unread_lines(report.unread))
    return Document((Lines(lines),), talk) if lines else Document((), (("No devices found.",), *talk[1:]))


def _node_lines(row: NodeRow, nodes: int, drivers: list[str], widths: dict[str, int], layout: Layout) -> list[Line]:
    """One line, or one per driver where the width does not hold them all."""
    parts = [(one, _drawn(one, layout), len(_plain(one, layout))) for one in row.drivers]
    total = nodes + sum(3 + len(driver) + 2 + widths[driver] for driver in drivers)
    if not layout.width or total <= layout.width:
        line: list[Cell] = [row.node.ljust(nodes)]
        by_driver = {one.driver: (drawn, width) for one, drawn, width in parts}
        for driver in drivers:
            drawn, width = by_driver.get(driver, ((), 0))
            title = driver if drawn else " " * len(driver)
            line += ["   ", Span(title, "dim"), "  ", *drawn, " " * (widths[driver] - width)]
        return [tuple(line)]
    longest = max(map(len, drivers))
    return [
        ((row.node if number == 0 else "").ljust(nodes), "   ", Span(one.driver.ljust(longest), "dim"), "  ", *drawn)
        for number, (one, drawn, _) in enumerate(parts)
    ]


def _drawn(one: DriverOnNode, layout: Layout) -> tuple[Cell, ...]:
    signs: list[Cell] = [Span(layout.sign(*_SIGNS[square][:2]), _SIGNS[square][2]) for square in one.squares[:_DRAWN]]
    return (*signs, _words(one))


def _plain(one: DriverOnNode, layout: Layout) -> str:
    del layout
    return "x" * min(len(one.squares), _DRAWN) + _words(one)


def _words(one: DriverOnNode) -> str:
    more = f" and {len(one.squares) - _DRAWN} more" if len(one.squares) > _DRAWN else ""
    if one.problem:
        return f"{more}  {one.problem}"
    if "unknown" in one.squares:
        return f"{more}  not known"
    if one.free_partitions:
        plain = f"{one.free} free, and " if one.free else ""
        return f"{more}  {plain}{alternatives_text(one.free_partitions)}"
    shared = f", {one.squares.count('shared')} in part" if "shared" in one.squares else ""
    return f"{more}  {one.free} of {len(one.squares)} free{shared}"


def show_summary(report: DeviceSummary, layout: Layout) -> Document:
    """One table: a row per driver and product; columns that are zero everywhere are left out."""
    del layout
    counted = ("used", "shared", "blocked", "tainted", "not_offered", "unknown")
    shown = [name for name in counted if any(getattr(row, name) for row in report.items)]
    columns = [Column("DRIVER"), Column("WHAT", flexible=True), Column("NODES", rank=6), Column("DEVICES")]
    columns += [Column(name.upper().replace("_", " "), rank=_SUMMARY_RANKS.get(name, 0)) for name in shown]
    columns.append(Column("FREE", flexible=True))
    rows = [_summary_cells(row, shown) for row in report.items]
    talk = (*finding_lines(report.findings), *unread_lines(report.unread))
    return Document((Table.of_rows(tuple(columns), rows),), talk) if rows else Document((), (("No devices found.",), *talk))


def _summary_cells(row: SummaryRow, shown: list[str]) -> list[Cell]:
    counts = [str(getattr(row, name)) for name in shown]
    text = free_text(row.free, row.free_partitions, unknown=row.unknown)
    what = ", ".join(filter(None, row.values.values()))
    role: Role = "good" if row.free or row.free_partitions else "plain"
    return [row.driver, what, str(row.nodes), str(row.devices), *counts, Span(text, role)]
