"""DRA312: devices that would do consume shared counters, whose feature is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class CountersUnsupported(Facts):
    """``devices`` would do but consume shared counters; ``gate`` is off."""

    code: ClassVar[str] = "DRA312"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    gate: str = "DRAPartitionableDevices"

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        return (
            f"{prose.count(self.devices, 'device')} that would do for {self.asked.name} {prose.verb(self.devices, 'consumes')} shared counters, which "
            f"the scheduler does not support without {self.gate}"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} consume shared counters, whose feature is off"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (Proposal(text=f"switch {self.gate} on in kube-scheduler and kube-apiserver", untried="a gate cannot be changed from here"),)
