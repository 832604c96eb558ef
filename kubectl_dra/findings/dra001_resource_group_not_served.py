"""DRA001: the API server does not serve resource.k8s.io/v1."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class ResourceGroupNotServed(Facts):
    """``server_version`` is the server's own word, empty where unknown; ``served`` are versions of the group that are there."""

    code: ClassVar[str] = "DRA001"
    severity: ClassVar[Severity] = Severity.ERROR

    server_version: str = ""
    served: tuple[str, ...] = ()
    gate_needed: bool = False

    def subject(self) -> Subject:
        """The group."""
        return Subject(kind="APIService", name="v1.resource.k8s.io")

    def message(self) -> str:
        """What is not served, by which server."""
        server = f"Kubernetes {self.server_version.removeprefix('v')}" if self.server_version else "this API server"
        if not self.served:
            return f"the API group resource.k8s.io is not served by {server}: the cluster knows no claims and no devices"
        return (
            f"resource.k8s.io/v1 is not served by {server}, only {prose.listed(self.served)}: its scheduler waits for v1 and places no pod"
        )

    def headline(self) -> str:
        """The obstacle alone."""
        return "resource.k8s.io/v1 is not served by the API server"

    def evidence(self) -> tuple[Evidence, ...]:
        """What follows for pods."""
        if self.gate_needed:
            return ()
        text = "from 1.34 on the scheduler waits for this group before it places any pod, also pods without claims"
        return (Evidence(label="effect", text=text),)

    def proposals(self) -> tuple[Proposal, ...]:
        """Where the group is switched on, for the three ways clusters are commonly made."""
        why = "the API server's flags cannot be changed from here"
        if self.gate_needed:
            return (
                Proposal(
                    text="set --feature-gates=DynamicResourceAllocation=true on kube-apiserver, kube-scheduler, kube-controller-manager "
                    "and kubelet, and --runtime-config=resource.k8s.io/v1beta1=true on kube-apiserver (both are off before 1.34)",
                    brief="switch the feature on",
                    untried=why,
                ),
                Proposal(
                    text="Cluster API values: cluster.internal.advancedConfiguration.controlPlane.{apiServer,controllerManager,scheduler}"
                    ".featureGates and .kubelet.featureGates, each [{name: DynamicResourceAllocation, enabled: true}]",
                    untried=why,
                ),
                Proposal(
                    text="kind: featureGates: {DynamicResourceAllocation: true} and runtimeConfig: {resource.k8s.io/v1beta1: true}",
                    untried=why,
                ),
            )
        return (
            Proposal(
                text="remove resource.k8s.io/v1=false (or api/ga=false) from --runtime-config of kube-apiserver; it is on by default",
                brief="serve resource.k8s.io/v1",
                untried=why,
            ),
            Proposal(
                text="kubeadm: ClusterConfiguration.apiServer.extraArgs runtime-config; kind: runtimeConfig; Cluster API values: "
                "cluster.internal.advancedConfiguration.controlPlane.apiServer",
                untried=why,
            ),
        )
