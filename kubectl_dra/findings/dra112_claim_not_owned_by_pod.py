"""DRA112: the claim recorded for a template entry belongs to another pod."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimNotOwnedByPod(Facts):
    """``owner`` is whom the claim belongs to, empty where nobody."""

    code: ClassVar[str] = "DRA112"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    entry: str
    claim: Subject
    owner: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("metadata.ownerReferences")

    def message(self) -> str:
        """The obstacle in one sentence."""
        whose = f"belongs to {self.owner}" if self.owner else "belongs to nobody"
        return f"claim {self.claim.name}, which the pod's entry {self.entry} stands for, {whose} and not to the pod"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"claim {self.claim.name} was not created for the pod"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        text = "the scheduler keeps such a pod out of its queue and says nothing: no condition, no event"
        return (Evidence(label="silence", text=text),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "delete the pod, so that a new one gets a claim of its own"
        command = f"kubectl delete pod {self.pod.name} -n {self.pod.namespace}"
        return (Proposal(text=text, command=command, brief="create the pod anew", untried="only the controller makes claims"),)
