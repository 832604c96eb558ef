"""PoolList → a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Span, Table
from kubectl_dra.rendering.views.devices import FREE_ROLES, free_text
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines
from kubectl_dra.reports.pools import otherwise_text, state_counts, targets_text
from kubectl_dra.reports.words import age

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Cell, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.pools import PoolList, PoolRow

POOL_ROLES: dict[str, Role] = {"complete": "good", "incomplete": "bad", "invalid": "bad"}


def show_pools(report: PoolList, layout: Layout) -> Document:
    """One row per pool; ``-o wide`` adds the slices' names."""
    columns = [Column("DRIVER"), Column("POOL"), Column("FOR", rank=4, flexible=True), Column("GENERATION", rank=3), Column("SLICES")]
    columns += [Column("STATE"), Column("DEVICES"), Column("USED", rank=5), Column("FREE", flexible=True, least=12)]
    columns.append(Column("AGE", rank=2))
    has_notes = any(row.problem or row.seen_otherwise for row in report.rows)
    if has_notes:
        columns.append(Column("NOTE", rank=1, flexible=True, least=20))
    if layout.wide:
        columns.append(Column("SLICE NAMES"))
    rows = [_cells(row, report.now, layout, has_notes=has_notes) for row in report.rows]
    talk = (*finding_lines(report.findings), *unread_lines(report.unread))
    return Document((Table.of_rows(tuple(columns), rows),), talk) if rows else Document((), (("No pools found.",), *talk))


def _cells(row: PoolRow, now: str, layout: Layout, *, has_notes: bool) -> list[Cell]:
    pool, states = row.overview, row.counts.states
    unknown = state_counts(states, ("unknown",))
    text = free_text(state_counts(states, ("free",)), row.counts.free_partitions, unknown=unknown)
    used = "unknown" if unknown else str(state_counts(states, ("used", "full")))
    cells: list[Cell] = [pool.id.driver, pool.id.pool, targets_text(row.targets), str(pool.generation)]
    cells += [f"{len(pool.slices)}/{pool.expected_slices}", Span(row.state, POOL_ROLES[row.state]), str(row.counts.devices)]
    cells += [used, Span(text, FREE_ROLES.get(text, "good")), age(row.created, now)]
    if has_notes:
        cells.append("; ".join(filter(None, [row.problem, otherwise_text(row)])))
    if layout.wide:
        cells.append(",".join(slice_.metadata.name for slice_ in (*pool.slices, *pool.older_slices)))
    return cells
