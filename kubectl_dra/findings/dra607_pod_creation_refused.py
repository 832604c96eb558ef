"""DRA607: the owner cannot create its pods."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Severity, Subject


class PodCreationRefused(Facts):
    """``said`` is the refusal in the event of ``said_about``."""

    code: ClassVar[str] = "DRA607"
    severity: ClassVar[Severity] = Severity.ERROR

    owner: Subject
    said: str
    said_about: str = ""
    age: str = ""
    count: int = 1

    def subject(self) -> Subject:
        """What to look at."""
        return self.owner

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.owner} cannot create its pods: {prose.sentence(self.said)}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"{self.owner} cannot create its pods"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        ago = f", last {self.age} ago" if self.age else ""
        about = f"{self.said_about}: " if self.said_about else ""
        return (Evidence(label="event", text=f"{about}{prose.sentence(self.said)} ({prose.times(self.count)}{ago})"),)
