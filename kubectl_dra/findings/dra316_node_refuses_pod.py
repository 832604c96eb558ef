"""DRA316: the nodes with devices refuse the pod for a reason that has nothing to do with devices."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Severity, Subject


class NodeRefusesPod(Facts):
    """``reasons`` are the scheduler's own words for nodes that have devices that would do."""

    code: ClassVar[str] = "DRA316"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    nodes: tuple[str, ...]
    reasons: tuple[str, ...]
    with_devices: bool = True
    """Whether it is nodes with devices that refuse the pod; else the pod asks for none."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.nodes)
        if not self.nodes:
            return f"no node takes the pod: {prose.listed(self.reasons)}"
        devices = ", with the devices," if self.with_devices else ""
        return f"{prose.listed(self.nodes)}{devices} {prose.verb(number, 'refuses')} the pod: {prose.listed(self.reasons)}"

    def headline(self) -> str:
        """The obstacle alone."""
        if not self.nodes:
            return self.message()
        return f"the nodes {'with devices ' if self.with_devices else ''}refuse the pod: {prose.listed(self.reasons)}"
