"""DRA904: a manifest has a field that its kind does not have in that version."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class UnknownField(Facts):
    """``field`` is its path, ``place`` where it belongs, ``nearest`` fields spelled alike, ``versions`` those that have it there."""

    code: ClassVar[str] = "DRA904"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    field: str
    api_version: str
    place: str = ""
    nearest: str = ""
    since: str = ""
    releases: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The field."""
        return self.about

    def message(self) -> str:
        """Which field of which version, and where it belongs."""
        name = self.field.rpartition(".")[2]
        where = f" of Kubernetes {prose.listed(self.releases)}" if self.releases else ""
        why = f": it belongs {self.place}" if self.place else f": {self.since} has it" if self.since else ""
        near = f"; the nearest field is {self.nearest}" if self.nearest and not self.place else ""
        return f"{self.about.kind} in {self.api_version}{where} has no field {name} here{why}{near}"

    def proposals(self) -> tuple[Proposal, ...]:
        """The move or the name."""
        if self.place:
            return (Proposal(text=f"move {self.field.rpartition('.')[2]} {self.place}", brief="move it", untried="the manifest is a file"),)
        if self.nearest:
            return (Proposal(text=f"{self.nearest}:", brief=f"write {self.nearest}", untried="the manifest is a file"),)
        return ()
