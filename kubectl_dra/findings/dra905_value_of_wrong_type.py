"""DRA905: a field holds a value of a type that it cannot hold."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class ValueOfWrongType(Facts):
    """``written`` is what stands in the file where YAML made something else of it."""

    code: ClassVar[str] = "DRA905"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    field: str
    found: str
    wanted: str
    written: str = ""
    releases: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The field."""
        return self.about

    def message(self) -> str:
        """What stands there, and what should."""
        read = f", which YAML reads as {self.found}" if self.written else ""
        return f"{self.field.rpartition('.')[2]} takes {self.wanted}, and here stands {self.written or self.found}{read}"

    def proposals(self) -> tuple[Proposal, ...]:
        """Quotes, where they make the difference."""
        if not self.written:
            return ()
        return (Proposal(text=f'"{self.written}"', brief="put it in quotes", untried="the manifest is a file"),)
