"""A driver's name → the DaemonSets and pods that look like it.

No object of the API says which pods are a driver's, so this goes by names, labels and images, and whoever uses it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.workloads import Workload
    from kubectl_dra.inventory.inventory import Inventory

_SUFFIXES = frozenset({"com", "io", "org", "net", "dev", "cloud", "ai", "co", "k8s", "sigs", "local"})
_SIGNS = ("dra", "kubelet-plugin", "kubeletplugin", "driver")
_OTHER_SIGNS = ("device-plugin", "dcgm", "exporter", "feature-discovery", "operator-validator")


def looks_like(driver: str, words: Iterable[str]) -> bool:
    """Whether an object with these names, labels and images looks like the driver's plugin."""
    text = " ".join(words).lower()
    if any(sign in text for sign in _OTHER_SIGNS):
        return False
    if driver.lower() in text or driver.lower().replace(".", "") in text:
        return True
    return any(sign in text for sign in _SIGNS) and _vendor(driver) in text


def _vendor(driver: str) -> str:
    """The label that names who made it: ``nvidia`` of ``gpu.nvidia.com``."""
    labels = [label for label in driver.lower().split(".") if label not in _SUFFIXES]
    return labels[-1] if labels else driver.lower()


def driver_workloads(inventory: Inventory, driver: str) -> tuple[Workload, ...]:
    """DaemonSets that look like the driver's, those whose own name says DRA first."""
    found = [
        workload for key, workload in inventory.workloads.items() if key.kind_name == "DaemonSet" and looks_like(driver, _words(workload))
    ]
    return tuple(sorted(found, key=lambda workload: ("dra" not in workload.metadata.name, str(workload.metadata.key))))


def driver_pods(inventory: Inventory, driver: str) -> tuple[Pod, ...]:
    """Pods that look like the driver's and run on a node."""
    return tuple(
        pod
        for pod in inventory.pods.values()
        if pod.spec.node_name and pod.status.phase == "Running" and looks_like(driver, _words_of_pod(pod)) and not pod.spec.resource_claims
    )


def _words(workload: Workload) -> Iterable[str]:
    template = workload.spec.template
    yield workload.metadata.name
    yield from template.metadata.labels.values()
    yield from (container.image for container in template.spec.containers)


def _words_of_pod(pod: Pod) -> Iterable[str]:
    yield pod.metadata.name
    yield from pod.metadata.labels.values()
    yield from (container.image for container in pod.spec.containers)


def selects(workload: Workload) -> str:
    """The node labels that a workload's pods ask for, as ``-l`` writes them."""
    return ",".join(f"{key}={value}" for key, value in workload.spec.template.spec.node_selector.items())
