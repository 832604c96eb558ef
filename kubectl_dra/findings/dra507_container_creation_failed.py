"""DRA507: devices are allocated and prepared, and the container runtime fails."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ContainerCreationFailed(Facts):
    """``container`` waits with ``reason``; its devices are allocated."""

    code: ClassVar[str] = "DRA507"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    container: str
    reason: str
    said: str = ""
    devices: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at("status.containerStatuses")

    def message(self) -> str:
        """The obstacle in one sentence."""
        what = f": {prose.sentence(self.said)}" if self.said else ""
        return f"container {self.container} cannot be created ({self.reason}){what}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"container {self.container} cannot be created ({self.reason})"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="devices", text=f"{prose.listed(self.devices)}, allocated and reserved")] if self.devices else []
        return (*lines, Evidence(label="unseen", text="whether the driver's CDI files are right is recorded in no object"))

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text="read the log of the driver's pod and of the container runtime on the node",
                brief="read the driver's log",
                untried="the runtime is on the node",
            ),
        )
