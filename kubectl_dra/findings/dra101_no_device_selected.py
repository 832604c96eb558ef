"""DRA101: the selectors of a request are false on every device that the pod could reach."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Repair


class ClauseCount(Value):
    """One clause of a selector on all devices that were judged: on how many it holds, fails or ends in an error, and the values it read.

    ``values`` pairs what was read with the number of devices, of those on which the clause fails (or, where it fails on none, holds).
    """

    source: str
    holds: int
    fails: int
    errors: int = 0
    values: tuple[tuple[str, int], ...] = ()
    holds_values: tuple[tuple[str, int], ...] = ()


class SelectorCounts(Value):
    """One selector: its place, its text, its clauses, and on how many of the devices that reach it it holds."""

    field_path: str
    clauses: tuple[ClauseCount, ...]
    holds: int = 0
    fails: int = 0


class NearestMiss(Value):
    """Devices that fail by one clause only: how many, which of them, how many of them are free.

    ``examples`` are all of them where they are few, else the first and the last.
    """

    MOST_EXAMPLES: ClassVar[int] = 3

    clause: str
    count: int
    examples: tuple[str, ...]
    free: int


class Alternative(Value):
    """One alternative of firstAvailable and what is in its way."""

    request: str
    obstacle: str


class NoDeviceSelected(Facts):
    """``devices`` are those that the class selects, all judged; ``selectors`` are the request's."""

    code: ClassVar[str] = "DRA101"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    selectors: tuple[SelectorCounts, ...]
    nearest: NearestMiss | None = None
    repairs: tuple[Repair, ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    driver: str = ""
    elsewhere: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        first = next((selector for selector in self.selectors if not selector.holds), None) or next(iter(self.selectors), None)
        return self.asked.claim.at(first.field_path) if first else self.asked.at("selectors")

    def message(self) -> str:
        """The obstacle in one sentence."""
        there = f"all {prose.count(self.devices, 'device')}" if self.devices != 1 else "the only device"
        of_class = f"{there} of class {self.asked.class_name}"
        if any(not selector.holds for selector in self.selectors):
            return f"a selector of {self.asked.brief} is false on {of_class}{self.elsewhere}"
        return f"the selectors of {self.asked.brief} are together false on {of_class}{self.elsewhere}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"no device satisfies {self.asked.name}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines: list[Evidence] = []
        for selector in self.selectors:
            lines.append(Evidence(label="|", text=selector.field_path))
            for clause in selector.clauses:
                lines.append(Evidence(text=clause.source, mark=Mark.SOURCE))
                lines.append(_counts(clause))
        if self.nearest and self.nearest.count:
            near = self.nearest
            free = f", {near.free} of them free" if near.free != near.count else ", free"
            text = f"{prose.count(near.count, 'device')} {prose.verb(near.count, 'fails')} by this clause only: {_span(near)}{free}"
            lines.append(Evidence(label="nearest", text=text))
        lines.extend(Evidence(label=f"or {other.request}", text=other.obstacle) for other in self.alternatives)
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        for repair in self.repairs:
            text = f"{repair.after}   in {self.asked.place(repair.field)}; {self.asked.then}"
            brief = f"{repair.selects} of {repair.of} with {repair.after}"
            offers.append(Proposal(text=text, brief=brief, change=repair.change))
        return tuple(offers)


def _span(near: NearestMiss) -> str:
    return (" … " if near.count > len(near.examples) else ", ").join(near.examples)


def _counts(clause: ClauseCount) -> Evidence:
    """``false on all 24: "A100" on 16, "T4" on 8``."""
    judged = clause.holds + clause.fails + clause.errors
    values = prose.counted_values(clause.values)
    if not clause.fails and not clause.errors:
        read = prose.counted_values(clause.holds_values)
        return Evidence(text=f"true on {_all(judged)}" + (f": {read}" if read else ""), mark=Mark.HOLDS)
    parts = [f"true on {clause.holds:,}"] if clause.holds else []
    if clause.fails:
        parts.append(f"false on {clause.fails:,}" if clause.holds or clause.errors else f"false on {_all(judged)}")
    if clause.errors:
        parts.append(f"an error on {clause.errors:,}")
    text = ", ".join(parts) + (f": {values}" if values else "")
    return Evidence(text=text, mark=Mark.HOLDS if clause.holds else Mark.FAILS)


def _all(number: int) -> str:
    return f"all {number:,}" if number > 1 else f"{number}"
