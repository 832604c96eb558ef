"""DRA003: a kind that decides could not be read because the request failed."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Severity, Subject
from kubectl_dra.findings.view import uncertain_without


class KindUnreadable(Facts):
    """``resource`` is the kind's plural and group; ``reader_message`` says how reading it ended."""

    code: ClassVar[str] = "DRA003"
    severity: ClassVar[Severity] = Severity.WARNING

    kind: str
    resource: str
    namespace: str = ""
    reader_message: str = ""

    def subject(self) -> Subject:
        """The kind."""
        return Subject(kind=self.kind, name="", namespace=self.namespace)

    def message(self) -> str:
        """What was not read, and what that leaves open."""
        plural = self.resource.partition(".")[0]
        return f"{plural} could not be read, so {uncertain_without(plural)} is not known"

    def evidence(self) -> tuple[Evidence, ...]:
        """How reading ended."""
        return (Evidence(label="answer", text=prose.sentence(self.reader_message)),) if self.reader_message else ()
