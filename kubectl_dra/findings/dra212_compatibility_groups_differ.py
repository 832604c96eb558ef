"""DRA212: partitions of one device cannot be used together with those in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName


class CompatibilityGroupsDiffer(Facts):
    """``groups`` of the device share none with ``others``, the groups of devices in use."""

    code: ClassVar[str] = "DRA212"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: tuple[DeviceName, ...]
    counter_set: str
    groups: tuple[str, ...]
    others: tuple[str, ...]

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at()

    def message(self) -> str:
        """The obstacle in one sentence."""
        return (
            f"devices for {self.asked.name} are of compatibility groups {prose.listed(self.groups) or 'none'}, those in use of {self.counter_set} "
            f"of {prose.listed(self.others) or 'none'}"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} cannot be used together with those in use"
