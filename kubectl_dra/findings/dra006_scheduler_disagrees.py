"""DRA006: the scheduler refuses a pod that the objects say would fit."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class SchedulerDisagrees(Facts):
    """``said`` is the scheduler's own sentence, ``node`` where the pod fits by the objects that were read."""

    code: ClassVar[str] = "DRA006"
    severity: ClassVar[Severity] = Severity.WARNING

    pod: Subject
    said: str
    said_age: str = ""
    node: str = ""
    devices: tuple[str, ...] = ()
    changed_since: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        ago = f" {self.said_age} ago" if self.said_age else ""
        where = f"the pod fits on {self.node}" if self.node else "nothing that was read refuses the pod"
        return f"by the objects that were read {where}, and the scheduler refused it{ago}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"fits on {self.node}, and the scheduler refused it" if self.node else "nothing refuses it, and the scheduler did"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="scheduler", text=prose.sentence(self.said))] if self.said else []
        if self.devices:
            lines.append(Evidence(label="devices", text=prose.listed(self.devices)))
        if self.changed_since:
            lines.append(Evidence(label="since", text=prose.listed(self.changed_since)))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "wait for the next attempt: the scheduler tries again when a claim, a slice or a node changes, and after 5 minutes at the latest"
        return (Proposal(text=text, brief="wait for the next attempt", untried="only the scheduler can try"),)
