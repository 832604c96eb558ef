"""DRA206: a shared device does, and too little of its capacity is left."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName


class Remainder(Value):
    """A shared device: what is left of a capacity, and who has the rest."""

    device: DeviceName
    total: str
    left: str
    users: tuple[str, ...] = ()


class CapacityExhausted(Facts):
    """``wanted`` of ``capacity`` is what would be consumed, after the policy's rounding of ``asked_amount``."""

    code: ClassVar[str] = "DRA206"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    capacity: str
    asked_amount: str
    wanted: str
    remainders: tuple[Remainder, ...]
    most_left: str
    takes_all: bool = False
    is_default: bool = False
    """Whether no amount is named and the policy's default is what would be consumed."""
    never_enough: bool = False
    """Whether no device has as much, however little is consumed."""
    change: Change | None = None
    fits_amount: str = ""
    exclusive: bool = False
    together: bool = False
    """Whether each device has enough alone, and not for all that is asked of it."""
    freed: tuple[str, ...] = ()
    end: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at(f"capacity.requests[{self.capacity}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.remainders)
        if self.together:
            that = "the device that would do has" if number == 1 else f"the {number} devices that would do have"
            return f"{that} too little {self.capacity} for all that {self.asked.name} wants of it together"
        wants = f"{self.wanted} of {self.capacity}" + (
            f" (asked {self.asked_amount}, rounded by the policy)" if self.asked_amount not in ("", self.wanted) else ""
        )
        if self.takes_all:
            wants = f"all {self.wanted} of {self.capacity}, since it names no amount"
        if self.is_default:
            wants = f"{self.wanted} of {self.capacity}, the policy's default, since it names no amount"
        if self.never_enough:
            return f"{self.asked.name} wants {wants}; {prose.count(number, 'device')} would do but for that, with {self.most_left} at most"
        return f"{self.asked.name} wants {wants}; {prose.count(number, 'device')} would do, with at most {self.most_left} left"

    def headline(self) -> str:
        """The obstacle alone."""
        if self.together:
            return f"too little {self.capacity} for all that {self.asked.name} wants of it together"
        if self.never_enough:
            return f"no device has as much {self.capacity} as {self.asked.name} wants: {self.wanted} wanted, at most {self.most_left}"
        return f"too little {self.capacity} is left for {self.asked.name}: {self.wanted} wanted, at most {self.most_left} left"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for index, rest in enumerate(self.remainders[:4]):
            by = f", used by {prose.listed(rest.users)}" if rest.users else ""
            lines.append(Evidence(label="left" if not index else "", text=f"{rest.device}: {rest.left} of {rest.total}{by}"))
        if len(self.remainders) > len(lines):
            lines.append(Evidence(text=f"and {len(self.remainders) - len(lines)} more"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.fits_amount:
            text = f"{self.asked.place(f'capacity.requests[{self.capacity}]')}: {self.fits_amount}; {self.asked.then}"
            offers.append(Proposal(text=text, brief=f"ask for {self.fits_amount}", change=self.change))
        if self.freed:
            brief = f"wait, or end {prose.listed(self.freed, limit=1)}"
            offers.append(Proposal(text=f"wait, or end {prose.listed(self.freed)}", brief=brief, change=self.end))
        return tuple(offers)
