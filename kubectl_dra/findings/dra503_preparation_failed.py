"""DRA503: the kubelet cannot prepare the pod's devices."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class PreparationFailed(Facts):
    """``kubelet_message`` is the kubelet's own."""

    code: ClassVar[str] = "DRA503"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    node: str
    kubelet_message: str
    age: str = ""
    count: int = 1
    driver_text: str = ""
    claim: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"the kubelet on {self.node} cannot prepare the pod's devices: {prose.sentence(self.driver_text or self.kubelet_message)}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the kubelet on {self.node} cannot prepare the pod's devices"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        ago = f", last {self.age} ago" if self.age else ""
        return (Evidence(label="kubelet", text=f"{prose.sentence(self.kubelet_message)} ({prose.times(self.count)}{ago})"),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text=f"read the log of the driver's pod on {self.node}",
                brief="read the driver's log",
                untried="the driver runs on the node",
            ),
        )
