"""DRA208: the claim is reserved for 256 consumers, the most there can be."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimReservationsExhausted(Facts):
    """``consumers`` of at most ``limit`` have the claim reserved; ``gone`` of them are pods that ended or no longer exist."""

    code: ClassVar[str] = "DRA208"
    severity: ClassVar[Severity] = Severity.ERROR

    claim: Subject
    consumers: int
    limit: int = 256
    gone: int = 0

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.reservedFor")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"claim {self.claim.name} is reserved for {self.consumers} pods, and {self.limit} is the most there can be"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="rule", text="the scheduler places the pod, fails to reserve the claim, and tries again for ever")]
        if self.gone:
            lines.append(
                Evidence(label="gone", text=f"{prose.count(self.gone, 'pod')} of them ended or no longer {prose.verb(self.gone, 'exists')}")
            )
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "give some of the pods another claim, or one each by resourceClaimTemplateName"
        return (Proposal(text=text, brief="use a second claim"),)
