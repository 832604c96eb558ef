"""DRA308: a ResourceSlice belongs to an older generation of its pool."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class SliceOfOldGeneration(Facts):
    """``newest`` is the pool's newest generation."""

    code: ClassVar[str] = "DRA308"
    severity: ClassVar[Severity] = Severity.INFO

    slice_name: str
    driver: str
    pool: str
    generation: int
    newest: int
    devices: int = 0

    def subject(self) -> Subject:
        """The slice."""
        return Subject(kind="ResourceSlice", name=self.slice_name, field_path="spec.pool.generation")

    def message(self) -> str:
        """Which generation, and what follows."""
        devices = prose.count(self.devices, "device")
        return (
            f"slice {self.slice_name} of {self.driver} is of generation {self.generation}, pool {self.pool} is at {self.newest}: "
            f"its {devices} {prose.verb(self.devices, 'is')} passed over"
        )

    def headline(self) -> str:
        """The state alone."""
        return f"slice {self.slice_name} is of generation {self.generation}, pool {self.pool} is at {self.newest}"

    def proposals(self) -> tuple[Proposal, ...]:
        """Drivers delete old slices by themselves."""
        return (
            Proposal(
                text=f"nothing, while {self.driver} publishes a new generation; where the slice stays, delete it",
                command=f"kubectl delete resourceslice {self.slice_name}",
                brief="wait, or delete the slice",
                untried="deleting changes nothing for pods: the slice is passed over already",
            ),
        )
