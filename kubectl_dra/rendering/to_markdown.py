"""Document → Markdown tables, for tickets and chats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Span, Table
from kubectl_dra.rendering.style import PLAIN, escape
from kubectl_dra.rendering.text import write_lines

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Cell, Document


def write_markdown(document: Document) -> str:
    """Every table with all its columns; lines as a quoted block."""
    blocks = (_write_table(block) if isinstance(block, Table) else _fenced(write_lines(block.lines, PLAIN)) for block in document.blocks)
    return "\n".join(f"{block}\n" for block in blocks)


def _write_table(table: Table) -> str:
    from tabulate import tabulate  # noqa: PLC0415  (0.15 s to import)

    rows = [[_cell(cell) for cell in row] for row in table.rows]
    return tabulate(rows, headers=[_cell(column.title) for column in table.columns], tablefmt="pipe", disable_numparse=True)


def _cell(cell: Cell) -> str:
    text = escape(cell.text if isinstance(cell, Span) else cell)
    return text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;")


def _fenced(lines: list[str]) -> str:
    return "\n".join(["```", *lines, "```"])
