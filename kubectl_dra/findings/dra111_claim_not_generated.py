"""DRA111: the template exists, and the claim for the pod was not made yet."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimNotGenerated(Facts):
    """``instant``: the release makes the claim as soon as the template is there; older ones wait for the controller's next try."""

    code: ClassVar[str] = "DRA111"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    entry: str
    entry_index: int
    template: Subject
    template_age: str = ""
    pod_age: str = ""
    template_is_younger: bool = False
    instant: bool = True
    controller_message: str = ""
    controller_age: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(f"spec.resourceClaims[{self.entry_index}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        if self.template_is_younger:
            return f"template {self.template.name} was created after the pod, and the pod's claim is not made yet"
        return f"no claim was generated from template {self.template.name} for entry {self.entry} of the pod yet"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.template_age and self.pod_age:
            lines.append(Evidence(label="ages", text=f"pod {self.pod_age}, template {self.template_age}"))
        if self.controller_message:
            ago = f", {self.controller_age} ago" if self.controller_age else ""
            lines.append(Evidence(label="controller", text=f"{prose.sentence(self.controller_message)}{ago}"))
        if self.template_is_younger and not self.instant:
            text = "before 1.36 the controller tries again after a growing delay, up to 17 minutes"
            lines.append(Evidence(label="rule", text=text))
        if not self.template_is_younger:
            text = "claims are made by the resourceclaim controller of kube-controller-manager, mostly within a second"
            lines.append(Evidence(label="rule", text=text))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        command = f"kubectl delete pod {self.pod.name} -n {self.pod.namespace}"
        if self.template_is_younger:
            text = "wait for the controller's next try, or delete the pod so that its owner makes a new one"
            return (Proposal(text=text, command=command, brief="wait, or create the pod anew", untried="only the controller makes claims"),)
        text = "see whether kube-controller-manager runs and what it logs"
        return (
            Proposal(
                text=text, command="kubectl get pods -n kube-system -l component=kube-controller-manager", brief="look at the controller"
            ),
        )
