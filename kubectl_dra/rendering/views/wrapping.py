"""Sentences folded to the width, and lines with a label before them."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.rendering.document import Line, Role
    from kubectl_dra.rendering.layout import Layout

LABEL = 10
INDENT = 2
_NARROWEST = 30


def labelled(label: str, text: str, layout: Layout, *, indent: int = INDENT, role: Role = "plain", fold: bool = True) -> Iterator[Line]:
    """``label`` in a column of its own, and the text folded beside it; what is to be copied whole is not folded."""
    start = indent + max(LABEL, len(label) + 1)
    first, *rest = wrapped(text, layout, start) if fold else [" " * start + text]
    yield " " * indent, Span(label.ljust(start - indent), "dim"), Span(first[start:], role)
    yield from ((" " * start, Span(line[start:], role)) for line in rest)


def wrapped(text: str, layout: Layout, indent: int, *, hanging: int | None = None) -> list[str]:
    """Text in lines of the width, each after ``indent`` spaces (all but the first after ``hanging``)."""
    rest = indent if hanging is None else hanging
    if not layout.width or not layout.truncate or len(text) + indent <= layout.width:
        return [" " * indent + text]
    width = max(layout.width, rest + _NARROWEST)
    lines = wrap(text, width, initial_indent=" " * indent, subsequent_indent=" " * rest, break_long_words=False, break_on_hyphens=False)
    return lines or [""]
