"""DRA903: a manifest is written in an API version that the release does not have."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class VersionNotServed(Facts):
    """``releases`` lack ``api_version`` for the kind; ``last`` is the last one that has it, ``instead`` the version to write."""

    code: ClassVar[str] = "DRA903"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    api_version: str
    releases: tuple[str, ...]
    last: str = ""
    instead: str = ""

    def subject(self) -> Subject:
        """The version of the manifest."""
        return self.about

    def message(self) -> str:
        """Which release lacks it."""
        last = f"; {self.last} is the last that has it" if self.last else ""
        return f"Kubernetes {prose.listed(self.releases)} has no {self.about.kind} in {self.api_version}{last}"

    def proposals(self) -> tuple[Proposal, ...]:
        """The version that is served."""
        if not self.instead:
            return ()
        return (Proposal(text=f"apiVersion: {self.instead}", brief=f"write {self.instead}", untried="the fields may have to move"),)
