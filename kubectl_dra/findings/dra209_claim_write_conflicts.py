"""DRA209: many pods reserve one claim at the same time and get in each other's way."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimWriteConflicts(Facts):
    """``waiting`` pods still wait, ``reserved`` have the claim."""

    code: ClassVar[str] = "DRA209"
    severity: ClassVar[Severity] = Severity.WARNING

    claim: Subject
    waiting: int
    reserved: int
    said: str = ""
    age: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.reservedFor")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{prose.count(self.waiting, 'pod')} reserve claim {self.claim.name} at the same time and get in each other's way; {self.reserved} have it by now"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"many pods reserve claim {self.claim.name} at once; they go through one by one"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        rule = "each reservation is a write to one object; a pod that loses is tried again within 10 s"
        return (Evidence(label="rule", text=rule),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text="wait: it passes by itself, at some ten pods a minute",
                brief="wait, it passes",
                untried="only the scheduler can reserve",
            ),
        )
