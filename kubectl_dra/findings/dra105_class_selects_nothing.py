"""DRA105: the selectors of a DeviceClass are false on every device that the pod could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Repair


class ClassSelectsNothing(Facts):
    """``devices`` are all that the pod's nodes and drivers offer; the class's selectors are false on each."""

    code: ClassVar[str] = "DRA105"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    expression: str = ""
    drivers: tuple[str, ...] = ()
    wanted_driver: str = ""
    node: str = ""
    """The node that is spoken of; empty for the whole cluster."""
    values: tuple[tuple[str, int], ...] = ()
    repair: Repair | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="DeviceClass", name=self.asked.class_name, field_path="spec.selectors[0].cel.expression")

    def message(self) -> str:
        """The obstacle in one sentence."""
        there = "the only device" if self.devices == 1 else f"all {prose.count(self.devices, 'device')}"
        return f"the selectors of class {self.asked.class_name} are false on {there} that {self.node or 'nodes'} {'offers' if self.node else 'offer'}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"class {self.asked.class_name} selects none of {prose.count(self.devices, 'device')}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(text=self.expression, mark=Mark.SOURCE)] if self.expression else []
        if self.values:
            lines.append(Evidence(text=f"false on all: {prose.counted_values(self.values)}", mark=Mark.FAILS))
        if self.drivers:
            lines.append(Evidence(label="drivers", text=f"devices are published by {prose.listed(self.drivers)}"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if self.repair:
            text = f"DeviceClass/{self.asked.class_name}, spec.selectors[0].cel.expression: {self.repair.after}"
            return (Proposal(text=text, brief="mend the class's selector", change=self.repair.change),)
        text = "name another class, or mend the selectors of this one"
        return (Proposal(text=text, command="kubectl dra classes", brief="name another class"),)
