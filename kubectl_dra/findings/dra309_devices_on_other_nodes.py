"""DRA309: devices that would do belong to other nodes than those the pod can use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class DevicesOnOtherNodes(Facts):
    """``devices`` would do and are offered on ``nodes`` only, none of which the pod can use for all it asks."""

    code: ClassVar[str] = "DRA309"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    nodes: tuple[str, ...] = ()
    node: str = ""
    why_not: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        where = f" than {self.node}" if self.node else " than those where the rest of the pod's devices are"
        number = prose.count(self.devices, "device")
        return f"{number} that would do for {self.asked.name} {prose.verb(self.devices, 'is')} for other nodes{where}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} are for other nodes only"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="nodes", text=prose.listed(self.nodes))] if self.nodes else []
        return (*lines, *(Evidence(label="", text=reason) for reason in self.why_not))
