"""DRA909: an alternative of firstAvailable takes nothing that an earlier one would not take first."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class AlternativeNeverReached(Facts):
    """Whatever ``later`` could get, ``earlier`` gets as well, and it is asked first."""

    code: ClassVar[str] = "DRA909"
    severity: ClassVar[Severity] = Severity.WARNING

    about: Subject
    request: str
    earlier: str
    later: str

    def subject(self) -> Subject:
        """The alternative."""
        return self.about

    def message(self) -> str:
        """Which one hides which."""
        return (
            f"alternative {self.later} of request {self.request} is never reached: {self.earlier} before it asks for no more than it does"
        )
