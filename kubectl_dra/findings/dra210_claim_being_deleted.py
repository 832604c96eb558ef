"""DRA210: the claim is being deleted and something keeps it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimBeingDeleted(Facts):
    """``finalizers`` keep the claim; ``users`` are pods it is reserved for."""

    code: ClassVar[str] = "DRA210"
    severity: ClassVar[Severity] = Severity.ERROR

    claim: Subject
    age: str = ""
    finalizers: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    pod: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("metadata.deletionTimestamp")

    def message(self) -> str:
        """The obstacle in one sentence."""
        since = f" for {self.age}" if self.age else ""
        kept = f", kept by {prose.listed(self.finalizers)}" if self.finalizers else ""
        return f"claim {self.claim.name} is being deleted{since}{kept}; pods that name it wait"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"claim {self.claim.name} is being deleted"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.users:
            lines.append(Evidence(label="used by", text=prose.listed(self.users)))
        lines.append(
            Evidence(label="silence", text="the scheduler keeps such a pod out of its queue and says nothing: no condition, no event")
        )
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        own = [finalizer for finalizer in self.finalizers if finalizer != "resource.kubernetes.io/delete-protection"]
        if self.users and not own:
            text = f"end {prose.listed(self.users)}: the claim goes when nobody uses it, and can then be created anew"
            return (Proposal(text=text, brief=f"end {prose.listed(self.users, limit=1)}", untried="the claim would then be gone, too"),)
        who = prose.listed(own) if own else "its finalizers"
        text = f"find out why the owner of {who} does not remove it; then create the claim anew"
        return (Proposal(text=text, brief="look at the finalizer's owner", untried="only the finalizer's owner knows when it may go"),)
