"""DRA910: a selector looks an attribute up where the domain of attributes belongs."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject


class DomainExpected(Facts):
    """``written`` stands where a domain is expected; the lookup finds nothing there and ends in an error on every device."""

    code: ClassVar[str] = "DRA910"
    severity: ClassVar[Severity] = Severity.WARNING

    about: Subject
    expression: str
    written: str
    source: str
    repaired: str = ""

    def subject(self) -> Subject:
        """The expression."""
        return self.about

    def message(self) -> str:
        """What stands there."""
        return f'"{self.written}" stands where a domain such as "gpu.example.com" is expected, so the selector fails on every device'

    def evidence(self) -> tuple[Evidence, ...]:
        """The lookup."""
        return (Evidence(text=self.source, mark=Mark.SOURCE),)

    def proposals(self) -> tuple[Proposal, ...]:
        """The lookup that was meant."""
        if not self.repaired:
            return ()
        return (Proposal(text=self.repaired, brief="name the domain", untried="no device was read"),)
