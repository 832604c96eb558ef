"""A Pod as somebody writes it → as the API server stores it: what of defaulting and admission the scheduler looks at.

Upstream: ``pkg/apis/core/v1/defaults.go`` ``SetDefaults_Pod``, ``pkg/registry/core/pod/strategy.go`` ``mutatePodAffinity``,
``plugin/pkg/admission/{priority,runtimeclass,defaulttolerationseconds}``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api.core import Toleration
from kubectl_dra.api.meta import LabelSelectorRequirement
from kubectl_dra.inventory.podrequests import container_requests, is_overcommitted, is_pod_level

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.core import Affinity, Container, ContainerPort, Pod, PodAffinity, PodAffinityTerm, PodSpec, PriorityClass
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
        containers=tuple(_with_requests(container, is_on_host=spec.host_network) for container in spec.containers),
        init_containers=tuple(_with_requests(container, is_on_host=spec.host_network) for container in spec.init_containers),
        tolerations=_with_waiting(spec.tolerations),
        scheduler_name=spec.scheduler_name or DEFAULT_SCHEDULER,
        priority=_priority_of(inventory, spec),
        affinity=_with_label_keys(spec.affinity, pod.metadata.labels) if spec.affinity else None,
    )
    return _with_pod_requests(msgspec.structs.replace(pod, spec=spec))


def _with_pod_requests(pod: Pod) -> Pod:
    """What the pod limits as a whole, and no container asks for, is asked for as a whole (upstream: ``defaultPodRequests``)."""
    stated = pod.spec.resources
    if stated is None or not stated.limits:
        return pod
    asked = container_requests(pod)
    missing = {
        name: amount
        for name, amount in stated.limits.items()
        if name not in stated.requests and is_pod_level(name) and not (name in asked and is_overcommitted(name))
    }
    resources = msgspec.structs.replace(stated, requests={**stated.requests, **missing})
    return msgspec.structs.replace(pod, spec=msgspec.structs.replace(pod.spec, resources=resources))


def _with_label_keys(affinity: Affinity, labels: Mapping[str, str]) -> Affinity:
    """``matchLabelKeys`` and ``mismatchLabelKeys`` become requirements about the pod's own labels."""

    def of_term(term: PodAffinityTerm) -> PodAffinityTerm:
        if term.label_selector is None or not (term.match_label_keys or term.mismatch_label_keys):
            return term
        wishes = ((key, "In") for key in term.match_label_keys), ((key, "NotIn") for key in term.mismatch_label_keys)
        added = (
            LabelSelectorRequirement(key=key, operator=operator, values=(labels[key],))
            for wish in wishes
            for key, operator in wish
            if key in labels
        )
        selector = msgspec.structs.replace(term.label_selector, match_expressions=(*term.label_selector.match_expressions, *added))
        return msgspec.structs.replace(term, label_selector=selector)

    def of_terms(terms: PodAffinity | None) -> PodAffinity | None:
        if terms is None:
            return None
        required = tuple(map(of_term, terms.required_during_scheduling_ignored_during_execution))
        return msgspec.structs.replace(terms, required_during_scheduling_ignored_during_execution=required)

    return msgspec.structs.replace(
        affinity, pod_affinity=of_terms(affinity.pod_affinity), pod_anti_affinity=of_terms(affinity.pod_anti_affinity)
    )


def _with_requests(container: Container, *, is_on_host: bool) -> Container:
    """A limit without a request is a request of the same amount; on the host's network a port is the host's."""
    if is_on_host and container.ports:
        container = msgspec.structs.replace(container, ports=tuple(map(_on_host, container.ports)))
    resources = container.resources
    missing = {name: amount for name, amount in resources.limits.items() if name not in resources.requests}
    if not missing:
        return container
    resources = msgspec.structs.replace(resources, requests={**resources.requests, **missing})
    return msgspec.structs.replace(container, resources=resources)


def _on_host(port: ContainerPort) -> ContainerPort:
    return port if port.host_port else msgspec.structs.replace(port, host_port=port.container_port)


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
