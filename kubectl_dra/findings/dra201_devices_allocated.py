"""DRA201: devices that would do exist, and other claims hold too many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName, Holding


class DevicesAllocated(Facts):
    """``matching`` devices would do, ``held`` of them are held by others, so that fewer than ``wanted`` are left on every node.

    ``short`` more are not held, and what they draw on is used up by those that are.
    """

    code: ClassVar[str] = "DRA201"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    matching: int
    held: int
    wanted: int
    short: int = 0
    holdings: tuple[Holding, ...] = ()
    nodes: tuple[str, ...] = ()
    fails_later: str = ""
    fitting_after: str = ""
    change: Change | None = None
    freed: tuple[str, ...] = ()
    freed_devices: tuple[DeviceName, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        free = self.matching - self.held - self.short
        if self.short:
            return (
                f"{self.asked.name} wants {prose.count(self.wanted, 'device')} on one node; of {self.matching:,} that would do "
                f"{self.held:,} {prose.verb(self.held, 'is')} held by other claims, which leave too little for {self.short:,} more"
            )
        if free <= 0:
            them = "the only device" if self.matching == 1 else f"all {prose.count(self.matching, 'device')}"
            return f"{them} that {self.asked.name} may use {prose.verb(self.matching, 'is')} held by other claims"
        return (
            f"{self.asked.name} wants {prose.count(self.wanted, 'device')} on one node; of {self.matching:,} that would do "
            f"{self.held:,} {prose.verb(self.held, 'is')} held by other claims"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        if self.matching - self.held > 0 or self.short:
            return f"too few free devices for {self.asked.name}: {self.held} of {self.matching} are held"
        if self.matching == 1:
            return f"the only device that {self.asked.name} may use is held"
        return f"all {self.matching} devices that {self.asked.name} may use are held"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="held" if not index else "", text=str(holding)) for index, holding in enumerate(self.holdings[:4])]
        if len(self.holdings) > len(lines):
            lines.append(Evidence(text=f"and {len(self.holdings) - len(lines)} more"))
        if self.fails_later:
            lines.append(Evidence(label="later", text=self.fails_later))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.freed:
            return (Proposal(text="wait until one of the holders ends", brief="wait for a holder to end"),)
        text = f"wait, or end {prose.listed(self.freed)}"
        names = prose.listed([str(device) for device in self.freed_devices], limit=2)
        held = f", which {'hold' if self.freed[0].startswith('pods ') else 'holds'} {names}" if names and len(self.freed) == 1 else ""
        return (Proposal(text=text + held, brief=f"wait, or end {prose.listed(self.freed, limit=1)}", change=self.change),)
