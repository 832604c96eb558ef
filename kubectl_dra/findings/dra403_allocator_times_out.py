"""DRA403: the scheduler gives up the search after its time limit."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class AllocatorTimesOut(Facts):
    """``seconds`` is the limit; ``said`` the scheduler's own words, empty where it is predicted."""

    code: ClassVar[str] = "DRA403"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claims: tuple[str, ...]
    said: str = ""
    said_age: str = ""
    node: str = ""
    seconds: int = 10
    requests: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        will = "gave up" if self.said else "gives up"
        where = f" on {self.node}" if self.node else ""
        return f"the scheduler {will} the search for {prose.listed(self.claims)}{where} after its limit of {self.seconds} s"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="requests", text=prose.listed(self.requests)),) if self.requests else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "ask for fewer devices under one constraint, or put the request with the fewest candidates first"
        return (Proposal(text=text, brief="put the hardest request first"),)
