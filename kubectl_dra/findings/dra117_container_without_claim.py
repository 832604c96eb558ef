"""DRA117: no container lists the pod's claim, so nothing of it reaches a container."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ContainerWithoutClaim(Facts):
    """``entry`` is listed in spec.resourceClaims, and in no container's resources.claims."""

    code: ClassVar[str] = "DRA117"
    severity: ClassVar[Severity] = Severity.WARNING

    pod: Subject
    entry: str
    entry_index: int
    containers: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    runs: bool = True
    request: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at("spec.containers[0].resources.claims")

    def message(self) -> str:
        """The obstacle in one sentence."""
        got = f"; {prose.listed(self.devices)} {prose.verb(len(self.devices), 'is')} allocated and no container sees {'it' if len(self.devices) == 1 else 'them'}"
        return self.headline() + (got if self.devices else "")

    def headline(self) -> str:
        """The obstacle alone."""
        what = f"request {self.request} of claim {self.entry}" if self.request else f"claim {self.entry}"
        return f"no container lists {what} under resources.claims"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        unless = "the driver acts on the pod as a whole, as drivers of network interfaces do: then this is right as it is"
        containers = (Evidence(label="containers", text=prose.listed(self.containers)),) if self.containers else ()
        return (*containers, Evidence(label="unless", text=unless))

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"create the pod anew with spec.containers[0].resources.claims: [{{name: {self.entry}}}]"
        return (Proposal(text=text, brief="list it under resources.claims", untried="a pod's containers cannot be changed"),)
