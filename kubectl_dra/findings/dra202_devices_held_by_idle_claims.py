"""DRA202: devices that would do are held by claims that no pod uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Holding


class DevicesHeldByIdleClaims(Facts):
    """``holdings`` are devices of claims that are allocated and reserved for nobody."""

    code: ClassVar[str] = "DRA202"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    matching: int
    held: int
    holdings: tuple[Holding, ...]
    idle_claims: tuple[Subject, ...]
    """Those that have to go for the pod to fit first."""
    needed: int = 1
    stale: int = 0
    """How many are reserved for pods that are gone or have ended."""
    change: Change | None = None

    def subject(self) -> Subject:
        """What to look at."""
        return self.idle_claims[0]

    def message(self) -> str:
        """The obstacle in one sentence."""
        number = len(self.idle_claims)
        claims = prose.listed([f"{claim.namespace}/{claim.name}" for claim in self.idle_claims])
        return (
            f"{prose.count(len(self.holdings), 'device')} that {self.asked.name} may use {prose.verb(len(self.holdings), 'is')} held by "
            f"{'claim' if number == 1 else 'claims'} {claims}, which no pod uses"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} are held by {prose.count(len(self.idle_claims), 'claim')} that no pod uses"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="held" if not index else "", text=str(holding)) for index, holding in enumerate(self.holdings[:4])]
        if len(self.holdings) > len(lines):
            lines.append(Evidence(text=f"and {len(self.holdings) - len(lines)} more"))
        lines.append(Evidence(label="rule", text="kube-controller-manager frees a claim when its last pod ends, and none that has no pod"))
        if self.stale:
            text = f"{prose.count(self.stale, 'claim')} {prose.verb(self.stale, 'is')} reserved for pods that ended: it does not run, or is behind"
            lines.append(Evidence(text=text))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        gone = self.idle_claims[: self.needed]
        by_namespace: dict[str, list[str]] = {}
        for claim in gone:
            by_namespace.setdefault(claim.namespace, []).append(claim.name)
        command = " && ".join(f"kubectl delete resourceclaim {' '.join(names)} -n {namespace}" for namespace, names in by_namespace.items())
        text = f"delete {prose.listed([str(claim) for claim in gone])}, if nobody needs {'its' if len(gone) == 1 else 'their'} devices any more"
        brief = f"delete claim {gone[0].namespace}/{gone[0].name}" + (f" and {len(gone) - 1} more" if len(gone) > 1 else "")
        return (Proposal(text=text, command=command, brief=brief, change=self.change),)
