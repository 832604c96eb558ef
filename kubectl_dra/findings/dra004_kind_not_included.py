"""DRA004: the files that were read hold no object of a kind that decides."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject
from kubectl_dra.findings.view import uncertain_without


class KindNotIncluded(Facts):
    """``resource`` is the kind's plural and group."""

    code: ClassVar[str] = "DRA004"
    severity: ClassVar[Severity] = Severity.INFO

    kind: str
    resource: str

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind=self.kind, name="")

    def message(self) -> str:
        """The obstacle in one sentence."""
        plural = self.resource.partition(".")[0]
        return f"the files hold no {plural}, so {uncertain_without(plural)} is not known"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text="read them into the dump as well",
                command=f"kubectl get {self.resource} -A -o yaml",
                untried="the files are what was given",
            ),
        )
