"""DRA609: the workload is suspended or wants no pods."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class WorkloadWantsNoPods(Facts):
    """``why`` is suspended, or zero pods wanted."""

    code: ClassVar[str] = "DRA609"
    severity: ClassVar[Severity] = Severity.INFO

    owner: Subject
    why: str

    def subject(self) -> Subject:
        """What to look at."""
        return self.owner

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.owner} makes no pods: {self.why}"
