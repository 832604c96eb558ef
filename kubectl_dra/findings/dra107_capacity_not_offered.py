"""DRA107: a request names a capacity that the devices do not have under that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Repair


class CapacityNotOffered(Facts):
    """``offered`` are the capacities that the devices do have, with the number of devices."""

    code: ClassVar[str] = "DRA107"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    capacity: str
    devices: int
    offered: tuple[tuple[str, int], ...] = ()
    repair: Repair | None = None
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at("capacity.requests")

    def message(self) -> str:
        """The obstacle in one sentence."""
        none = "the only device that would do lacks" if self.devices == 1 else f"none of {prose.count(self.devices, 'device')} has"
        return f"{self.asked.name} asks for capacity {self.capacity}, which {none} under that name"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"no device has a capacity called {self.capacity}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        offered = ", ".join(f"{name} on {number:,}" for name, number in self.offered[:5])
        return (Evidence(label="offered", text=offered or "the devices have no capacity at all"),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.repair:
            return (
                Proposal(
                    text=f"leave {self.capacity} out of {self.asked.place('capacity.requests')}; {self.asked.then}",
                    brief="leave the capacity out",
                    change=self.change,
                ),
            )
        text = f"{self.asked.place('capacity.requests')}: {self.repair.after} in place of {self.capacity}; {self.asked.then}"
        return (Proposal(text=text, brief=f"call it {self.repair.after}", change=self.repair.change),)
