"""DRA106: a claim asks for more than the 32 devices that one claim may hold."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class TooManyDevicesRequested(Facts):
    """``limit`` is 32 in every release; ``total`` what the claim asks for at least."""

    code: ClassVar[str] = "DRA106"
    severity: ClassVar[Severity] = Severity.ERROR

    claim: Subject
    total: int
    limit: int = 32
    requests: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"claim {self.claim.name} asks for {self.total} devices, and a claim can hold {self.limit}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="requests", text=prose.listed(self.requests, limit=6)),) if self.requests else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"spread the devices over several claims of at most {self.limit} each, and list all of them in the pod's spec.resourceClaims"
        return (Proposal(text=text, brief="spread over several claims"),)
