"""DRA115: no DeviceClass maps the extended resource and no node offers it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject


class ExtendedResourceUnknown(Facts):
    """``mapped`` are the extended resources that classes do map, ``offered`` those that nodes offer."""

    code: ClassVar[str] = "DRA115"
    severity: ClassVar[Severity] = Severity.ERROR

    pod: Subject
    container: str
    resource: str
    amount: str
    mapped: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    field_path: str = ""
    class_named: str = ""
    """The class whose name the resource has, in the form ``deviceclass.resource.kubernetes.io/CLASS``; no such class exists."""
    class_candidates: tuple[str, ...] = ()
    change: Change | None = None
    feature_off: bool = False
    """Whether the scheduler lacks the feature, so that no class stands for any extended resource."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at(self.field_path)

    def message(self) -> str:
        """The obstacle in one sentence."""
        if self.class_named:
            return f"extended resource {self.resource} stands for DeviceClass {self.class_named}, which does not exist"
        return f"no DeviceClass maps extended resource {self.resource}, and no node offers it"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.feature_off:
            text = "DRAExtendedResource is off: only device plugins offer extended resources"
            return (Evidence(label="feature", text=text), *self._offered())
        if self.nearest:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest)))
        if self.class_named:
            return tuple(lines)
        lines.append(Evidence(label="mapped", text=prose.listed(self.mapped) or "no class has spec.extendedResourceName"))
        return (*lines, *self._offered())

    def _offered(self) -> tuple[Evidence, ...]:
        return (Evidence(label="offered", text=f"{prose.listed(self.offered)} by device plugins"),) if self.offered else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        if self.feature_off:
            text = "ask for the devices by a claim, or switch DRAExtendedResource on in kube-apiserver, kube-scheduler and kubelet"
            return (Proposal(text=text, brief="ask by a claim", untried="a gate cannot be changed from here"),)
        if self.class_named:
            prefix = self.resource.removesuffix(self.class_named)
            meant = f": {prefix}{self.nearest[0]}" if self.nearest else ""
            text = f"create the pod anew with the name of a class that exists in {self.field_path.partition('[' + self.resource)[0]}{meant}"
            return (Proposal(text=text, command="kubectl dra classes", brief="name a class that exists"),)
        name = self.class_candidates[0] if len(self.class_candidates) == 1 else "CLASS"
        return (
            Proposal(
                text=f"let a class stand for it: DeviceClass/{name}, spec.extendedResourceName: {self.resource}",
                command=f'kubectl patch deviceclass {name} --type merge -p \'{{"spec":{{"extendedResourceName":"{self.resource}"}}}}\'',
                brief=f"set extendedResourceName on {'class ' + name if name != 'CLASS' else 'a class'}",
                change=self.change,
            ),
        )
