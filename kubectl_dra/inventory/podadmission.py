"""A Pod as somebody writes it → as the API server stores it: what of defaulting and admission the scheduler looks at.

Upstream: ``pkg/apis/core/v1/defaults.go`` ``SetDefaults_Pod``, ``plugin/pkg/admission/{priority,runtimeclass,defaulttolerationseconds}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api.core import Toleration

if TYPE_CHECKING:
    from kubectl_dra.api.core import Container, Pod, PodSpec, PriorityClass
    from kubectl_dra.inventory.inventory import Inventory

DEFAULT_SCHEDULER = "default-scheduler"
_SYSTEM_PRIORITIES = {"system-node-critical": 2_000_001_000, "system-cluster-critical": 2_000_000_000}
_WAITED_FOR = ("node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable")
_WAIT_SECONDS = 300


def admitted_pod(inventory: Inventory, pod: Pod) -> Pod:
    """The pod with defaults, and with what its RuntimeClass and PriorityClass add. A class that does not exist adds nothing."""
    spec = _with_runtime_class(inventory, pod.spec)
    spec = msgspec.structs.replace(
        spec,
        containers=tuple(_with_requests(container) for container in spec.containers),
        init_containers=tuple(_with_requests(container) for container in spec.init_containers),
        tolerations=_with_waiting(spec.tolerations),
        scheduler_name=spec.scheduler_name or DEFAULT_SCHEDULER,
        priority=_priority_of(inventory, spec),
    )
    return msgspec.structs.replace(pod, spec=spec)


def _with_requests(container: Container) -> Container:
    """A limit without a request is a request of the same amount."""
    resources = container.resources
    missing = {name: amount for name, amount in resources.limits.items() if name not in resources.requests}
    if not missing:
        return container
    resources = msgspec.structs.replace(resources, requests={**resources.requests, **missing})
    return msgspec.structs.replace(container, resources=resources)


def _with_waiting(tolerations: tuple[Toleration, ...]) -> tuple[Toleration, ...]:
    """Every pod tolerates for five minutes that its node does not answer, unless it says otherwise."""
    added = [
        Toleration(key=key, operator="Exists", effect="NoExecute", toleration_seconds=_WAIT_SECONDS)
        for key in _WAITED_FOR
        if not any(toleration.key in ("", key) and toleration.effect in ("", "NoExecute") for toleration in tolerations)
    ]
    return (*tolerations, *added)


def _priority_of(inventory: Inventory, spec: PodSpec) -> int:
    if spec.priority is not None:
        return spec.priority
    if spec.priority_class_name in _SYSTEM_PRIORITIES:
        return _SYSTEM_PRIORITIES[spec.priority_class_name]
    found = inventory.priority_classes.get(spec.priority_class_name) if spec.priority_class_name else _default_class(inventory)
    return found.value if found else 0


def _default_class(inventory: Inventory) -> PriorityClass | None:
    defaults = (candidate for candidate in inventory.priority_classes.values() if candidate.global_default)
    return min(defaults, key=lambda candidate: candidate.value, default=None)


def _with_runtime_class(inventory: Inventory, spec: PodSpec) -> PodSpec:
    found = inventory.runtime_classes.get(spec.runtime_class_name or "")
    if found is None:
        return spec
    overhead = found.overhead.pod_fixed if found.overhead else spec.overhead
    if found.scheduling is None:
        return msgspec.structs.replace(spec, overhead=overhead)
    return msgspec.structs.replace(
        spec,
        overhead=overhead,
        node_selector={**spec.node_selector, **found.scheduling.node_selector},
        tolerations=(*spec.tolerations, *found.scheduling.tolerations),
    )
