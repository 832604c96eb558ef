"""LintReport → one line for each finding, as compilers write them, and what to write instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.finding import Mark
from kubectl_dra.rendering.document import Document, Lines, Span
from kubectl_dra.rendering.views.notes import SEVERITY_ROLES, finding_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.rendering.document import Line
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.lint import LintReport, LintRow

_COUNTED = (Mark.HOLDS, Mark.FAILS)


def show_lint(report: LintReport, layout: Layout) -> Document:
    """``FILE:LINE:COLUMN severity CODE Name: message``; what is quoted and what is offered stands below, indented."""
    del layout
    lines = tuple(line for row in report.rows for line in _lines(row))
    talk: list[Line] = [(f"skipped {skipped}",) for skipped in report.skipped]
    talk.append((report.summary(),))
    talk += finding_lines(report.view)
    return Document((Lines(lines),) if lines else (), tuple(talk))


def _lines(row: LintRow) -> Iterator[Line]:
    finding = row.finding
    severity = Span(finding.severity.value, SEVERITY_ROLES[finding.severity.value])
    yield (f"{row.file}:{row.line}:{row.column} ", severity, " ", Span(finding.code, "accent"), f" {finding.name}: {finding.message}")
    for evidence in finding.evidence:
        if evidence.mark is Mark.SOURCE:
            yield (Span(f"  |  {evidence.text}", "dim"),)
        elif evidence.mark in _COUNTED and not evidence.label:
            yield (f"     {evidence.text}",)
    for remedy in finding.remedies[:1]:
        tried = f"   {remedy.tried}" if remedy.tried else ""
        first, *more = remedy.text.rstrip("\n").split("\n")
        yield ("  fix  ", Span(first, "good"), tried)
        for line in more:
            yield ("       ", Span(line, "good"))
