"""Description → a title and an indented tree, the texts in one column."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, cast

from kubectl_dra.rendering.document import Document, Lines, Span
from kubectl_dra.rendering.style import escape
from kubectl_dra.rendering.table import display_width
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.rendering.document import Line, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.description import Description, Entry

_STEP = 2
_MOST_LABEL = 32
_GAP = "   "


def show_description(report: Description, layout: Layout) -> Document:
    """The title with the state behind it, then the entries."""
    texts = _column(report.entries, _STEP)
    title: Line = (Span(report.title, "strong"), "   ", Span(report.state, _role(report.mood)))
    lines = [title, *_lines(report.entries, _STEP, texts, layout)]
    return Document((Lines(tuple(lines)),), (*finding_lines(report.findings), *unread_lines(report.unread)))


def _column(entries: Sequence[Entry], indent: int) -> int:
    """Where texts begin: behind the longest label, at whatever depth."""
    ends = (max(indent + min(len(entry.label), _MOST_LABEL) + 2, _column(entry.below, indent + _STEP)) for entry in entries if entry.label)
    return max(ends, default=0)


def _lines(entries: Sequence[Entry], indent: int, texts: int, layout: Layout) -> Iterator[Line]:
    widths = _widths(entries)
    for entry in entries:
        if entry.cells:
            yield from ((" " * texts, part) for part in _row(entry, widths, texts, layout))
            continue
        head = Span((" " * indent + entry.label).ljust(texts), "dim")
        below = entry.below
        if not entry.text and below and below[0].cells:
            # Rows begin beside their label: a label alone on its line would part what belongs together.
            first, *rest = _rows(below, texts, layout)
            yield (head, first)
            yield from ((" " * texts, part) for part in rest)
            continue
        text, *further = _wrapped(entry.text, texts, layout)
        yield (head, Span(text, _role(entry.mood)))
        for line in further:
            yield (" " * texts, Span(line, _role(entry.mood)))
        yield from _lines(below, indent + _STEP, texts, layout)


def _rows(entries: Sequence[Entry], texts: int, layout: Layout) -> Iterator[Span]:
    widths = _widths(entries)
    for entry in entries:
        yield from _row(entry, widths, texts, layout)


def _row(entry: Entry, widths: list[int], texts: int, layout: Layout) -> Iterator[Span]:
    """Cells in columns; those for which the line has no room follow below, under the second column: nothing of a description is cut."""
    padded = [cell + " " * (width - display_width(cell)) for cell, width in zip(map(escape, entry.cells), widths, strict=False)]
    line = _GAP.join(padded).rstrip()
    room = layout.width - texts
    hanging = widths[0] + len(_GAP)
    if not layout.width or not layout.truncate or display_width(line) <= room or room - hanging < _MOST_LABEL:
        yield Span(line, _role(entry.mood))
        return
    line = padded[0]
    for cell in padded[1:]:
        if display_width(line) + len(_GAP) + display_width(cell.rstrip()) <= room:
            line += _GAP + cell
            continue
        yield Span(line.rstrip(), _role(entry.mood))
        *full, line = [" " * hanging + part for part in _folded(cell.rstrip(), room - hanging)]
        yield from (Span(part, _role(entry.mood)) for part in full)
    yield Span(line.rstrip(), _role(entry.mood))


def _widths(entries: Sequence[Entry]) -> list[int]:
    rows = [entry.cells for entry in entries if entry.cells]
    columns = max(map(len, rows), default=0)
    return [max(display_width(escape(row[column])) for row in rows if len(row) > column) for column in range(columns)]


def _wrapped(text: str, texts: int, layout: Layout) -> list[str]:
    """Long text over several lines where the width is known; breaks between words only, so that every word can be copied."""
    room = layout.width - texts
    if not layout.width or not layout.truncate or len(text) <= room or room < _MOST_LABEL:
        return [text]
    return _folded(text, room)


def _folded(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [text]


def _role(mood: str) -> Role:
    return cast("Role", mood or "plain")
