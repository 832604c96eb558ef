"""DRA114: adminAccess is asked for in a namespace without the label that allows it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class AdminAccessNotLabelled(Facts):
    """``label`` is the one the namespace needs."""

    code: ClassVar[str] = "DRA114"
    severity: ClassVar[Severity] = Severity.ERROR

    namespace: str
    asked_by: Subject
    request: str = ""
    label: str = "resource.kubernetes.io/admin-access=true"
    server_message: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="Namespace", name=self.namespace, field_path="metadata.labels")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.asked_by} asks for adminAccess, and namespace {self.namespace} lacks the label {self.label}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"namespace {self.namespace} does not allow adminAccess"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return (Evidence(label="server", text=prose.sentence(self.server_message)),) if self.server_message else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        return (
            Proposal(
                text="label the namespace, if its users may look into everybody's devices",
                command=f"kubectl label namespace {self.namespace} {self.label}",
                brief="label the namespace",
                untried="the label is read when the claim is created",
            ),
        )
