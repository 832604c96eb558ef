"""DRA211: pods of lower priority hold the devices, and the scheduler does not preempt for devices."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Holding


class PreemptionNotPossible(Facts):
    """``lower`` are holders of lower priority than the pod's ``priority``; one of them would have to go."""

    code: ClassVar[str] = "DRA211"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    priority: int
    matching: int
    held: int
    lower: tuple[Holding, ...]
    lower_priority: int = 0
    change: Change | None = None
    freed: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len({holding.device for holding in self.lower})
        them = "the only device" if self.matching == 1 else f"{number} of {prose.count(self.matching, 'device')}"
        return (
            f"{them} that {self.asked.name} may use {prose.verb(number, 'is')} held by pods of lower priority, and the scheduler does not preempt "
            "for devices"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return "pods of lower priority hold the devices, and the scheduler does not preempt for devices"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="priority", text=f"{self.priority} against at most {self.lower_priority}")]
        lines.extend(Evidence(label="held" if not index else "", text=str(holding)) for index, holding in enumerate(self.lower[:4]))
        if len(self.lower) > 4:  # noqa: PLR2004 - four are shown
            lines.append(Evidence(text=f"and {len(self.lower) - 4} more"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"end {prose.listed(self.freed)} by hand" if self.freed else "end one of the holders by hand"
        return (
            Proposal(text=text, brief=f"end {prose.listed(self.freed, limit=1)}" if self.freed else "end a holder", change=self.change),
        )
