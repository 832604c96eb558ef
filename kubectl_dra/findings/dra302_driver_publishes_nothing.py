"""DRA302: the driver that a class selects publishes no device."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked


class DriverWorkload(Value):
    """A DaemonSet that looks like the driver's: how many nodes it wants, how many pods are ready, what it selects."""

    name: str
    desired: int
    ready: int
    node_selector: str = ""


class DriverPublishesNothing(Facts):
    """``driver`` is the one that the class's selector asks for; ``slices`` of it are there, all without devices."""

    code: ClassVar[str] = "DRA302"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    driver: str
    slices: int = 0
    workloads: tuple[DriverWorkload, ...] = ()
    pods: tuple[str, ...] = ()
    publishing: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    same_pods_publish: tuple[str, ...] = ()
    pods_known: bool = True

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="DeviceClass", name=self.asked.class_name, field_path="spec.selectors")

    def message(self) -> str:
        """The obstacle in one sentence."""
        if self.slices:
            lists = f"publishes {prose.count(self.slices, 'slice')} without any device"
            return f"driver {self.driver}, whose devices class {self.asked.class_name} selects, {lists}"
        return f"driver {self.driver}, whose devices class {self.asked.class_name} selects, publishes no ResourceSlice"

    def headline(self) -> str:
        """The obstacle alone."""
        what = f"{prose.count(self.slices, 'slice')} without devices" if self.slices else "nothing"
        return f"driver {self.driver} publishes {what}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for workload in self.workloads:
            selects = f", which select {workload.node_selector}" if workload.node_selector and not workload.desired else ""
            text = f"{workload.name} wants {prose.count(workload.desired, 'node')}{selects}; {workload.ready} ready"
            lines.append(Evidence(label="driver", text=text))
        if not self.workloads and self.pods:
            lines.append(Evidence(label="driver", text=f"pods {prose.listed(self.pods)} run"))
        if not self.workloads and not self.pods and self.pods_known:
            lines.append(Evidence(label="driver", text=f"no pod or DaemonSet looks like {self.driver} (by its name, labels and image)"))
        if self.same_pods_publish:
            lines.append(Evidence(label="instead", text=f"the same driver publishes {prose.listed(self.same_pods_publish)} only"))
        if self.publishing:
            lines.append(Evidence(label="publish", text=f"devices are published by {prose.listed(self.publishing)}"))
        if self.nearest:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest)))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        why = "only the driver can publish its devices"
        idle = next((workload for workload in self.workloads if not workload.desired), None)
        if idle:
            text = f"label the nodes that have the hardware, so that {idle.name} runs there" + (
                f": {idle.node_selector}" if idle.node_selector else ""
            )
            return (Proposal(text=text, brief=f"{idle.name} runs on no node", untried=why),)
        if self.same_pods_publish:
            text = f"switch {self.driver} on in the driver's chart (for the NVIDIA driver: --set resources.gpus.enabled=true)"
            return (Proposal(text=text, brief=f"switch {self.driver} on in the driver", untried=why),)
        if self.workloads or self.pods:
            name = self.workloads[0].name if self.workloads else prose.listed(self.pods)
            return (Proposal(text=f"read the log of {name}: it says why it finds no device", brief="read the driver's log", untried=why),)
        return (
            Proposal(
                text=f"install the driver {self.driver}, or ask for a class of a driver that publishes devices",
                brief="install the driver",
                untried=why,
            ),
        )
