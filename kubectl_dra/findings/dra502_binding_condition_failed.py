"""DRA502: an external controller reports that a device cannot be bound."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class BindingConditionFailed(Facts):
    """``condition`` is one of the device's binding failure conditions, and True."""

    code: ClassVar[str] = "DRA502"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claim: Subject
    device: DeviceName | None = None
    condition: str = ""
    reason: str = ""
    said: str = ""
    node: str = ""
    age: str = ""
    timed_out: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.devices")

    def message(self) -> str:
        """The obstacle in one sentence."""
        device = str(self.device) if self.device else f"a device of claim {self.claim.name}"
        if self.timed_out:
            return f"{device} was not bound within the time limit"
        why = f" ({self.reason})" if self.reason else ""
        what = f": {prose.sentence(self.said)}" if self.said else ""
        condition = f" by {self.condition}" if self.condition else ""
        return f"an external controller reports{condition} that {device} cannot be bound{why}{what}"

    def headline(self) -> str:
        """The obstacle alone."""
        device = str(self.device) if self.device else f"a device of claim {self.claim.name}"
        return f"{device} cannot be bound" + (f": {prose.sentence(self.said)}" if self.said else "")

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        text = "the scheduler frees the claim and takes the same device again, so it goes round"
        return (Evidence(label="rule", text=text),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.device:
            return ()
        text = f"mend what it reports; until then keep pods off the device with a DeviceTaintRule for {self.device.driver}/{self.device.pool}/{self.device.device}"
        return (Proposal(text=text, brief="mend the device, or taint it", untried="only the controller knows when the device is ready"),)
