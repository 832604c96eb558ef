"""DRA311: devices that would do need binding conditions, whose feature is off."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class BindingConditionsUnsupported(Facts):
    """``devices`` would do but for their binding conditions; ``gates`` are off."""

    code: ClassVar[str] = "DRA311"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    gates: tuple[str, ...]
    conditions: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        gates = prose.listed(self.gates)
        return (
            f"{prose.count(self.devices, 'device')} that would do for {self.asked.name} {prose.verb(self.devices, 'needs')} binding conditions, which "
            f"the scheduler does not support without {gates}"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} need binding conditions, whose feature is off"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="conditions", text=prose.listed(self.conditions)),) if self.conditions else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text=f"switch {prose.listed(self.gates)} on in kube-scheduler and kube-apiserver",
                untried="a gate cannot be changed from here",
            ),
        )
