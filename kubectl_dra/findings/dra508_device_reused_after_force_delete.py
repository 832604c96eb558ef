"""DRA508: a pod was deleted by force, and its device may still be in use by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class DeviceReusedAfterForceDelete(Facts):
    """``kubelet_message`` says that the claim of an earlier pod of the same name is still being cleaned up."""

    code: ClassVar[str] = "DRA508"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claim: Subject
    node: str = ""
    devices: tuple[DeviceName, ...] = ()
    kubelet_message: str = ""
    age: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim

    def message(self) -> str:
        """The obstacle in one sentence."""
        devices = prose.listed([str(device) for device in self.devices]) or "its devices"
        return f"{devices} may still be in use on {self.node}: the pod that had claim {self.claim.name} before was deleted by force"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"an earlier pod with claim {self.claim.name} was deleted by force and may still use its devices"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        ago = f", {self.age} ago" if self.age else ""
        return (Evidence(label="kubelet", text=f"{prose.sentence(self.kubelet_message)}{ago}"),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"wait: the kubelet on {self.node} cleans up and tries again; where it does not, restart the kubelet there"
        return (Proposal(text=text, brief="wait for the kubelet", untried="only the kubelet knows what still runs"),)
