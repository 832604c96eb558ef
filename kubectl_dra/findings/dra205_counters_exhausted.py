"""DRA205: a partition is free, and too little is left of the shared counters it consumes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName


class CounterUse(Value):
    """A counter of a pool: its size, what is left, what one device would take, and who has the rest."""

    counter_set: str
    counter: str
    total: str
    left: str
    wanted: str
    users: tuple[str, ...] = ()


class CountersExhausted(Facts):
    """``devices`` are unheld and selected; every one of them would overdraw a counter."""

    code: ClassVar[str] = "DRA205"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: tuple[DeviceName, ...]
    counters: tuple[CounterUse, ...]
    change: Change | None = None
    freed: tuple[str, ...] = ()
    together: bool = False
    """Whether each device has its counters alone, and not all that are asked for together."""
    overdrawn: bool = False
    """Whether it is the counters named, however the devices are chosen; else no choice stays within all of them."""
    requests: tuple[str, ...] = ()
    """The requests that draw on them together, where there are several."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        first = self.counters[0]
        number = len(self.devices)
        if self.together:
            if not self.overdrawn:
                return f"no choice of devices for {self._who} stays within the counters that they share"
            return (
                f"the devices that {self._who} may use cannot be had together: of {first.counter} of {first.counter_set}, which they "
                f"share, {first.left} of {first.total} is left, {first.wanted} wanted"
            )
        unheld = (
            f"{self.asked.name} wants {self.asked.count} devices on one node; {number} that {prose.verb(number, 'is')} not held"
            if self.asked.count > 1
            else f"{prose.count(number, 'device')} that {self.asked.name} may use {prose.verb(number, 'is')} not held, and"
        )
        return (
            f"{unheld} {'takes' if number == 1 else 'take'} more of {first.counter} of {first.counter_set} than is left: "
            f"{first.wanted} wanted, {first.left} of {first.total} left"
        )

    @property
    def _who(self) -> str:
        return prose.listed(self.requests) or self.asked.name

    def headline(self) -> str:
        """The obstacle alone."""
        if self.together:
            return f"devices for {self._who} share counters that do not suffice for all of them"
        first = self.counters[0]
        return (
            f"too little of {first.counter} of {first.counter_set} is left for {self.asked.name}: "
            f"{first.wanted} wanted, {first.left} of {first.total} left"
        )

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for use in self.counters[:4]:
            by = f", spent by {prose.listed(use.users)}" if use.users else ""
            lines.append(
                Evidence(label="counter", text=f"{use.counter_set} {use.counter}: {use.left} of {use.total} left, {use.wanted} wanted{by}")
            )
        lines.append(Evidence(label="devices", text=prose.span([str(device) for device in self.devices])))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.freed:
            return ()
        text = f"wait, or end {prose.listed(self.freed)}"
        return (Proposal(text=text, brief=f"wait, or end {prose.listed(self.freed, limit=1)}", change=self.change),)
