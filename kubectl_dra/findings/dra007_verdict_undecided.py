"""DRA007: what was read does not decide whether the pod fits."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Severity, Subject


class VerdictUndecided(Facts):
    """``reasons`` say what the answer hangs on."""

    code: ClassVar[str] = "DRA007"
    severity: ClassVar[Severity] = Severity.WARNING

    pod: Subject
    reasons: tuple[str, ...]

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"whether pod {self.pod.name} fits cannot be told: {prose.listed(self.reasons)}"
