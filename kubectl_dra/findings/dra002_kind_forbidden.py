"""DRA002: a kind that decides could not be read for lack of permission."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

UNCERTAIN: dict[str, str] = {
    "resourceclaims": "which devices are in use",
    "resourceslices": "which devices there are",
    "deviceclasses": "what a class selects",
    "devicetaintrules": "which devices an administrator tainted",
    "resourceclaimtemplates": "whether a template exists",
    "nodes": "where a pod may run",
    "pods": "which pods hold devices, and what room nodes have",
    "namespaces": "whether a namespace allows admin access",
    "events": "what the scheduler and controllers said",
    "resourcequotas": "how much of a quota is left",
    "daemonsets": "where drivers run",
    "deployments": "what became of a Deployment's pods",
    "replicasets": "what became of a ReplicaSet's pods",
    "statefulsets": "what became of a StatefulSet's pods",
    "jobs": "what became of a Job's pods",
    "cronjobs": "what became of a CronJob's jobs",
    "runtimeclasses": "whether a RuntimeClass exists",
    "priorityclasses": "whether a pod could preempt others",
}
"""Plural of a kind → what is uncertain without it."""


class KindForbidden(Facts):
    """``resource`` is the kind's plural and group, as RBAC writes it; ``namespace`` empty for the whole cluster."""

    code: ClassVar[str] = "DRA002"
    severity: ClassVar[Severity] = Severity.WARNING

    kind: str
    resource: str
    namespace: str = ""
    server_message: str = ""

    def subject(self) -> Subject:
        """The kind."""
        return Subject(kind=self.kind, name="", namespace=self.namespace)

    def message(self) -> str:
        """What may not be read, and what that leaves open."""
        where = f"in namespace {self.namespace}" if self.namespace else "in all namespaces"
        plural = self.resource.partition(".")[0]
        unknown = UNCERTAIN.get(plural, "what they say")
        scope = where if self.resource.partition(".")[0] in _NAMESPACED else "in the cluster"
        return f"{plural} cannot be listed {scope}, so {unknown} is not known"

    def evidence(self) -> tuple[Evidence, ...]:
        """The server's own words."""
        return (Evidence(label="server", text=prose.sentence(self.server_message)),) if self.server_message else ()

    def proposals(self) -> tuple[Proposal, ...]:
        """The role that reads all that this program reads."""
        return (
            Proposal(
                text=f"ask for get, list and watch on {self.resource}; this prints the role",
                command="kubectl dra rbac",
                brief="kubectl dra rbac",
                untried="rights are an administrator's to give",
            ),
        )


_NAMESPACED = frozenset(
    [
        "resourceclaims",
        "resourceclaimtemplates",
        "pods",
        "events",
        "resourcequotas",
        "daemonsets",
        "deployments",
        "replicasets",
        "statefulsets",
        "jobs",
        "cronjobs",
    ]
)
