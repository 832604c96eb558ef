"""DRA213: each request fits alone, and together they want more devices than a node has."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value


class Leaving(Value):
    """A request that the pod may do without, where it is written, and the cluster without it."""

    request: str
    place: str
    then: str
    change: Change | None = None


class RequestsCompete(Facts):
    """``requests`` each fit alone on ``node`` and together do not."""

    code: ClassVar[str] = "DRA213"
    severity: ClassVar[Severity] = Severity.ERROR

    claims: tuple[Subject, ...]
    requests: tuple[str, ...]
    node: str = ""
    nodes: int = 0
    evidence_lines: tuple[str, ...] = ()
    leavings: tuple[Leaving, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.claims[0].at("spec.devices.requests")

    def message(self) -> str:
        """The obstacle in one sentence."""
        where = f" on {self.node}" if self.nodes == 1 and self.node else ""
        return f"{prose.listed(self.requests)} {prose.verb(len(self.requests), 'wants')} more together than is free{where or ' on any one node'}, and each fits alone"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"{prose.listed(self.requests)} fit alone and not together"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return tuple(Evidence(label="free" if not index else "", text=line) for index, line in enumerate(self.evidence_lines[:4]))

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return tuple(
            Proposal(
                text=f"leave {one.request} out of {one.place}, if the pod can do without it; {one.then}",
                brief=f"leave {one.request} out",
                change=one.change,
            )
            for one in self.leavings
        )
