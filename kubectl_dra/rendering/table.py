"""Table → lines of text, in kubectl's style: titles, then columns padded with spaces.

Whole columns are measured and padded at once, each different text once; that is what makes 40,000 rows take a tenth of a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast

from kubectl_dra.rendering.document import EXTRA, Span
from kubectl_dra.rendering.style import escape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.rendering.document import Cell, Column, Role, Table
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.rendering.style import Style

_GAPS = (3, 2)


def write_table(table: Table, layout: Layout, style: Style) -> list[str]:
    """The lines of a table, titles first."""
    columns = table.columns
    cells = [_texts(column) for column in table.cells]
    titles = [] if layout.no_headers else [escape(column.title) for column in columns]
    widths = [max(map(_width, texts.different), default=0) for texts in cells]
    if titles:
        widths = [max(width, _width(title)) for width, title in zip(widths, titles, strict=True)]
    kept, widths, gap = _fit(columns, widths, layout)
    written = [_written(cells[index], widths[index], layout, pad=index != kept[-1]) for index in kept]
    painted = [_painted(texts, table.cells[index], style) for index, texts in zip(kept, written, strict=True)]
    space = " " * gap
    lines = list(map(str.rstrip, map(space.join, zip(*painted, strict=True))))
    if titles:
        head = space.join(_padded(shortened(titles[index], widths[index], layout), widths[index]) for index in kept).rstrip()
        lines.insert(0, style.paint(head, "dim"))
    return lines


class _Texts(NamedTuple):
    """A column's texts in order, and each of them once."""

    in_order: list[str]
    different: set[str]


def _texts(cells: Sequence[Cell]) -> _Texts:
    has_spans = Span in set(map(type, cells))
    texts = [cell.text if isinstance(cell, Span) else cell for cell in cells] if has_spans else cast("list[str]", list(cells))
    different = set(texts)
    escaped = {text: escape(text) for text in different if not text.isprintable()}
    if escaped:
        texts = [escaped.get(text, text) for text in texts]
        different = set(texts)
    return _Texts(texts, different)


def _fit(columns: tuple[Column, ...], widths: list[int], layout: Layout) -> tuple[list[int], list[int], int]:
    """Which columns stay, how wide each is, and the gap between two."""
    kept = list(range(len(columns)))
    if not layout.width or layout.wide:
        return kept, widths, _GAPS[0]
    gap = _GAPS[0] if layout.width > 100 else _GAPS[1]  # noqa: PLR2004  (three spaces are kubectl's, two leave more room for words)
    if not layout.truncate:
        return _without(kept, widths, columns, layout.width, gap, least_rank=1), widths, gap
    sized = list(zip(columns, widths, strict=True))
    wishes = [min(width, max(column.least, column.wish)) if column.flexible else width for column, width in sized]
    least = [min(width, column.least) if column.flexible else width for column, width in sized]
    kept = _without(kept, wishes, columns, layout.width, gap, least_rank=EXTRA)
    kept = _without(kept, least, columns, layout.width, gap, least_rank=1)
    return kept, _shrunk(kept, widths, least, layout.width, gap), gap


def _without(kept: list[int], widths: list[int], columns: tuple[Column, ...], width: int, gap: int, *, least_rank: int) -> list[int]:
    """``kept`` without the columns of the highest ranks, down to ``least_rank``, that ``widths`` leave no room for."""
    while _total(kept, widths, gap) > width and any(columns[index].rank >= least_rank for index in kept):
        highest = max(kept, key=lambda index: (columns[index].rank, index))
        kept = [index for index in kept if index != highest]
    return kept


def _shrunk(kept: list[int], widths: list[int], least: list[int], width: int, gap: int) -> list[int]:
    """The widest columns give way first, so that those that are shortened end up alike."""
    widths = list(widths)
    for _ in range(_total(kept, widths, gap) - width):
        flexible = [index for index in kept if widths[index] > least[index]]
        if not flexible:
            break
        widths[max(flexible, key=lambda index: widths[index])] -= 1
    return widths


def _total(kept: list[int], widths: list[int], gap: int) -> int:
    return sum(widths[index] for index in kept) + gap * max(len(kept) - 1, 0)


def _written(texts: _Texts, width: int, layout: Layout, *, pad: bool) -> list[str]:
    written = {text: shortened(text, width, layout) for text in texts.different}
    if pad:
        written = {text: _padded(fitting, width) for text, fitting in written.items()}
    return list(map(written.__getitem__, texts.in_order))


def _painted(texts: list[str], cells: Sequence[Cell], style: Style) -> list[str]:
    if not style.codes:
        return texts
    roles: list[Role] = [cell.role if isinstance(cell, Span) else "plain" for cell in cells]
    return [style.paint(text, role) for text, role in zip(texts, roles, strict=True)]


def shortened(text: str, width: int, layout: Layout) -> str:
    """``text`` in ``width`` columns, with a mark where something is left out."""
    if _width(text) <= width:
        return text
    mark = layout.sign("…", "..")
    room = max(width - len(mark), 0)
    kept = text[:room]
    while kept and _width(kept) > room:  # characters that take two columns
        kept = kept[:-1]
    return kept.rstrip() + mark


def _padded(text: str, width: int) -> str:
    return text.ljust(width) if text.isascii() else text + " " * (width - _width(text))


def _width(text: str) -> int:
    return len(text) if text.isascii() else display_width(text)


def display_width(text: str) -> int:
    """How many columns of a terminal ``text`` takes."""
    import unicodedata  # noqa: PLC0415  (most tables are ASCII)

    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) > 0 for character in text)
