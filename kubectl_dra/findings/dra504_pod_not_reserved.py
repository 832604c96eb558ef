"""DRA504: the pod has a node, and its claim is not allocated or not reserved for it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class PodNotReserved(Facts):
    """``allocated`` and ``reserved`` say what the claim is; ``by_hand``: the pod came to its node past the scheduler."""

    code: ClassVar[str] = "DRA504"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claim: Subject
    node: str
    allocated: bool
    by_hand: bool = False
    scheduler: str = ""
    kubelet_message: str = ""
    reserved_for: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.reservedFor")

    def message(self) -> str:
        """The obstacle in one sentence."""
        state = "is not reserved for it" if self.allocated else "is not allocated"
        how = "was put on" if self.by_hand else "is on"
        return f"the pod {how} {self.node}, and its claim {self.claim.name} {state}, so the kubelet does not start it"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"claim {self.claim.name} {'is not reserved for the pod' if self.allocated else 'is not allocated'}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.by_hand:
            lines.append(Evidence(label="past", text="no scheduler placed the pod: spec.nodeName was set by whoever made it"))
        elif self.scheduler:
            lines.append(Evidence(label="scheduler", text=f"{self.scheduler} placed the pod"))
        if self.reserved_for:
            lines.append(Evidence(label="used by", text=prose.listed(self.reserved_for)))
        if self.kubelet_message:
            lines.append(Evidence(label="kubelet", text=prose.sentence(self.kubelet_message)))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "create the pod anew without spec.nodeName, and let the scheduler choose (a nodeSelector keeps it on the node)"
        if not self.by_hand:
            text = f"create the pod anew; {self.scheduler or 'its scheduler'} has to reserve the claims of the pods it places"
        return (Proposal(text=text, brief="let the scheduler place the pod", untried="a pod's node cannot be changed"),)
