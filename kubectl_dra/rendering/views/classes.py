"""ClassList → a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Span, Table
from kubectl_dra.rendering.views.devices import FREE_ROLES, free_text
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines
from kubectl_dra.reports.words import age, counted, labels_text, listed

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Cell
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.classes import ClassList, ClassRow


def show_classes(report: ClassList, layout: Layout, *, labels: bool = False) -> Document:
    """One row per class: its drivers, what there is of its devices, its extended resource, its selectors."""
    columns = [Column("CLASS"), Column("DRIVER", rank=2, flexible=True), Column("DEVICES"), Column("FREE", flexible=True)]
    shows_extended = layout.wide or any(row.device_class.spec.extended_resource_name for row in report.rows)
    if shows_extended:
        columns.append(Column("EXTENDED RESOURCE", rank=1, flexible=True))
    columns += [Column("SELECTORS", flexible=True, least=24), Column("AGE")]
    if layout.wide:
        columns.append(Column("CONFIG FOR"))
    rows = [_cells(row, report.now, layout, shows_extended=shows_extended) for row in report.rows]
    if labels:
        columns.append(Column("LABELS", flexible=True))
        rows = [[*cells, labels_text(row.device_class.metadata.labels)] for cells, row in zip(rows, report.rows, strict=True)]
    talk = (*(line for row in report.rows for line in _problem_lines(row)), *finding_lines(report.findings), *unread_lines(report.unread))
    return Document((Table.of_rows(tuple(columns), rows),), talk) if rows else Document((), (("No device classes found.",), *talk))


def _cells(row: ClassRow, now: str, layout: Layout, *, shows_extended: bool) -> list[Cell]:
    spec, states = row.device_class.spec, row.counts.states
    text = free_text(states.get("free", 0), row.counts.free_partitions, unknown=states.get("unknown", 0))
    cells: list[Cell] = [row.name, listed(row.drivers), str(row.counts.devices), Span(text, FREE_ROLES.get(text, "good"))]
    if shows_extended:
        name = spec.extended_resource_name or ""
        cells.append(f"{name} (goes to {row.loses_name_to})" if row.loses_name_to else name)
    cells += [
        " && ".join(" ".join(expression.split()) for expression in row.expressions),
        age(row.device_class.metadata.creation_timestamp, now),
    ]
    if layout.wide:
        cells.append(listed(config.opaque.driver for config in spec.config if config.opaque is not None))
    return cells


def _problem_lines(row: ClassRow) -> tuple[tuple[Cell, ...], ...]:
    if row.broken:
        return ((Span(f"class {row.name}: a selector cannot be used: {row.broken}", "bad"),),)
    if row.failed:
        return ((Span(f"class {row.name}: its selectors end in an error on {counted(row.failed, 'device')}: {row.error}", "warn"),),)
    return ()
