"""CodeList → one page, or a table of all codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Lines, Span, Table

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Cell, Line
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.explanation import CodeList


def show_codes(report: CodeList, layout: Layout) -> Document:
    """Pages where there are any, else the table."""
    del layout
    if report.pages:
        return Document(tuple(Lines(tuple(map(_line, page.rstrip().split("\n")))) for page in report.pages.values()))
    rows: list[list[Cell]] = [
        [Span(entry.code, "accent"), entry.name, f"retired in {entry.retired}" if entry.retired else entry.summary]
        for entry in report.entries
    ]
    return Document((Table.of_rows((Column("CODE"), Column("NAME"), Column("MEANING", flexible=True, least=40)), rows),))


def _line(text: str) -> Line:
    return (Span(text, "strong"),) if text.startswith("#") else (text,)
