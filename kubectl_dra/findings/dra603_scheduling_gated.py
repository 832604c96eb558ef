"""DRA603: a scheduling gate holds the pod; the scheduler has not looked at it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class SchedulingGated(Facts):
    """``gates`` hold the pod; ``manager`` is the workload manager that their names point to, empty where unknown."""

    code: ClassVar[str] = "DRA603"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    gates: tuple[str, ...]
    manager: str = ""
    queue: str = ""
    age: str = ""
    otherwise: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at("spec.schedulingGates")

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.gates)
        return f"scheduling {'gate' if number == 1 else 'gates'} {prose.listed(self.gates)} {prose.verb(number, 'holds')} the pod; the scheduler has not looked at it"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"scheduling gate {prose.listed(self.gates)} holds it"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.manager:
            queue = f", queue {self.queue}" if self.queue else ""
            lines.append(Evidence(label="decides", text=f"{self.manager}{queue}"))
        if self.otherwise:
            lines.append(Evidence(label="then", text=self.otherwise))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if self.manager == "Kueue":
            command = f"kubectl get workloads.kueue.x-k8s.io -n {self.pod.namespace}"
            return (
                Proposal(text="see what Kueue says of the pod's Workload", command=command, brief="ask Kueue", untried="Kueue admits pods"),
            )
        who = self.manager or "whoever set the gate"
        return (
            Proposal(
                text=f"ask {who}: the gate is taken away by what set it",
                brief="wait for the gate's owner",
                untried="only the gate's owner takes it away",
            ),
        )
