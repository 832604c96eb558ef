"""DRA204: allocationMode All wants every matching device, and one of them cannot be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName


class Stopper(Value):
    """A device that keeps a request for all devices from being met on its node."""

    device: DeviceName
    node: str
    reason: str
    holder: str = ""


class AllModeDeviceUnavailable(Facts):
    """``stoppers`` are the devices that cannot be had, one a node at least."""

    code: ClassVar[str] = "DRA204"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    matching: int
    stoppers: tuple[Stopper, ...]
    count_instead: int = 0
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at("allocationMode")

    def message(self) -> str:
        """The obstacle in one sentence."""
        len(self.stoppers)
        which = prose.listed([str(stopper.device) for stopper in self.stoppers])
        return f"{self.asked.name} wants all {self.matching:,} matching devices of a node, and {which} cannot be had"

    def headline(self) -> str:
        """The obstacle alone."""
        nodes = len({stopper.node for stopper in self.stoppers})
        return f"{self.asked.name} wants all devices of a node, and on {'each of ' if nodes > 1 else ''}{prose.count(nodes, 'node')} one cannot be had"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [
            Evidence(label="stops" if not index else "", text=f"{stopper.device}: {stopper.reason}")
            for index, stopper in enumerate(self.stoppers[:4])
        ]
        if len(self.stoppers) > len(lines):
            lines.append(Evidence(text=f"and {len(self.stoppers) - len(lines)} more"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.count_instead:
            text = f"{self.asked.place('allocationMode')}: ExactCount with count: {self.count_instead}; {self.asked.then}"
            offers.append(Proposal(text=text, brief=f"ask for {self.count_instead}, not all", change=self.change))
        holders = [stopper.holder for stopper in self.stoppers if stopper.holder]
        if holders:
            text = f"wait until {prose.listed(dict.fromkeys(holders))} {prose.verb(len(set(holders)), 'gives')} the device back"
            offers.append(Proposal(text=text, brief="wait for the holder"))
        return tuple(offers)
