"""Flaws of manifests → LintReport: each with its file, line and column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.findings.finding import Finding, Severity, document
from kubectl_dra.findings.prose import count, listed
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.warnings import warn_of_view

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.linting.flaws import Flaw


class LintRow(msgspec.Struct, frozen=True, kw_only=True):
    """One finding and its place; ``is_fixable`` tells that ``--fix`` repairs it."""

    finding: Finding
    file: str
    line: int
    column: int
    is_fixable: bool


class LintReport(Report):
    """``rows`` in the order of files and lines; ``releases`` that were judged for; how much was looked at; files that were passed over."""

    rows: tuple[LintRow, ...]
    releases: tuple[str, ...]
    files: int
    objects: int
    skipped: tuple[str, ...] = ()
    cluster: bool = False
    view: tuple[Finding, ...] = ()
    """What of the cluster could not be seen, and so may hide a flaw."""
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "LintReport",
            "releases": list(self.releases),
            "files": self.files,
            "objects": self.objects,
            "skipped": list(self.skipped),
            "items": [
                {"file": row.file, "line": row.line, "column": row.column, "fixable": row.is_fixable, **document(row.finding)}
                for row in self.rows
            ],
            "findings": [document(finding) for finding in self.view],
            "unread": unread_documents(self.unread),
        }

    def summary(self) -> str:
        """What was found, in one sentence."""
        looked = f"{count(self.objects, 'object')} in {count(self.files, 'file')}, judged for Kubernetes {listed(self.releases)}"
        if not self.rows:
            return f"No problems found: {looked}"
        numbers = [(severity, sum(row.finding.severity is severity for row in self.rows)) for severity in Severity]
        told = listed(count(number, severity.value) for severity, number in numbers if number)
        fixable = sum(row.is_fixable for row in self.rows)
        return f"{told}: {looked}" + (f"; --fix repairs {fixable} of them" if fixable else "")


def report_lint(
    flaws: Iterable[Flaw], *, releases: Iterable[object], files: int, objects: int, skipped: Iterable[str], cluster: Inventory | None
) -> LintReport:
    """The report on everything that was looked at, and on what could not be seen of the cluster that was."""
    rows = tuple(
        LintRow(finding=flaw.finding, file=flaw.file.where, line=flaw.line, column=flaw.column, is_fixable=bool(flaw.edits))
        for flaw in flaws
    )
    return LintReport(
        rows=rows,
        releases=tuple(str(one) for one in releases),
        files=files,
        objects=objects,
        skipped=tuple(skipped),
        cluster=cluster is not None,
        view=warn_of_view(cluster) if cluster is not None else (),
        unread=cluster.unread if cluster is not None else (),
    )
