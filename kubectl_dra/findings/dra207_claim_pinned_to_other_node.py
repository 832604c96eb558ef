"""DRA207: the claim is allocated for nodes where the pod may not run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class ClaimPinnedToOtherNode(Facts):
    """``nodes`` are those the claim can be used on; ``why_not`` says what keeps the pod from each, ``reserved_for`` who uses the claim there."""

    code: ClassVar[str] = "DRA207"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claim: Subject
    nodes: tuple[str, ...]
    reserved_for: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()
    bound_to: str = ""
    devices: tuple[DeviceName, ...] = ()
    age: str = ""
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.allocation.nodeSelector")

    def message(self) -> str:
        """The obstacle in one sentence."""
        where = prose.listed(self.nodes) or "no node that exists"
        if self.bound_to:
            return f"the pod is on {self.bound_to}, and its claim {self.claim.name} is allocated for {where}"
        return f"claim {self.claim.name} is allocated for {where}, where the pod may not run"

    def headline(self) -> str:
        """The obstacle alone."""
        return self.message()

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.devices:
            age = f", {self.age} ago" if self.age else ""
            lines.append(Evidence(label="devices", text=f"{prose.listed([str(device) for device in self.devices])}{age}"))
        lines.extend(Evidence(label="node", text=reason) for reason in self.why_not)
        if self.reserved_for:
            lines.append(Evidence(label="used by", text=f"{prose.listed(self.reserved_for)}, so the scheduler does not move it"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if self.bound_to:
            where = f"on {prose.either(self.nodes)}" if self.nodes else "without spec.nodeName"
            return (Proposal(text=f"create the pod anew {where}; a pod that has a node stays there", brief="create the pod anew"),)
        offers = (
            [
                Proposal(
                    text=f"let the pod run on {prose.either(self.nodes)}: its nodeSelector, affinity and tolerations decide",
                    brief="let the pod run there",
                    change=self.change,
                )
            ]
            if self.nodes
            else []
        )
        if self.reserved_for:
            offers.append(
                Proposal(text="give the pod a claim of its own, by resourceClaimTemplateName", brief="give the pod its own claim")
            )
        return tuple(offers)
