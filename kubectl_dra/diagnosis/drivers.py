"""A driver's name → the DaemonSets and pods that look like it.

No object of the API says which pods are a driver's, so this goes by names, labels and images, and whoever uses it says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.api.core import Container, Pod
    from kubectl_dra.api.workloads import Workload
    from kubectl_dra.inventory.inventory import Inventory

T = TypeVar("T")

_SUFFIXES = frozenset({"com", "io", "org", "net", "dev", "cloud", "ai", "co", "k8s", "sigs", "local"})
_PRODUCT_AND_VENDOR = 2
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
    """The label that names who made it: ``nvidia`` of ``gpu.nvidia.com``; what ends a longer name is a domain's, known or not."""
    labels = [label for label in driver.lower().split(".") if label not in _SUFFIXES]
    if len(labels) > _PRODUCT_AND_VENDOR and len(labels) == len(driver.split(".")):
        labels.pop()
    return labels[-1] if labels else driver.lower()


def _product(driver: str) -> str:
    """The label that names what it drives: ``gpu`` of ``gpu.nvidia.com``."""
    return driver.lower().partition(".")[0]


def driver_workloads(inventory: Inventory, driver: str) -> tuple[Workload, ...]:
    """DaemonSets that look like the driver's, those whose own name says DRA first."""
    daemon_sets = ((workload, _words(workload)) for key, workload in inventory.workloads.items() if key.kind_name == "DaemonSet")
    found = _most_alike(inventory, driver, daemon_sets)
    return tuple(sorted(found, key=lambda workload: ("dra" not in workload.metadata.name, str(workload.metadata.key))))


def driver_pods(inventory: Inventory, driver: str) -> tuple[Pod, ...]:
    """Pods that look like the driver's and run on a node."""
    running = (
        (pod, _words_of_pod(pod))
        for pod in inventory.pods.values()
        if pod.spec.node_name and pod.status.phase == "Running" and not pod.spec.resource_claims
    )
    return tuple(_most_alike(inventory, driver, running))


def _most_alike(inventory: Inventory, driver: str, words: Iterable[tuple[T, Sequence[str]]]) -> list[T]:
    """What looks like the driver's plugin; one vendor may have several, and then each goes by what the driver's name begins with."""
    found = [(one, " ".join(said).lower()) for one, said in words if looks_like(driver, said)]
    own = [one for one, text in found if _product(driver) in text]
    if own:
        return own
    others = {_product(name) for name in _drivers(inventory) if name != driver and _vendor(name) == _vendor(driver)}
    return [one for one, text in found if not any(product in text for product in others)]


def _drivers(inventory: Inventory) -> set[str]:
    """The drivers that publish slices."""
    return {slice_.spec.driver for slice_ in inventory.resource_slices}


def _words(workload: Workload) -> list[str]:
    template = workload.spec.template
    return [workload.metadata.name, *template.metadata.labels.values(), *_of_containers(template.spec.containers)]


def _words_of_pod(pod: Pod) -> list[str]:
    return [pod.metadata.name, *pod.metadata.labels.values(), *_of_containers(pod.spec.containers)]


def _of_containers(containers: Iterable[Container]) -> Iterator[str]:
    for container in containers:
        yield from (container.name, container.image)


def selects(workload: Workload) -> str:
    """The node labels that a workload's pods ask for, as ``-l`` writes them."""
    return ",".join(f"{key}={value}" for key, value in workload.spec.template.spec.node_selector.items())
