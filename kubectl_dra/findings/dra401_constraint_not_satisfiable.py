"""DRA401: enough devices match, and no combination of them meets the constraint."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class Candidates(Value):
    """The values of the constraint's attribute that one request's devices have, and how many devices have each."""

    request: str
    values: tuple[tuple[str, int], ...]
    wanted: int = 1


class ConstraintNotSatisfiable(Facts):
    """``attribute`` has to be the same on all devices (``match``) or different on each."""

    code: ClassVar[str] = "DRA401"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    attribute: str
    match: bool
    constraint_index: int
    candidates: tuple[Candidates, ...]
    node: str = ""
    nodes: int = 1
    also_in_use: bool = False
    timed_out: bool = False
    change: Change | None = None
    best: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.claim.at(f"spec.devices.constraints[{self.constraint_index}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        requests = [candidate.request for candidate in self.candidates]
        wanted = sum(candidate.wanted for candidate in self.candidates)
        what = f"request {requests[0]}" if len(requests) == 1 else f"requests {prose.listed(requests)}"
        relation = "share one value of" if self.match else "have different values of"
        where = f" on {self.node}" if self.node and self.nodes == 1 else " on any one node"
        return f"no {prose.count(wanted, 'free device')} for {what} {relation} {self.attribute}{where}"

    def headline(self) -> str:
        """The obstacle alone."""
        kind = "matchAttribute" if self.match else "distinctAttribute"
        return f"no free devices meet {kind} {self.attribute} of claim {self.asked.claim.name}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for candidate in self.candidates:
            values = prose.counted_values(candidate.values, limit=6) or "no free device"
            lines.append(Evidence(label=candidate.request, text=f"wants {candidate.wanted}: {values}"))
        if self.also_in_use:
            lines.append(Evidence(label="held", text="with the devices that other claims hold, it could be met"))
        if self.timed_out:
            lines.append(Evidence(label="time", text="the scheduler tries combinations until its time limit of 10 s ends the attempt"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.best:
            offers.append(Proposal(text=self.best, brief="ask for fewer devices"))
        path = f"spec.devices.constraints[{self.constraint_index}]"
        place = f"{self.asked.written_in}, {'spec.' if self.asked.written_in.kind == 'ResourceClaimTemplate' else ''}{path}"
        text = f"leave the constraint out of {place}, if the pod can do without; {self.asked.then}"
        offers.append(Proposal(text=text, brief="leave the constraint out", change=self.change))
        return tuple(offers)
