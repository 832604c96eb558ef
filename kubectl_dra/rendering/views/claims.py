"""ClaimList → a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Span, Table
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines
from kubectl_dra.reports.asked import claim_state, consumers_text, got_text, wants_text
from kubectl_dra.reports.words import age, labels_text, selector_text

if TYPE_CHECKING:
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.rendering.document import Cell, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.claims import ClaimList

CLAIM_ROLES: dict[str, Role] = {"pending": "warn", "reserved": "good", "allocated": "accent"}


def show_claims(report: ClaimList, layout: Layout, *, all_namespaces: bool, labels: bool = False) -> Document:
    """One row per claim, the namespace first where there are several."""
    columns = [Column("CLAIM", flexible=True, least=24), Column("STATE"), Column("WANTS", flexible=True, least=10)]
    columns += [Column("GOT", flexible=True, least=10), Column("FOR", rank=1, flexible=True, least=12)]
    if layout.wide:
        columns += [Column("USABLE ON"), Column("ALLOCATED")]
    columns.append(Column("AGE"))
    if all_namespaces:
        columns.insert(0, Column("NAMESPACE"))
    rows = [_cells(claim, report.now, layout, all_namespaces=all_namespaces) for claim in report.claims]
    if labels:
        columns.append(Column("LABELS", flexible=True))
        rows = [[*row, labels_text(claim.metadata.labels)] for row, claim in zip(rows, report.claims, strict=True)]
    talk = (*finding_lines(report.findings), *unread_lines(report.unread))
    if not rows:
        where = "." if all_namespaces else f" in {report.namespace} namespace."
        return Document((), ((f"No claims found{where}",), *talk))
    return Document((Table.of_rows(tuple(columns), rows),), talk)


def _cells(claim: ResourceClaim, now: str, layout: Layout, *, all_namespaces: bool) -> list[Cell]:
    allocation = claim.status.allocation
    state = claim_state(claim)
    cells: list[Cell] = [claim.metadata.namespace] if all_namespaces else []
    cells += [claim.metadata.name, Span(state, CLAIM_ROLES.get(state, "bad"))]
    cells += [wants_text(claim.spec.devices), got_text(allocation.devices.results) if allocation else "", consumers_text(claim)]
    if layout.wide:
        cells.append(selector_text(allocation.node_selector) if allocation and allocation.node_selector else "(any)" if allocation else "")
        cells.append(age(allocation.allocation_timestamp, now) if allocation else "")
    cells.append(age(claim.metadata.creation_timestamp, now))
    return cells
