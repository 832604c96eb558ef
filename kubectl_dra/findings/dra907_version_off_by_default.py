"""DRA907: a manifest is written in a beta or alpha version, which API servers do not serve unless told to."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class VersionOffByDefault(Facts):
    """``instead`` is the version that is served by default."""

    code: ClassVar[str] = "DRA907"
    severity: ClassVar[Severity] = Severity.WARNING

    about: Subject
    api_version: str
    releases: tuple[str, ...]
    instead: str = ""

    def subject(self) -> Subject:
        """The version of the manifest."""
        return self.about

    def message(self) -> str:
        """When it is served, and what is served instead."""
        default = f", {self.instead} by default" if self.instead else ""
        return f"Kubernetes {prose.listed(self.releases)} serves {self.api_version} only where it is switched on{default}"

    def proposals(self) -> tuple[Proposal, ...]:
        """The version that is served by default."""
        if not self.instead:
            return ()
        return (Proposal(text=f"apiVersion: {self.instead}", brief=f"write {self.instead}", untried="the fields may have to move"),)
