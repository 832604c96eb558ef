"""DRA103: a stored selector is refused by the scheduler's CEL environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class StoredSelectorDoesNotCompile(Facts):
    """``error`` is what the CEL compiler says; ``class_name`` is empty for a selector of the request."""

    code: ClassVar[str] = "DRA103"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    expression: str
    error: str
    selector_index: int = 0
    class_name: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        if self.class_name:
            return Subject(kind="DeviceClass", name=self.class_name, field_path=f"spec.selectors[{self.selector_index}].cel.expression")
        return self.asked.at(f"selectors[{self.selector_index}].cel.expression")

    def message(self) -> str:
        """The obstacle in one sentence."""
        owner = f"class {self.class_name}" if self.class_name else self.asked.name
        return f"selector {self.selector_index} of {owner} does not compile: {prose.sentence(self.error)}"

    def headline(self) -> str:
        """The obstacle alone."""
        owner = f"class {self.class_name}" if self.class_name else self.asked.name
        return f"selector {self.selector_index} of {owner} does not compile"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(text=self.expression, mark=Mark.SOURCE),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (Proposal(text="write the selector anew; this tries one on the devices", command="kubectl dra selector 'EXPRESSION'"),)
