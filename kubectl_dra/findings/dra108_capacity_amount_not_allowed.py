"""DRA108: a request asks for an amount that the devices' request policy does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class CapacityAmountNotAllowed(Facts):
    """``asked_amount`` of ``capacity`` is none that ``policy`` (in words) allows; ``nearest`` is the largest amount that it does."""

    code: ClassVar[str] = "DRA108"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    capacity: str
    asked_amount: str
    policy: str
    devices: int
    nearest: str = ""
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at(f"capacity.requests[{self.capacity}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.asked.name} asks for {self.asked_amount} of {self.capacity}, and the devices allow {self.policy}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"{self.asked_amount} of {self.capacity} is not an amount that the devices' policy allows"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="policy", text=f"{self.policy}, on {prose.count(self.devices, 'device')} that would do otherwise"),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.nearest:
            return ()
        text = f"{self.asked.place(f'capacity.requests[{self.capacity}]')}: {self.nearest}; {self.asked.then}"
        return (Proposal(text=text, brief=f"ask for {self.nearest}", change=self.change),)
