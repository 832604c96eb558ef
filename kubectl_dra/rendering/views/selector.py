"""SelectorList → what becomes of each selector, clause by clause, with carets, and the repairs that were tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings import prose
from kubectl_dra.rendering.document import Document, Lines, Span
from kubectl_dra.rendering.views.notes import finding_lines
from kubectl_dra.rendering.views.wrapping import labelled, wrapped
from kubectl_dra.reports.selector import NOTHING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.rendering.document import Line, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.selector import Hint, JudgedClause, JudgedSelector, OfferedRepair, SelectorList

_BAR = "  |  "
_EXAMPLES = 6
_VALUES = 4
_CLAUSE = 4
"""Columns before a clause; what it says stands two further in."""


def show_selectors(report: SelectorList, layout: Layout) -> Document:
    """The report for a terminal."""
    blocks = tuple(Lines(tuple(_selector(selector, layout))) for selector in report.selectors)
    if not blocks:
        return Document((), (("The manifests hold no selector.",),))
    return Document(blocks, ((f"read as Kubernetes {report.release} reads it",), *finding_lines(report.view)))


def _selector(selector: JudgedSelector, layout: Layout) -> Iterator[Line]:
    if selector.object:
        place = f"{selector.origin}: " if selector.origin else ""
        yield Span(f"{place}{selector.object}  {selector.field_path}", "strong"), ""
    role: Role = "good" if selector.is_sound else "bad"
    yield from ((Span(line, role),) for line in wrapped(selector.headline, layout, 0, hanging=2))
    if selector.consequence:
        yield from ((line,) for line in wrapped(selector.consequence, layout, 2))
    yield from _source(selector, layout)
    # A clause that is the whole expression says only what the headline says, but for its values.
    alone = len(selector.clauses) == 1 and not selector.clauses[0].clauses
    for clause in selector.clauses:
        yield from _clause(clause, layout, 0, shows_text=not alone)
    if selector.selected:
        yield from labelled("selects", _examples(selector.selected), layout)
    for index, repair in enumerate(selector.repairs):
        yield from _repair(repair, layout, "fix" if not index else "or")


def _source(selector: JudgedSelector, layout: Layout) -> Iterator[Line]:
    marks = list(selector.hints)
    offset = 0
    for line in selector.expression.split("\n"):
        yield Span(_BAR, "dim"), Span(line, "strong")
        end = offset + len(line)
        if offset <= selector.refusal_start <= end and selector.refusal:
            yield Span(_BAR, "dim"), Span(" " * (selector.refusal_start - offset) + "^", "bad")
        for hint in marks:
            if offset <= hint.start <= end:
                yield from _caret(hint, offset, layout)
        offset = end + 1


def _caret(hint: Hint, offset: int, layout: Layout) -> Iterator[Line]:
    carets = " " * (hint.start - offset) + "^" * max(hint.end - hint.start, 1)
    if len(_BAR) + len(carets) + 1 + len(hint.text) <= (layout.width or len(_BAR + carets + hint.text) + 1):
        yield Span(_BAR, "dim"), Span(carets, "bad"), " ", hint.text
        return
    yield Span(_BAR, "dim"), Span(carets, "bad")
    yield from ((Span(_BAR, "dim"), line) for line in wrapped(hint.text, layout._replace(width=layout.width - len(_BAR)), 0))


def _clause(clause: JudgedClause, layout: Layout, depth: int, *, shows_text: bool) -> Iterator[Line]:
    holds = bool(clause.true) and not clause.fails
    sign = layout.sign("✓", "+") if holds else layout.sign("✗", "x")
    role: Role = "good" if holds else "bad"
    start = _CLAUSE + 2 * depth
    if shows_text:
        first, *rest = wrapped(clause.text.replace("\n", " "), layout, start)
        yield " " * (start - 2), Span(sign, role), " ", Span(first[start:], "strong")
        yield from ((Span(line, "strong"),) for line in rest)
        yield from ((line,) for line in wrapped(_counts(clause, alone=not shows_text), layout, start + 2))
    else:
        first, *rest = wrapped(_counts(clause, alone=not shows_text), layout, start)
        yield " " * (start - 2), Span(sign, role), first[start - 1 :]
        yield from ((line,) for line in rest)
    for part in clause.clauses:
        yield from _clause(part, layout, depth + 1, shows_text=True)


def _counts(clause: JudgedClause, *, alone: bool) -> str:
    """``true on 16, false on 8: "NVIDIA T4" on 8; 4 fail by this clause only``."""
    parts = [f"{word} on {number:,}" for word, number in (("true", clause.true), ("false", clause.false)) if number]
    parts += [f"{error.error} on {error.devices:,}" for error in clause.errors]
    text = ", ".join(parts) or "not reached"
    values = [] if clause.clauses else list(_values(clause))
    if values:
        text += ": " + "; ".join(values)
    if clause.only_obstacle and not alone:
        text += f"   ({prose.count(clause.only_obstacle, 'device')} by this clause only)"
    return text


def _values(clause: JudgedClause) -> Iterator[str]:
    several = len(clause.values) > 1
    for read in clause.values:
        # Where something is missing, the error says so already.
        there = [value for value in read.values if value.value != NOTHING or not clause.fails]
        if not there:
            continue
        shown = ", ".join(f"{value.value} on {value.devices:,}" for value in there[:_VALUES])
        rest = len(there) - _VALUES
        more = f" and {prose.count(rest, 'more value')}" if rest > 0 else ""
        yield f"{read.reading} is {shown}{more}" if several else f"{shown}{more}"


def _repair(repair: OfferedRepair, layout: Layout, label: str) -> Iterator[Line]:
    yield from labelled(label, repair.expression, layout, role="good", fold=False)
    seen = f"tried: selects {repair.selects:,} of {prose.count(repair.devices, 'device')}, fails on none"
    yield from labelled("", seen, layout)
    if repair.without_driver:
        yield from labelled("", f"in a class that selects {repair.driver} only, {repair.without_driver} is enough", layout)


def _examples(names: Sequence[str]) -> str:
    short = [name.partition("/")[2] for name in names]
    if len(set(short)) == len(short):
        names = short
    rest = len(names) - _EXAMPLES
    more = f" and {rest:,} more (-o name lists all)" if rest > 0 else ""
    return ", ".join(names[:_EXAMPLES]) + more
