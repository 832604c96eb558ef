"""DRA313: the nodes with devices are cordoned, or the pod's selector or affinity leaves them out."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value


class Exclusion(Value):
    """Nodes that are left out, and by what."""

    reason: str
    nodes: tuple[str, ...]
    values: str = ""


class NodeExcluded(Facts):
    """``nodes`` have devices that would do; with ``others_gone`` only once the other obstacles beside this one are gone."""

    code: ClassVar[str] = "DRA313"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    nodes: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    field_path: str = "spec.nodeSelector"
    change: Change | None = None
    cordoned: tuple[str, ...] = ()
    remedy: str = ""
    uncordon: Change | None = None
    others_gone: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(self.field_path)

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.nodes)
        devices = f"{prose.listed(self.nodes)} {prose.verb(number, 'has')} devices that would do{' otherwise' if self.others_gone else ''}"
        return f"{devices}, and {prose.listed([exclusion.reason for exclusion in self.exclusions])}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the pod may not run on {prose.listed(self.nodes)}, where the {'nearest ' if self.others_gone else ''}devices are"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        return tuple(
            Evidence(label="nodes", text=f"{prose.listed(exclusion.nodes)}: {exclusion.values}")
            for exclusion in self.exclusions
            if exclusion.values
        )

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.remedy:
            offers.append(Proposal(text=self.remedy, brief="let the pod run there", change=self.change))
        if self.cordoned:
            first = self.cordoned[0]
            text = f"uncordon {prose.either(self.cordoned)}, if it may take pods again"
            offers.append(Proposal(text=text, command=f"kubectl uncordon {first}", brief=f"uncordon {first}", change=self.uncordon))
        return tuple(offers)
