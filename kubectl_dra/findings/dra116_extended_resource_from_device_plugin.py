"""DRA116: a device plugin offers the extended resource there, so DRA devices do not count."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject


class ExtendedResourceFromDevicePlugin(Facts):
    """``nodes`` have a device plugin that counts the resource, and free DRA devices that do not count there."""

    code: ClassVar[str] = "DRA116"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    resource: str
    amount: int
    class_name: str
    nodes: tuple[str, ...]
    allocatable: int
    in_use: int = 0
    free_devices: int = 0
    field_path: str = ""
    others: tuple[str, ...] = ()
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="Node", name=self.nodes[0], field_path=f"status.allocatable[{self.resource}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.nodes)
        return (
            f"{prose.listed(self.nodes)} {prose.verb(number, 'counts')} {self.resource} by a device plugin ({self.allocatable} each, {self.in_use} "
            f"in use), so {'its' if number == 1 else 'their'} {prose.count(self.free_devices, 'free device')} of class {self.class_name} "
            f"{prose.verb(self.free_devices, 'does')} not count"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"a device plugin offers {self.resource} on {prose.listed(self.nodes)}, so DRA devices do not count there"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        rule = "a node whose status.allocatable has the resource is judged by that number alone"
        lines = [Evidence(label="rule", text=rule)]
        lines.extend(Evidence(label="others", text=other) for other in self.others)
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text=f"take the device plugin for {self.resource} off {prose.listed(self.nodes)}, or ask through a ResourceClaim of class {self.class_name}",
                brief="take the device plugin off the node",
                change=self.change,
            ),
        )
