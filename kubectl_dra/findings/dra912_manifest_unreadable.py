"""DRA912: a file cannot be read as manifests."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class ManifestUnreadable(Facts):
    """``problem`` is the reader's sentence."""

    code: ClassVar[str] = "DRA912"
    severity: ClassVar[Severity] = Severity.ERROR

    file: str
    problem: str

    def subject(self) -> Subject:
        """The file."""
        return Subject(kind="File", name=self.file)

    def message(self) -> str:
        """What is wrong with it."""
        return self.problem
