"""DRA110: the pod names a ResourceClaimTemplate that does not exist in its namespace."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class TemplateNotFound(Facts):
    """``nearest`` are templates of the pod's namespace spelled alike, ``elsewhere`` namespaces that have one of this name."""

    code: ClassVar[str] = "DRA110"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    entry: str
    entry_index: int
    template_name: str
    existing: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    controller_message: str = ""
    controller_age: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(f"spec.resourceClaims[{self.entry_index}].resourceClaimTemplateName")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"ResourceClaimTemplate/{self.template_name} -n {self.pod.namespace} does not exist, so no claim is generated for the pod"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"template {self.template_name} does not exist in namespace {self.pod.namespace}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.elsewhere:
            text = f"namespace {prose.listed(self.elsewhere)} has one of this name; templates are not shared between namespaces"
            lines.append(Evidence(label="elsewhere", text=text))
        if self.nearest:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest)))
        elif self.existing:
            lines.append(Evidence(label="templates", text=f"{prose.listed(self.existing)} in namespace {self.pod.namespace}"))
        if self.controller_message:
            ago = f", {self.controller_age} ago" if self.controller_age else ""
            lines.append(Evidence(label="controller", text=f"{prose.sentence(self.controller_message)}{ago}"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.nearest:
            text = f"create the pod anew with spec.resourceClaims[{self.entry_index}].resourceClaimTemplateName: {self.nearest[0]}"
            offers.append(Proposal(text=text, brief=f"nearest is {self.nearest[0]}", untried="a pod's claims cannot be changed"))
        if self.elsewhere:
            source = self.elsewhere[0]
            offers.append(
                Proposal(
                    text=f"create it in namespace {self.pod.namespace} as well",
                    command=f"kubectl get resourceclaimtemplate {self.template_name} -n {source} -o yaml "
                    f"| sed 's/namespace: {source}/namespace: {self.pod.namespace}/' | kubectl create -f -",
                    brief=f"copy it from {source}",
                    untried="what the copy would need is not known",
                )
            )
        else:
            text = f"create ResourceClaimTemplate/{self.template_name} -n {self.pod.namespace}"
            command = f"kubectl dra new-claim --name {self.template_name} -n {self.pod.namespace} --class CLASS"
            offers.append(Proposal(text=text, command=command, brief="create the template", untried="what it should ask for is not known"))
        return tuple(offers)
