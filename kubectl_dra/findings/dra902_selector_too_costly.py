"""DRA902: the API server refuses a selector because it may take too long."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class SelectorTooCostly(Facts):
    """``cost`` is the estimate for the worst device there could be, ``limit`` what is allowed."""

    code: ClassVar[str] = "DRA902"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    expression: str
    cost: int
    limit: int = 1_000_000
    releases: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The expression."""
        return self.about

    def message(self) -> str:
        """The estimate and the limit."""
        return f"the selector is estimated to cost {self.cost:,}, and the API server accepts at most {self.limit:,}"
