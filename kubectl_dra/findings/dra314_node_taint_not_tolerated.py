"""DRA314: the nodes with devices carry a taint that the pod does not tolerate."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value


class TaintedNodes(Value):
    """A taint and the nodes that have it."""

    taint: str
    nodes: tuple[str, ...]


_OF_CONDITIONS = tuple(
    f"node.kubernetes.io/{condition}:"
    for condition in (
        "not-ready",
        "unreachable",
        "memory-pressure",
        "disk-pressure",
        "pid-pressure",
        "network-unavailable",
        "out-of-service",
    )
)
"""Taints that stand for a node's condition: a pod that tolerated them would not run there either."""


class NodeTaintNotTolerated(Facts):
    """``nodes`` have devices that would do; ``near`` is a toleration of the pod that only just does not fit."""

    code: ClassVar[str] = "DRA314"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    taints: tuple[TaintedNodes, ...]
    near: str = ""
    near_path: str = ""
    toleration: str = ""
    change: Change | None = None
    not_ready: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(self.near_path or "spec.tolerations")

    def message(self) -> str:
        """The obstacle in one sentence."""
        first = self.taints[0]
        more = f" (and {len(self.taints) - 1} more)" if len(self.taints) > 1 else ""
        number = len(first.nodes)
        return f"{prose.listed(first.nodes)}, with the devices, {prose.verb(number, 'has')} taint {first.taint}{more}, which the pod does not tolerate"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"the nodes with devices have taint {self.taints[0].taint}, which the pod does not tolerate"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="taint", text=f"{taint.taint} on {prose.listed(taint.nodes)}") for taint in self.taints]
        if self.near:
            lines.append(Evidence(label="tolerates", text=self.near))
        if self.not_ready:
            lines.append(Evidence(label="not ready", text=prose.listed(self.not_ready)))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if all(taint.taint.startswith(_OF_CONDITIONS) for taint in self.taints):
            node = self.taints[0].nodes[0]
            text = f"find out what is wrong with {prose.listed(self.taints[0].nodes)}: the taint goes when the node is well again"
            return (Proposal(text=text, command=f"kubectl describe node {node}", brief=f"see what is wrong with {node}"),)
        if not self.toleration:
            return ()
        text = f"add to the pod's spec.tolerations: {self.toleration}"
        return (Proposal(text=text, brief=f"tolerate {self.taints[0].taint.partition(':')[0]}", change=self.change),)
