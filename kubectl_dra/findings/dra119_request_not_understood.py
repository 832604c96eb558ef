"""DRA119: a request uses a field whose feature the scheduler does not have on."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class RequestNotUnderstood(Facts):
    """``scheduler_text`` is the scheduler's own sentence."""

    code: ClassVar[str] = "DRA119"
    severity: ClassVar[Severity] = Severity.ERROR

    claim: Subject
    scheduler_text: str
    gate: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"claim {self.claim.name} uses a field that the scheduler does not support: {prose.sentence(self.scheduler_text)}"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        gate = f"feature gate {self.gate}" if self.gate else "the feature"
        return (
            Proposal(
                text=f"switch {gate} on in kube-scheduler, or write the claim without it", untried="a gate cannot be changed from here"
            ),
        )
