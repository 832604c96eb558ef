"""DRA307: a ResourceSlice names no pool."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class SliceWithoutPool(Facts):
    """Such a slice comes from a file: no API server stores one."""

    code: ClassVar[str] = "DRA307"
    severity: ClassVar[Severity] = Severity.WARNING

    slice_name: str
    driver: str
    devices: int = 0
    node: str = ""

    def subject(self) -> Subject:
        """The slice."""
        return Subject(kind="ResourceSlice", name=self.slice_name, field_path="spec.pool")

    def message(self) -> str:
        """What is missing and what it means."""
        devices = prose.count(self.devices, "device")
        return f"slice {self.slice_name} of {self.driver} names no pool: the API server refuses it, so its {devices} cannot be allocated"

    def headline(self) -> str:
        """The state alone."""
        return f"slice {self.slice_name} of {self.driver} names no pool"

    def proposals(self) -> tuple[Proposal, ...]:
        """The field as drivers write it."""
        name = self.node or "NODE"
        return (
            Proposal(
                text=f"add spec.pool: {{name: {name}, generation: 1, resourceSliceCount: 1}}",
                brief="add spec.pool",
                untried="the slice is a file",
            ),
        )
