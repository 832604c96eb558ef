"""DRA203: enough devices are free in the cluster, too few of them on any one node."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class NotEnoughOnOneNode(Facts):
    """``free`` devices would do in the cluster, at most ``most`` of them on one node; ``wanted`` are asked for together.

    With ``others_gone`` they are those that would do once the other obstacles beside this one are gone.
    """

    code: ClassVar[str] = "DRA203"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    wanted: int
    free: int
    most: int
    best_nodes: tuple[str, ...] = ()
    nodes: int = 0
    change: Change | None = None
    held: int = 0
    others_gone: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at("count")

    def message(self) -> str:
        """The obstacle in one sentence."""
        there = f"{self.free:,} {self._are} free, at most {self.most} on one node" if self.free else f"none {self._are} free"
        return f"{self.asked.name} wants {prose.count(self.wanted, 'device')} on one node; {there}"

    @property
    def _are(self) -> str:
        return "would then be" if self.others_gone else prose.verb(self.free or 1, "is")

    def headline(self) -> str:
        """The obstacle alone."""
        most = f"more than {self.most} free" if self.most else "any free"
        return f"{self.asked.name} wants {prose.count(self.wanted, 'device')} on one node, and no node has {most}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        if not self.most:
            return ()
        where = f"{self.most} on {prose.listed(self.best_nodes)}" if self.best_nodes else f"{self.most} on one node"
        held = f"; {self.held} more {prose.verb(self.held, 'is')} held by other claims" if self.held else ""
        return (Evidence(label="free", text=f"{where}, {self.free:,} on {prose.count(self.nodes, 'node')} together{held}"),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if not self.most:
            return ()
        if self.asked.extended_resource:
            text = f"create the pod anew with {self.asked.path}: {self.most}, and the same limit, if that is enough for it"
        else:
            text = f"{self.asked.place('count')}: {self.most}; {self.asked.then}"
        return (Proposal(text=text, brief=f"ask for {self.most} a pod", change=self.change),)
