"""DRA911: a selector compares with a version that is none."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class VersionLiteralMalformed(Facts):
    """``literal`` is the argument of semver(), ``problem`` what the function says to it, ``canonical`` the version that was meant."""

    code: ClassVar[str] = "DRA911"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    literal: str
    problem: str
    canonical: str = ""

    def subject(self) -> Subject:
        """The expression."""
        return self.about

    def message(self) -> str:
        """What happens on every device."""
        return f'semver("{self.literal}") fails on every device: {self.problem}'

    def proposals(self) -> tuple[Proposal, ...]:
        """The version as drivers publish it."""
        if not self.canonical:
            return ()
        return (Proposal(text=f'semver("{self.canonical}")', brief=f"write {self.canonical}", untried="no device was read"),)
