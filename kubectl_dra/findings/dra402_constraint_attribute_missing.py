"""DRA402: devices that match lack the attribute of a constraint."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class ConstraintAttributeMissing(Facts):
    """``missing_on`` devices of ``requests`` lack the attribute; ``alike`` are attributes that other names suggest are meant."""

    code: ClassVar[str] = "DRA402"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    attribute: str
    match: bool
    constraint_index: int
    requests: tuple[str, ...]
    devices: int
    drivers: tuple[str, ...]
    alike: tuple[tuple[str, int], ...] = ()
    has_it: tuple[str, ...] = ()
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.claim.at(f"spec.devices.constraints[{self.constraint_index}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        them = "the only device" if self.devices == 1 else f"all {prose.count(self.devices, 'device')}"
        verb = prose.verb(self.devices, "lacks")
        return f"{them} that would do for request {prose.listed(self.requests)} {verb} attribute {self.attribute} of the constraint"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices of {prose.listed(self.drivers)} have no attribute {self.attribute}, which a constraint of claim {self.asked.claim.name} needs"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="lacks", text=f"driver {prose.listed(self.drivers)}")]
        if self.has_it:
            lines.append(Evidence(label="has it", text=f"driver {prose.listed(self.has_it)}"))
        if self.alike:
            text = ", ".join(f"{name} on {number:,}" for name, number in self.alike[:4])
            lines.append(Evidence(label="nearest", text=text))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        path = f"spec.devices.constraints[{self.constraint_index}]"
        place = f"{self.asked.written_in}, {'spec.' if self.asked.written_in.kind == 'ResourceClaimTemplate' else ''}{path}"
        text = f"name an attribute that all of these drivers publish, or leave the constraint out of {place}; {self.asked.then}"
        return (Proposal(text=text, brief="leave the constraint out", change=self.change),)
