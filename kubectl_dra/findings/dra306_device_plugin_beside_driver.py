"""DRA306: a device plugin and a DRA driver both offer the hardware of one node."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class DevicePluginBesideDriver(Facts):
    """``plugin_count`` of ``resource`` are allocatable on the node beside ``devices`` of the driver."""

    code: ClassVar[str] = "DRA306"
    severity: ClassVar[Severity] = Severity.ERROR

    node: str
    resource: str
    plugin_count: int
    driver: str
    devices: int
    plugin_users: tuple[str, ...] = ()
    claim_users: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="Node", name=self.node, field_path=f"status.allocatable[{self.resource}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return (
            f"{self.node} offers {self.resource}: {self.plugin_count} by a device plugin and {prose.count(self.devices, 'device')} by driver "
            f"{self.driver}: the same hardware is handed out twice"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"a device plugin and {self.driver} both hand out the hardware of {self.node}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.plugin_users:
            lines.append(Evidence(label="plugin", text=f"used by {prose.listed(self.plugin_users)}"))
        if self.claim_users:
            lines.append(Evidence(label="claims", text=f"used by {prose.listed(self.claim_users)}"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"take the device plugin off {self.node}, and let a DeviceClass stand for it with spec.extendedResourceName: {self.resource}"
        return (Proposal(text=text, brief="take the device plugin off", untried="what the hardware is cannot be seen from here"),)
