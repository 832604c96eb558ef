"""DRA505: the driver reports an allocated device as not ready."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class DeviceNotReady(Facts):
    """``condition`` of the device is not what it should be, by the driver's own report."""

    code: ClassVar[str] = "DRA505"
    severity: ClassVar[Severity] = Severity.ERROR

    claim: Subject
    device: DeviceName
    condition: str
    status: str
    reason: str = ""
    said: str = ""
    age: str = ""
    pod: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.devices")

    def message(self) -> str:
        """The obstacle in one sentence."""
        why = f" ({self.reason})" if self.reason else ""
        what = f": {prose.sentence(self.said)}" if self.said else ""
        return f"driver {self.device.driver} reports {self.condition}={self.status} for {self.device}{why}{what}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the driver reports {self.device} as not ready"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="since", text=f"{self.age} ago"),) if self.age else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text=f"look at the device and at the log of {self.device.driver} on its node",
                brief="read the driver's log",
                untried="only the driver sees the device",
            ),
        )
