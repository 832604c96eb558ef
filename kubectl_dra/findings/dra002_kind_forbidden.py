"""DRA002: a kind that decides could not be read for lack of permission."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject
from kubectl_dra.findings.view import uncertain_without


class KindForbidden(Facts):
    """``resource`` is the kind's plural and group, as RBAC writes it; ``namespace`` empty for the whole cluster."""

    code: ClassVar[str] = "DRA002"
    severity: ClassVar[Severity] = Severity.WARNING

    kind: str
    resource: str
    namespace: str = ""
    server_message: str = ""

    def subject(self) -> Subject:
        """The kind."""
        return Subject(kind=self.kind, name="", namespace=self.namespace)

    def message(self) -> str:
        """What may not be read, and what that leaves open."""
        plural = self.resource.partition(".")[0]
        scope = f"in namespace {self.namespace}" if self.namespace else "in the cluster"
        return f"{plural} cannot be listed {scope}, so {uncertain_without(plural)} is not known"

    def evidence(self) -> tuple[Evidence, ...]:
        """The server's own words."""
        return (Evidence(label="server", text=prose.sentence(self.server_message)),) if self.server_message else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """The role that reads all that this program reads."""
        return (
            Proposal(
                text=f"ask for get, list and watch on {self.resource}; this prints the role",
                command="kubectl dra rbac",
                brief="kubectl dra rbac",
                untried="rights are an administrator's to give",
            ),
        )
