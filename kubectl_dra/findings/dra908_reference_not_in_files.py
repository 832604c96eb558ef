"""DRA908: a pod names a claim or a template that none of the files has."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Severity, Subject


class ReferenceNotInFiles(Facts):
    """``kind`` and ``wanted`` name what is missing; ``nearest`` are those of the files that are spelled alike."""

    code: ClassVar[str] = "DRA908"
    severity: ClassVar[Severity] = Severity.WARNING

    about: Subject
    kind: str
    wanted: str
    namespace: str = ""
    nearest: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The reference."""
        return self.about

    def message(self) -> str:
        """What is named, and what there is."""
        missing = f"no file has {prose.kind_name(self.kind, self.wanted, self.namespace)}"
        if self.elsewhere:
            return f"{missing}; one of that name is in namespace {prose.listed(self.elsewhere)}"
        return f"{missing}; the nearest is {self.nearest[0]}" if self.nearest else missing
