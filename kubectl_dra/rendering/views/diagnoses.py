"""DiagnosisList → a table of causes, or pods in full: verdict, cause, proof, remedy, nodes, the scheduler's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Column, Document, Lines, Span, Table
from kubectl_dra.rendering.views.notes import SEVERITY_ROLES, finding_lines, unread_lines
from kubectl_dra.rendering.views.wrapping import INDENT, labelled, wrapped
from kubectl_dra.reports.diagnoses import summary_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.diagnosis.diagnosis import Diagnosis, SchedulerWords
    from kubectl_dra.findings.finding import Evidence, Finding, Remedy
    from kubectl_dra.rendering.document import Block, Cell, Line, Role
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.diagnoses import DiagnosisList, SameCause


_MOST_ANSWERS = 8


def show_diagnoses(report: DiagnosisList, layout: Layout) -> Document:
    """The report for a terminal."""
    talk = (*finding_lines(report.view), *unread_lines(report.unread))
    if not report.diagnoses:
        return Document((), ((f"No pods wait for devices{report.scope}.",), *talk))
    if report.in_full:
        blocks = tuple(block for group in report.told_once() for block in _group_in_full(group, layout, everything=report.everything))
        return Document(blocks, talk)
    hint = "kubectl dra why-pending -n NAMESPACE pod/NAME shows one in full"
    return Document((_table(report),), ((f"{summary_of(report)}; {hint}",), *talk))


def _table(report: DiagnosisList) -> Table:
    columns = (Column("PODS"), Column("WAITING"), Column("CAUSE", flexible=True, least=46), Column("FIX", rank=1, flexible=True, least=24))
    rows: list[list[Cell]] = []
    for group in report.same_causes():
        root = group.first.root
        role: Role = SEVERITY_ROLES[root.severity.value] if root else "plain"
        rows.append([group.pods, group.first.waiting, Span(group.cause, role), group.fix])
    return Table.of_rows(columns, rows)


# ── one pod ──


def _group_in_full(group: SameCause, layout: Layout, *, everything: bool) -> Iterator[Block]:
    yield from _in_full(group.first, layout, everything=everything)
    if others := group.others:
        yield Lines(tuple(labelled("same", others, layout, indent=0)))


def _in_full(diagnosis: Diagnosis, layout: Layout, *, everything: bool) -> Iterator[Block]:
    root = diagnosis.root
    role: Role = SEVERITY_ROLES[root.severity.value] if root else "good"
    lines: list[Line] = [(Span(line, "strong" if root else role),) for line in wrapped(diagnosis.verdict, layout, 0)]
    if diagnosis.holds:
        lines += labelled("holds", ", ".join(diagnosis.holds), layout, indent=0)
    yield Lines(tuple(lines))
    for finding in diagnosis.findings:
        yield Lines(tuple(_finding(finding, layout)))
    if everything:
        for finding in diagnosis.further:
            yield Lines(tuple(_finding(finding, layout)))
    elif diagnosis.further:
        codes = ", ".join(f"{finding.code} {finding.name}" for finding in diagnosis.further)
        yield Lines(tuple(labelled("also", f"{codes} (--all-findings shows them)", layout, indent=0)))
    if diagnosis.untold:
        ways = "1 more way out, as short, is" if diagnosis.untold == 1 else f"{diagnosis.untold} more ways out, as short, are"
        yield Lines(tuple(labelled("untold", f"{ways} not told", layout, indent=0)))
    closing = [*_nodes(diagnosis, layout, everything=everything), *_scheduler(diagnosis.scheduler, layout)]
    if closing:
        yield Lines(tuple(closing))


def _finding(finding: Finding, layout: Layout) -> Iterator[Line]:
    role = SEVERITY_ROLES[finding.severity.value]
    sure = "" if finding.confidence.value == "certain" else f" ({finding.confidence.value})"
    head = f"{finding.code} {finding.name}{sure}: "
    first, *rest = wrapped(head + finding.message, layout, 0, hanging=INDENT)
    yield Span(finding.code, role), first.removeprefix(finding.code)
    yield from ((line,) for line in rest)
    for evidence in finding.evidence:
        yield from _evidence(evidence, layout)
    for index, remedy in enumerate(finding.remedies):
        yield from _remedy(remedy, layout, label="fix" if not index else "or")
    yield from labelled("more", f"kubectl dra explain {finding.code}", layout, role="accent")


def _evidence(evidence: Evidence, layout: Layout) -> Iterator[Line]:
    match evidence.mark.value:
        case "source":
            yield from ((Span(line, "strong"),) for line in wrapped(evidence.text, layout, INDENT * 2, hanging=INDENT * 2 + 2))
        case "holds" | "fails":
            holds = evidence.mark.value == "holds"
            sign = layout.sign("✓", "+") if holds else layout.sign("✗", "x")
            first, *rest = wrapped(evidence.text, layout, INDENT + 4)
            yield " " * INDENT, Span(sign, "good" if holds else "bad"), first[INDENT + 1 :]
            yield from ((line,) for line in rest)
        case _ if evidence.label == "|":
            yield (Span(f"{' ' * INDENT}|  {evidence.text}", "dim"),)
        case _:
            yield from labelled(evidence.label, evidence.text, layout)


def _remedy(remedy: Remedy, layout: Layout, *, label: str) -> Iterator[Line]:
    yield from labelled(label, remedy.text, layout, role="good")
    if remedy.command:
        yield from labelled("", remedy.command, layout, role="accent", fold=False)
    if remedy.tried:
        yield from labelled("", f"tried: {remedy.tried}", layout)
    elif remedy.untried:
        yield from labelled("", f"not tried: {remedy.untried}", layout, role="dim")


def _nodes(diagnosis: Diagnosis, layout: Layout, *, everything: bool) -> Iterator[Line]:
    shown = diagnosis.nodes if everything or len(diagnosis.nodes) <= _MOST_ANSWERS + 1 else diagnosis.nodes[:_MOST_ANSWERS]
    for index, group in enumerate(shown):
        names = ", ".join(group.nodes) if len(group.nodes) <= 4 else f"{group.nodes[0]} … {group.nodes[-1]} ({len(group.nodes):,})"  # noqa: PLR2004 - a line's worth
        yield from labelled("nodes" if not index else "", f"{names}: {group.answer}", layout, indent=0)
    if rest := diagnosis.nodes[len(shown) :]:
        number = sum(len(group.nodes) for group in rest)
        yield from labelled("", f"{number:,} more nodes with {len(rest)} other answers (--all-findings shows them)", layout, indent=0)


def _scheduler(words: SchedulerWords | None, layout: Layout) -> Iterator[Line]:
    if words is None:
        return
    if not words.said:
        yield from labelled("scheduler", f"says {words.note or 'nothing'}", layout, indent=0)
        return
    when = f", {words.age} ago" if words.age else ""
    yield from labelled("scheduler", f"{words.said}   {words.agreement.value}{when}", layout, indent=0)
    if words.note:
        yield from labelled("", words.note, layout, indent=0)
