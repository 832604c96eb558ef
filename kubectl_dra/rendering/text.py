"""Document → text for a terminal or a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Span, Table
from kubectl_dra.rendering.style import escape
from kubectl_dra.rendering.table import write_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.rendering.document import Document, Line
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.rendering.style import Style


def write_document(document: Document, layout: Layout, style: Style) -> str:
    """The data of a document, an empty line between two blocks."""
    blocks = (
        write_table(block, layout, style) if isinstance(block, Table) else write_lines(block.lines, style) for block in document.blocks
    )
    return "\n".join("\n".join(lines) + "\n" for lines in blocks if lines)


def write_lines(lines: Iterable[Line], style: Style) -> list[str]:
    """Lines of spans as text."""
    return ["".join(_write(cell, style) for cell in line).rstrip() for line in lines]


def _write(cell: str | Span, style: Style) -> str:
    return style.paint(escape(cell.text), cell.role) if isinstance(cell, Span) else escape(cell)
