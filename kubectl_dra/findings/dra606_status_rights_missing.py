"""DRA606: an account that writes claim status lacks a right that 1.36 and later ask for."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class StatusRightsMissing(Facts):
    """``account`` may update ``resourceclaims/status`` and lacks ``verbs`` on ``resource``, which the server asks for as well."""

    code: ClassVar[str] = "DRA606"
    severity: ClassVar[Severity] = Severity.ERROR

    account: Subject
    resource: str
    verbs: tuple[str, ...]
    role: str = ""
    driver: str = ""
    claim: Subject | None = None
    waits_for: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.account

    def message(self) -> str:
        """The obstacle in one sentence."""
        what = f"the status of {self.driver}'s devices" if self.driver else "claim status"
        return f"{self.account} lacks {prose.listed(self.verbs)} on {self.resource}, so {what} is never written"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the account of {self.driver or 'the scheduler'} may not write {self.resource}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.role:
            lines.append(Evidence(label="role", text=f"{self.role} grants resourceclaims/status only, which was enough before 1.36"))
        if self.waits_for:
            lines.append(Evidence(label="waits", text=self.waits_for))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        rule = f"{{apiGroups: [resource.k8s.io], resources: [{self.resource}], verbs: [{', '.join(self.verbs)}]}}"
        return (
            Proposal(
                text=f"add to {self.role or 'the role of the account'}: {rule}",
                command=f"kubectl edit {self.role.lower()}" if self.role else "",
                brief=f"grant {self.resource}",
                untried="rights are an administrator's to give",
            ),
        )
