"""DRA901: the API server refuses a selector because CEL cannot compile it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject


class SelectorDoesNotCompile(Facts):
    """``problem`` is the compiler's first complaint, ``offset`` its place in ``expression`` in characters from zero.

    ``repaired`` is the expression that was meant, empty where none is known; ``tried`` what it does. ``releases`` are those that refuse it.
    """

    code: ClassVar[str] = "DRA901"
    severity: ClassVar[Severity] = Severity.ERROR

    about: Subject
    expression: str
    problem: str
    offset: int = 0
    more: int = 0
    repaired: str = ""
    tried: str = ""
    releases: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """The expression."""
        return self.about

    def message(self) -> str:
        """What the compiler says."""
        others = f", and {self.more} more" if self.more else ""
        return f"the selector does not compile: {self.problem}{others}"

    def evidence(self) -> tuple[Evidence, ...]:
        """The line of the expression, and the place in it."""
        start = self.expression.rfind("\n", 0, self.offset) + 1
        line = self.expression[start:].partition("\n")[0]
        return (
            Evidence(text=line, mark=Mark.SOURCE),
            Evidence(text=f"{' ' * (self.offset - start)}^", mark=Mark.SOURCE),
        )

    def proposals(self) -> tuple[Proposal, ...]:
        """The expression that was meant."""
        if not self.repaired:
            return ()
        return (Proposal(text=self.repaired, brief="compiles", untried=self.tried),)
