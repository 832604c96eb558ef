"""DRA303: a pool names a device twice, or a counter set or counter that no slice declares."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class PoolBreaksItsRules(Facts):
    """``reason`` is upstream's own (``duplicate device name gpu-1``, ``counter set gpu-0 not found``)."""

    code: ClassVar[str] = "DRA303"
    severity: ClassVar[Severity] = Severity.WARNING

    driver: str
    pool: str
    reason: str
    devices: int = 0
    slice_names: tuple[str, ...] = ()
    fatal: bool = False
    request: str = ""
    by_all_mode: bool = False

    def subject(self) -> Subject:
        """A slice of the pool, or the pool."""
        if len(self.slice_names) == 1:
            return Subject(kind="ResourceSlice", name=self.slice_names[0], field_path="spec.devices")
        return Subject(kind="Pool", name=f"{self.driver}/{self.pool}")

    def message(self) -> str:
        """What is wrong, and what follows."""
        there = f"pool {self.pool} of {self.driver} is invalid ({self.reason})"
        if self.by_all_mode:
            return f"{there}, so request {self.request}, which wants all devices, is refused on every node that the pool serves"
        if self.fatal:
            return f"{there}: the scheduler stops at it and leaves the pod pending everywhere"
        return f"{there}: its {prose.count(self.devices, 'device')} {prose.verb(self.devices, 'is')} not offered"

    def headline(self) -> str:
        """The state alone."""
        return f"pool {self.pool} of {self.driver} is invalid ({self.reason})"

    def evidence(self) -> tuple[Evidence, ...]:
        """The slices concerned."""
        return (Evidence(label="slices", text=prose.listed(self.slice_names)),) if self.slice_names else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """Only the driver can publish it otherwise."""
        return (
            Proposal(
                text=f"mend what {self.driver} publishes: each device name once in a pool, and every counter set that a device consumes "
                "declared in a slice of the same pool",
                command=f"kubectl dra describe pool {self.driver}/{self.pool}",
                brief="mend the driver's slices",
                untried="only the driver can publish its slices",
            ),
        )
