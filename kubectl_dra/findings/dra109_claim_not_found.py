"""DRA109: the pod names a ResourceClaim that does not exist."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ClaimNotFound(Facts):
    """``entry`` is the pod's own name for the claim; ``nearest`` are claims of the namespace spelled alike, ``elsewhere`` namespaces that have one of this name."""

    code: ClassVar[str] = "DRA109"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    entry: str
    entry_index: int
    claim_name: str
    existing: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    node: str = ""
    """The node that the pod has already, past the scheduler."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(f"spec.resourceClaims[{self.entry_index}].resourceClaimName")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"ResourceClaim/{self.claim_name} -n {self.pod.namespace} does not exist, and the pod names it"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"claim {self.claim_name} does not exist in namespace {self.pod.namespace}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.nearest:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest)))
        elif self.existing:
            lines.append(Evidence(label="claims", text=f"{prose.listed(self.existing)} in namespace {self.pod.namespace}"))
        else:
            lines.append(Evidence(label="claims", text=f"none in namespace {self.pod.namespace}"))
        if self.elsewhere:
            lines.append(Evidence(label="elsewhere", text=f"{prose.listed(self.elsewhere)}: claims are not shared between namespaces"))
        if self.node:
            return (*lines, Evidence(label="past", text="the pod has a node, and only the scheduler would allocate the claim"))
        text = "the scheduler keeps such a pod out of its queue and says nothing: no condition, no event"
        return (*lines, Evidence(label="silence", text=text))

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.nearest:
            text = f"create the pod anew with spec.resourceClaims[{self.entry_index}].resourceClaimName: {self.nearest[0]}"
            offers.append(Proposal(text=text, brief=f"nearest is {self.nearest[0]}", untried="a pod's claims cannot be changed"))
        then = "then create the pod anew without spec.nodeName" if self.node else "the pod is then tried at once"
        text = f"create ResourceClaim/{self.claim_name} -n {self.pod.namespace}; {then}"
        command = f"kubectl dra new-claim --claim --name {self.claim_name} -n {self.pod.namespace} --class CLASS"
        offers.append(
            Proposal(text=text, command=command, brief=f"create claim {self.claim_name}", untried="what it should ask for is not known")
        )
        return tuple(offers)
