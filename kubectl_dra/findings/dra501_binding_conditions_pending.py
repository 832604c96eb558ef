"""DRA501: devices are allocated, and binding waits for conditions that nobody has set."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class BindingConditionsPending(Facts):
    """``missing`` conditions of ``device`` have to be True; ``limit`` seconds after allocation the scheduler starts anew."""

    code: ClassVar[str] = "DRA501"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    claim: Subject
    device: DeviceName
    missing: tuple[str, ...]
    present: tuple[str, ...] = ()
    node: str = ""
    waiting: str = ""
    limit: int = 600
    controller_hint: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.claim.at("status.devices")

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.missing)
        what = "condition" if number == 1 else "conditions"
        return f"{self.device} is allocated on {self.node}, and binding waits for {what} {prose.listed(self.missing)}, which nobody has set"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"binding waits for {prose.listed(self.missing)} of {self.device}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="set", text=prose.listed(self.present) or "no condition of the device is set")]
        if self.waiting:
            lines.append(
                Evidence(
                    label="waiting", text=f"{self.waiting} of {prose.duration(self.limit)}; then the claim is freed and allocated anew"
                )
            )
        if self.controller_hint:
            lines.append(Evidence(label="driver", text=self.controller_hint))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"see whether the controller of {self.device.driver} that sets {self.missing[0]} runs and what it logs"
        return (
            Proposal(text=text, brief="look at the driver's controller", untried="only that controller knows when the device is ready"),
        )
