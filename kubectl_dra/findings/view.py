"""Which kind decides what: the words for what is uncertain where a kind could not be read."""

from __future__ import annotations

_UNCERTAIN = {
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
    "clusterroles": "what a driver's account may write",
    "clusterrolebindings": "what a driver's account may write",
}


def uncertain_without(plural: str) -> str:
    """What is not known while the kind with this plural is not read."""
    return _UNCERTAIN.get(plural, "what they say")
