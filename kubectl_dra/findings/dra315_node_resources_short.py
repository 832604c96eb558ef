"""DRA315: the nodes with devices lack CPU, memory or room for another pod."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value


class Shortage(Value):
    """What one node lacks of one resource."""

    node: str
    resource: str
    allocatable: str
    requested: str
    wanted: str


class NodeResourcesShort(Facts):
    """``shortages`` are of nodes that have devices that would do."""

    code: ClassVar[str] = "DRA315"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    shortages: tuple[Shortage, ...]
    users: tuple[str, ...] = ()
    change: Change | None = None
    fits_with: str = ""
    roomy: str = ""
    """A node that would be large enough if other pods left it; empty where none is."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at("spec.containers[0].resources.requests")

    def message(self) -> str:
        """The obstacle in one sentence."""
        nodes = list(dict.fromkeys(shortage.node for shortage in self.shortages))
        return f"{prose.listed(nodes)}, with the devices, {prose.verb(len(nodes), 'lacks')} {self._what}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the nodes with devices lack {self._what}"

    @property
    def _what(self) -> str:
        resources = list(dict.fromkeys(shortage.resource for shortage in self.shortages))
        if resources == ["pods"]:
            return "room for another pod"
        return f"{prose.listed(resources)} for the pod"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for short in self.shortages[:4]:
            text = f"{short.node}: {short.resource} {short.allocatable} allocatable, {short.requested} requested by its pods, {short.wanted} wanted"
            if short.resource == "pods":
                text = f"{short.node}: {short.requested} of at most {short.allocatable} pods are there"
            lines.append(Evidence(label="room", text=text))
        if self.users:
            lines.append(Evidence(label="used by", text=prose.listed(self.users)))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.fits_with:
            text = f"create the pod anew with spec.containers[0].resources.requests.{self.fits_with}, if that is enough for it"
            offers.append(Proposal(text=text, brief=f"ask for {self.fits_with}", change=self.change))
        if self.roomy:
            text = f"make room on {self.roomy}: move pods that need no device to other nodes"
            offers.append(Proposal(text=text, brief="make room on the node"))
        elif not offers:
            offers.append(
                Proposal(text="ask for less, or add a larger node with such devices: none of these is large enough", brief="ask for less")
            )
        return tuple(offers)
