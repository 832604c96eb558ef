"""DRA301: a pool has fewer slices than it announces."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class PoolIncomplete(Facts, kw_only=True):
    """``slices`` are there of ``announced`` in ``generation``; ``devices`` counts what those slices list.

    ``used_all_the_same``: releases before 1.35 take devices of an incomplete pool, except for allocationMode All.
    ``by_all_mode``: the pod's request wants all devices, which any incomplete pool on the node forbids, of whatever driver.
    """

    code: ClassVar[str] = "DRA301"
    severity: ClassVar[Severity] = Severity.WARNING

    driver: str
    pool: str
    generation: int = 0
    slices: int
    announced: int
    devices: int = 0
    slice_names: tuple[str, ...] = ()
    newest_age: str = ""
    used_all_the_same: bool = False
    request: str = ""
    by_all_mode: bool = False
    release: str = ""
    driver_pods: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """A slice of the pool, or the pool."""
        if len(self.slice_names) == 1:
            return Subject(kind="ResourceSlice", name=self.slice_names[0], field_path="spec.pool.resourceSliceCount")
        return Subject(kind="Pool", name=f"{self.driver}/{self.pool}")

    def message(self) -> str:
        """How many slices of how many, and what follows."""
        there = f"pool {self.pool} of {self.driver} is incomplete ({self.slices} of {prose.count(self.announced, 'slice')})"
        if self.by_all_mode:
            return f"{there}, so request {self.request}, which wants all devices, is refused on every node that the pool serves"
        if self.used_all_the_same:
            return f"{there}: allocationMode All fails beside it"
        return f"{there}: its {prose.count(self.devices, 'device')} {prose.verb(self.devices, 'is')} not offered"

    def headline(self) -> str:
        """The state alone."""
        there = f"pool {self.pool} of {self.driver} is incomplete ({self.slices} of {prose.count(self.announced, 'slice')})"
        return f"{there}, so allocationMode All is refused" if self.by_all_mode else there

    def evidence(self) -> tuple[Evidence, ...]:
        """The slices that are there, and who publishes them."""
        lines = []
        if self.slice_names:
            age = f", the newest {self.newest_age} old" if self.newest_age else ""
            lines.append(Evidence(label="slices", text=f"{prose.listed(self.slice_names)} of generation {self.generation}{age}"))
        if self.driver_pods:
            lines.append(Evidence(label="driver", text=prose.listed(self.driver_pods)))
        if self.by_all_mode:
            rule = "allocationMode All looks at every pool of the node, of any driver, before any selector"
            lines.append(Evidence(label="rule", text=rule))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """Only the driver can publish the rest."""
        missing = prose.count(self.announced - self.slices, "slice")
        return (
            Proposal(
                text=f"wait until {self.driver} publishes the missing {missing}; where it does not, its pods' log says why",
                command=f"kubectl dra describe pool {self.driver}/{self.pool}",
                brief="wait for the driver's slices",
                untried="only the driver can publish its slices",
            ),
        )
