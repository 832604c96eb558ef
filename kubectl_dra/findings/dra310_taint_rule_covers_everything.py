"""DRA310: a DeviceTaintRule without restrictions taints every device of every driver."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class TaintRuleCoversEverything(Facts):
    """``devices`` of ``drivers`` are tainted, all there are."""

    code: ClassVar[str] = "DRA310"
    severity: ClassVar[Severity] = Severity.WARNING

    rule: str
    taint: str
    devices: int
    drivers: tuple[str, ...] = ()
    has_selector: bool = True

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="DeviceTaintRule", name=self.rule, field_path="spec.deviceSelector")

    def message(self) -> str:
        """The obstacle in one sentence."""
        how = "has an empty deviceSelector" if self.has_selector else "has no deviceSelector"
        return (
            f"DeviceTaintRule {self.rule} {how} and so taints all {prose.count(self.devices, 'device')} of every driver with {self.taint}"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"rule {self.rule} taints every device of every driver"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "name what it is meant for: spec.deviceSelector.driver, .pool or .device"
        return (
            Proposal(
                text=text,
                command=f"kubectl edit devicetaintrule {self.rule}",
                brief=f"restrict rule {self.rule}",
                untried="what it is meant for is not known",
            ),
        )
