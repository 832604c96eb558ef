"""DRA506: a device taint evicted the pod."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import DeviceName


class PodEvictedByDeviceTaint(Facts):
    """``rule`` put the taint there (empty: the driver)."""

    code: ClassVar[str] = "DRA506"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    device: DeviceName | None = None
    taint: str = ""
    rule: str = ""
    age: str = ""
    evicted_pod: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        by = f" by DeviceTaintRule/{self.rule}" if self.rule else ""
        where = f" on {self.device}" if self.device else ""
        taint = f"taint {self.taint}" if self.taint else "a device taint"
        return f"{taint}{where}{by} evicts the pod: its request does not tolerate NoExecute"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"{'taint ' + self.taint if self.taint else 'a device taint'} evicts the pod"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if self.rule:
            return (
                Proposal(
                    text=f"restrict or delete DeviceTaintRule/{self.rule}, if it was not meant for this device",
                    command=f"kubectl edit devicetaintrule {self.rule}",
                    brief=f"restrict rule {self.rule}",
                    untried="the pod is gone already",
                ),
            )
        return (
            Proposal(
                text="let the pod's owner make a new pod, which gets another device",
                brief="wait for a new pod",
                untried="the pod is gone already",
            ),
        )
