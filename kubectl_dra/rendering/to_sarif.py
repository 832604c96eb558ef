"""LintReport → SARIF 2.1.0, as code scanning services read it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kubectl_dra import __version__

if TYPE_CHECKING:
    from kubectl_dra.reports.lint import LintReport, LintRow

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def write_sarif(report: LintReport) -> str:
    """One run; a rule for each code that was found."""
    rules = {row.finding.code: row for row in report.rows}
    driver = {
        "name": "kubectl-dra",
        "version": __version__,
        "rules": [_rule(code, row) for code, row in sorted(rules.items())],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": [_result(row) for row in report.rows]}
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str, row: LintRow) -> dict[str, object]:
    from kubectl_dra.findings.catalogue import find_entry  # noqa: PLC0415  (only this format needs it)

    entry = find_entry(code)
    return {
        "id": code,
        "name": row.finding.name,
        "shortDescription": {"text": entry.summary if entry else row.finding.name},
        "help": {"text": f"kubectl dra explain {code}"},
        "defaultConfiguration": {"level": _LEVELS[row.finding.severity.value]},
    }


def _result(row: LintRow) -> dict[str, object]:
    place = {"artifactLocation": {"uri": row.file}, "region": {"startLine": row.line, "startColumn": row.column}}
    return {
        "ruleId": row.finding.code,
        "level": _LEVELS[row.finding.severity.value],
        "message": {"text": row.finding.message},
        "locations": [{"physicalLocation": place}],
    }
