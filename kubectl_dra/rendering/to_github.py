"""LintReport → workflow commands, which GitHub Actions shows at the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_dra.reports.lint import LintReport

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def write_github(report: LintReport) -> str:
    """One command a line."""
    return "".join(
        f"::{_COMMANDS[row.finding.severity.value]} file={_property(row.file)},line={row.line},col={row.column},"
        f"title={_property(f'{row.finding.code} {row.finding.name}')}::{_message(row.finding.message)}\n"
        for row in report.rows
    )


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
