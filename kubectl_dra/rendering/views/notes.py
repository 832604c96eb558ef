"""What is said beneath every answer: findings, and what could not be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread
    from kubectl_dra.findings.finding import Finding
    from kubectl_dra.rendering.document import Line, Role

SEVERITY_ROLES: dict[str, Role] = {"error": "bad", "warning": "warn", "info": "dim"}


def finding_lines(findings: Iterable[Finding]) -> tuple[Line, ...]:
    """One line for each finding: its sentence, and the code that explain takes."""
    return tuple(
        (Span(finding.message, SEVERITY_ROLES[finding.severity.value]), "   ", Span(finding.code, "accent")) for finding in findings
    )


def unread_lines(unread: Iterable[Unread]) -> tuple[Line, ...]:
    """One line for what files were never meant to hold; the rest has findings of its own."""
    missing = [one.kind.plural for one in unread if one.reason.value == "not included"]
    return ((Span(f"The files hold no {', '.join(missing)}: what depends on them is not known.", "warn"),),) if missing else ()
