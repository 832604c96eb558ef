"""Cluster → what a pod needs besides its claim: tolerations of the taints in front of the devices, the runtime class that others use."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.inventory.usable import common_node_taints

if TYPE_CHECKING:
    from kubectl_dra.api.core import Taint
    from kubectl_dra.scaffolding.supply import Supply


def taints_to_tolerate(supply: Supply, devices: tuple[int, ...]) -> tuple[Taint, ...]:
    """The NoSchedule and NoExecute taints that all nodes with these devices have in common, the system's own left out."""
    nodes = [supply.inventory.nodes[name] for name in supply.usable.nodes_of(devices) if name in supply.inventory.nodes]
    return common_node_taints(nodes)


def runtime_class_of(supply: Supply, devices: tuple[int, ...]) -> tuple[str, str]:
    """The runtime class that pods with such devices use here, or that is named for the driver, and why; two empty texts for none."""
    drivers = {driver for driver, _ in supply.devices(devices)}
    used: Counter[str] = Counter()
    for pod in supply.inventory.pods.values():
        name = pod.spec.runtime_class_name
        if name and name in supply.inventory.runtime_classes and drivers & _drivers_of(supply, pod.metadata.uid):
            used[name] += 1
    if used:
        name = used.most_common(1)[0][0]
        return name, f"as other pods with devices of {', '.join(sorted(drivers))} have it"
    parts = {part for driver in drivers for part in driver.split(".")[:-1]}
    named = sorted(name for name in supply.inventory.runtime_classes if name in parts)
    return (named[0], f"named for the driver {', '.join(sorted(drivers))}") if named else ("", "")


def _drivers_of(supply: Supply, pod_uid: str) -> set[str]:
    """The drivers whose devices a pod has."""
    return {
        result.driver
        for claim in supply.inventory.resource_claims.values()
        if claim.status.allocation is not None and any(consumer.uid == pod_uid for consumer in claim.status.reserved_for)
        for result in claim.status.allocation.devices.results
    }
