"""DRA601: a ResourceQuota refuses the claim or the pod."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class QuotaExceeded(Facts):
    """``quota`` limits ``resource`` to ``limit``; ``holders`` are claims of the namespace that use it."""

    code: ClassVar[str] = "DRA601"
    severity: ClassVar[Severity] = Severity.ERROR

    quota: Subject
    resource: str
    requested: str
    used: str
    limit: str
    pod: Subject | None = None
    entry: str = ""
    holders: tuple[str, ...] = ()
    said: str = ""
    age: str = ""
    counts_all_as: int = 0
    needed: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.quota.at(f"spec.hard[{self.resource}]")

    def message(self) -> str:
        """The obstacle in one sentence."""
        what = f"the claim for entry {self.entry}" if self.entry else "what is asked for"
        return f"quota {self.quota.name} refuses {what}: {self.requested} of {self.resource} requested, {self.used} of {self.limit} used"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"quota {self.quota.name} is used up: {self.used} of {self.limit}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.holders:
            lines.append(Evidence(label="used by", text=prose.listed(self.holders)))
        if self.counts_all_as:
            lines.append(Evidence(label="rule", text=f"allocationMode All counts as {self.counts_all_as} devices"))
        if self.age:
            lines.append(Evidence(label="refused", text=f"{self.age} ago; the controller tries again, ever more rarely"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        patch = f'\'{{"spec":{{"hard":{{"{self.resource}":"{self.needed}"}}}}}}\'' if self.needed else ""
        command = f"kubectl patch resourcequota {self.quota.name} -n {self.quota.namespace} --type merge -p {patch}" if patch else ""
        offers = [
            Proposal(
                text=f"raise spec.hard[{self.resource}] of {self.quota}" + (f" to {self.needed}" if self.needed else ""),
                command=command,
                brief="raise the quota",
                untried="the quota controller decides",
            )
        ]
        if self.holders:
            offers.append(
                Proposal(text=f"delete claims of the namespace that nobody needs: {prose.listed(self.holders)}", brief="free a claim")
            )
        return tuple(offers)
