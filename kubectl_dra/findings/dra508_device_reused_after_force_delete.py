"""DRA508: a pod was deleted by force, and its device may still be in use by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class DeviceReusedAfterForceDelete(Facts):
    """``former`` had the device until its pod was deleted by force."""

    code: ClassVar[str] = "DRA508"
    severity: ClassVar[Severity] = Severity.INFO

    claim: Subject
    device: DeviceName
    former: str
    node: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.device} may still be in use by {self.former}, whose pod was deleted by force"
