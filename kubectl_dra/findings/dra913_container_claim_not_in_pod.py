"""DRA913: a container lists a claim that its pod does not have."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class ContainerClaimNotInPod(Facts):
    """``known`` are the entries of spec.resourceClaims, ``nearest`` the one that is spelled most alike."""

    code: ClassVar[str] = "DRA913"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    container: str
    entry: str
    field_path: str
    known: tuple[str, ...] = ()
    nearest: str = ""

    def subject(self) -> Subject:
        """The container's entry."""
        return self.pod.at(self.field_path)

    def message(self) -> str:
        """What the container lists, and what there is."""
        there = f": it has {prose.listed(self.known)}" if self.known else ""
        return f"container {self.container} lists claim {self.entry}, which the pod's resourceClaims do not have{there}"

    def proposals(self) -> tuple[Proposal, ...]:
        """The name that was meant."""
        if not self.nearest:
            return ()
        return (Proposal(text=f"name: {self.nearest}", brief=f"write {self.nearest}", untried="the manifest is a file"),)
