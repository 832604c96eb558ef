"""DRA317: devices that would do skip node operations, which the node does not support."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class OptionalNodeOperationsUnsupported(Facts):
    """``devices`` are of slices with skipNodeOperations."""

    code: ClassVar[str] = "DRA317"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    node: str = ""
    gate: str = "DRAOptionalNodeOperations"

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        return (
            f"{prose.count(self.devices, 'device')} that would do for {self.asked.name} {prose.verb(self.devices, 'skips')} node operations, "
            f"which needs {self.gate} on the scheduler and on the node"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} skip node operations, which is not supported"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (Proposal(text=f"switch {self.gate} on in kube-scheduler and kubelet", untried="a gate cannot be changed from here"),)
