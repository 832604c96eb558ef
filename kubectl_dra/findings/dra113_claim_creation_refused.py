"""DRA113: the API server refuses the claim that the template generates."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Facts, Proposal, Severity, Subject


class ClaimCreationRefused(Facts):
    """``server_message`` is the API server's refusal, as the controller repeats it."""

    code: ClassVar[str] = "DRA113"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    entry: str
    entry_index: int
    template: str
    server_message: str
    age: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(f"spec.resourceClaims[{self.entry_index}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"the API server refuses the claim that template {self.template} generates: {prose.sentence(self.server_message)}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the claim that template {self.template} generates is refused"

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = "mend the template as the message says; the controller tries again by itself"
        return (Proposal(text=text, brief="mend the template", untried="what the server would accept is not known"),)
