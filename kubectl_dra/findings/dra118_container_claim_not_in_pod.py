"""DRA118: a container lists a claim that the pod does not have."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Severity, Subject


class ContainerClaimNotInPod(Facts):
    """``known`` are the entries of spec.resourceClaims."""

    code: ClassVar[str] = "DRA118"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    container: str
    entry: str
    field_path: str
    known: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(self.field_path)

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"container {self.container} lists claim {self.entry}, which spec.resourceClaims does not have"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="entries", text=prose.listed(self.known) or "none"),)
