"""DRA906: the API server refuses the value of a field."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Severity, Subject


class FieldRefused(Facts):
    """``complaint`` is what the API server prints behind the path."""

    code: ClassVar[str] = "DRA906"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    field: str
    complaint: str
    releases: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The field."""
        return self.about

    def message(self) -> str:
        """The server's words, and which release says them."""
        by = f"Kubernetes {prose.listed(self.releases)}" if self.releases else "the API server"
        return f"{self.field} is refused by {by}: {self.complaint}"
