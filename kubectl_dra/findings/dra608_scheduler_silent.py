"""DRA608: nothing stands in the pod's way, and no scheduler has looked at it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class SchedulerSilent(Facts):
    """Nothing of what was read keeps the scheduler from the pod; ``node`` is where it would fit."""

    code: ClassVar[str] = "DRA608"
    severity: ClassVar[Severity] = Severity.WARNING

    pod: Subject
    age: str = ""
    node: str = ""
    others_scheduled_since: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        since = f" in {self.age}" if self.age else ""
        return f"no scheduler has looked at pod {self.pod.name}{since}, and nothing that was read stands in its way"

    def headline(self) -> str:
        """The obstacle alone."""
        return "no scheduler has looked at it"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text="see whether kube-scheduler runs",
                command="kubectl get pods -n kube-system -l component=kube-scheduler",
                brief="look at kube-scheduler",
                untried="it runs outside of what was read",
            ),
        )
