"""DRA305: a node's devices are still offered, and no driver runs there."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class DriverNotRunningOnNode(Facts):
    """``node`` still offers devices of ``driver``; no object records which drivers a kubelet has, so this is judged by the pods that run."""

    code: ClassVar[str] = "DRA305"
    severity: ClassVar[Severity] = Severity.ERROR

    driver: str
    node: str
    devices: int = 0
    slice_name: str = ""
    pod: Subject | None = None
    kubelet_message: str = ""
    kubelet_age: str = ""
    workload: str = ""
    workload_reason: str = ""
    runs_on: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="Node", name=self.node)

    def message(self) -> str:
        """The obstacle in one sentence."""
        offered = f", whose {prose.count(self.devices, 'device')} {prose.verb(self.devices, 'is')} still offered" if self.devices else ""
        if self.kubelet_message:
            return f"driver {self.driver} is not registered on {self.node}{offered}"
        return f"no pod of driver {self.driver} runs on {self.node}{offered}"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"driver {self.driver} does not run on {self.node}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.kubelet_message:
            ago = f", {self.kubelet_age} ago" if self.kubelet_age else ""
            lines.append(Evidence(label="kubelet", text=f"{prose.sentence(self.kubelet_message)}{ago}"))
        if self.workload:
            lines.append(Evidence(label="driver", text=f"{self.workload} has no pod on {self.node}{self.workload_reason}"))
        if self.runs_on:
            lines.append(Evidence(label="elsewhere", text=f"its pods run on {prose.listed(self.runs_on)}"))
        if self.slice_name:
            lines.append(Evidence(label="slice", text=f"{self.slice_name} stands as it was published"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        why = "drivers cannot be started from here"
        name = self.workload or f"the plugin of {self.driver}"
        offers = [
            Proposal(
                text=f"bring {name} back on {self.node}; the kubelet tries again by itself", brief="bring the driver back", untried=why
            )
        ]
        if self.pod:
            command = f"kubectl delete pod {self.pod.name} -n {self.pod.namespace}"
            text = "move the pod: cordon the node first, or it may come back to it"
            offers.append(Proposal(text=text, command=command, untried=why))
        return tuple(offers)
