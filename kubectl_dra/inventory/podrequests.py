"""Pod → what it takes of a node's allocatable resources, summed as the scheduler sums it.

Containers run together, init containers one after the other, sidecars beside all that come after them; what the pod states as a whole
replaces the sum of CPU, memory and huge pages; overhead comes on top.
Upstream: ``k8s.io/component-helpers/resource/helpers.go`` ``PodRequests``, ``pkg/scheduler/framework/types.go`` ``Resource.Add``.
"""

from __future__ import annotations

import functools
import re
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from kubectl_dra.apimachinery.quantity import Quantity, read_quantity

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kubectl_dra.api.core import Container, ContainerStatus, NodeAllocatableResourceClaimStatus, Pod, ResourceList

    _Effective: TypeAlias = Callable[[Container], ResourceList]

Amounts: TypeAlias = "Mapping[str, int]"
"""Resource name → amount in the scheduler's units: CPU in thousandths, the rest as it is counted. Names it does not weigh are left out."""

_Sum: TypeAlias = dict[str, Quantity]

CPU, MEMORY, EPHEMERAL_STORAGE, PODS = "cpu", "memory", "ephemeral-storage", "pods"
_PLAIN = frozenset({CPU, MEMORY, EPHEMERAL_STORAGE, PODS})
_POD_LEVEL = frozenset({CPU, MEMORY})
_HUGE_PAGES = "hugepages-"
_ATTACHABLE_VOLUMES = "attachable-volumes-"
_NATIVE = "kubernetes.io/"
_QUOTA_PREFIX = "requests."
_QUALIFIED = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?")
IMPLICIT_PREFIX = "deviceclass.resource.kubernetes.io/"
"""Before a class's name: the extended resource that every class stands for by itself."""


@functools.lru_cache(maxsize=4096)
def is_extended_resource_name(name: str) -> bool:
    """Whether ``name`` is an extended resource, such as ``nvidia.com/gpu`` (upstream: ``v1helper.IsExtendedResourceName``)."""
    if "/" not in name or _NATIVE in name or name.startswith(_QUOTA_PREFIX):
        return False
    return _QUALIFIED.fullmatch(name) is not None


@functools.lru_cache(maxsize=4096)
def is_scalar_resource_name(name: str) -> bool:
    """Whether the scheduler counts ``name`` beside CPU, memory and storage (upstream: ``schedutil.IsScalarResourceName``)."""
    return is_extended_resource_name(name) or name.startswith((_HUGE_PAGES, _ATTACHABLE_VOLUMES)) or _NATIVE in name


def pod_requests(pod: Pod, *, is_running: bool = False, with_pod_level: bool = True) -> dict[str, Quantity]:
    """What ``pod`` requests, by resource name.

    ``is_running`` looks at what the kubelet has allocated as well, which counts while a pod is being resized; ``with_pod_level`` is gate
    PodLevelResources.
    """
    requests = container_requests(pod, is_running=is_running)
    if with_pod_level and pod.spec.resources:
        for name, amount in pod.spec.resources.requests.items():
            if is_pod_level(name):
                requests[name] = read_quantity(amount)
    _add(requests, pod.spec.overhead)
    return requests


def is_pod_level(name: str) -> bool:
    """Whether a pod can state ``name`` as a whole (upstream: ``IsSupportedPodLevelResource``)."""
    return name in _POD_LEVEL or name.startswith(_HUGE_PAGES)


def is_overcommitted(name: str) -> bool:
    """Whether requests for ``name`` may be less than limits (upstream: ``IsOvercommitAllowed``)."""
    return not is_extended_resource_name(name) and not name.startswith(_HUGE_PAGES)


def amounts_of(requests: Mapping[str, Quantity]) -> dict[str, int]:
    """Quantities in the scheduler's units; a fraction is rounded up."""
    return {
        name: amount.milli_value() if name == CPU else amount.value()
        for name, amount in requests.items()
        if name in _PLAIN or is_scalar_resource_name(name)
    }


def amounts_of_list(resources: ResourceList) -> Amounts:
    """A resource list of the API, such as a node's allocatable, in the scheduler's units. Equal lists share their answer."""
    return _amounts_of_items(tuple(resources.items()))


@functools.lru_cache(maxsize=1024)
def _amounts_of_items(resources: tuple[tuple[str, str | int | float], ...]) -> Amounts:
    return MappingProxyType(amounts_of({name: read_quantity(amount) for name, amount in resources}))


def is_sidecar(container: Container) -> bool:
    """Whether an init container keeps running beside the others (upstream: ``isRestartableInitContainer``)."""
    return container.restart_policy == "Always"


def container_requests(pod: Pod, *, is_running: bool = False) -> dict[str, Quantity]:
    """What the containers request together, and, of a running pod, its devices (upstream: ``AggregateContainerRequests``)."""
    effective = _resized_requests(pod) if is_running and pod.status.container_statuses else _stated_requests
    total: _Sum = {}
    for container in pod.spec.containers:
        _add(total, effective(container))
    if pod.spec.init_containers:
        _raise_to(total, _init_requests(pod.spec.init_containers, effective, total))
    if is_running:
        for status in pod.status.node_allocatable_resource_claim_statuses:
            _add(total, device_requests(status))
    return total


def device_requests(status: NodeAllocatableResourceClaimStatus) -> dict[str, Quantity]:
    """What a claim's devices take of the node (upstream: ``addDRANodeAllocatableClaimResources``)."""
    total: _Sum = {}
    for mapped in status.mapping:
        _add(total, {mapped.name: mapped.quantity or "0"})
    for overhead in status.overhead:
        _add(total, {overhead.name: overhead.per_pod or "0"})
        for _ in status.containers:
            _add(total, {overhead.name: overhead.per_container or "0"})
    return total


def _init_requests(containers: Iterable[Container], effective: _Effective, total: _Sum) -> _Sum:
    """The most that is needed while an init container runs; what sidecars ask for is added to ``total``."""
    sidecars: _Sum = {}
    peak: _Sum = {}
    for container in containers:
        requests = effective(container)
        if is_sidecar(container):
            _add(total, requests)
            _add(sidecars, requests)
            _raise_to(peak, sidecars)
        else:
            needed = dict(sidecars)
            _add(needed, requests)
            _raise_to(peak, needed)
    return peak


def _stated_requests(container: Container) -> ResourceList:
    return container.resources.requests


def _resized_requests(pod: Pod) -> _Effective:
    """The larger of what a container asks for and what the kubelet has given it (upstream: ``determineContainerReqs``)."""
    statuses = {status.name: status for status in (*pod.status.container_statuses, *pod.status.init_container_statuses)}
    pending = next((condition for condition in pod.status.conditions if condition.type == "PodResizePending"), None)
    infeasible = pending is not None and pending.reason == "Infeasible"

    def effective(container: Container) -> ResourceList:
        status = statuses.get(container.name)
        if status is None or status.resources is None:
            return container.resources.requests
        return _largest(container, status, infeasible=infeasible)

    return effective


def _largest(container: Container, status: ContainerStatus, *, infeasible: bool) -> ResourceList:
    candidates = [status.resources.requests if status.resources else {}, status.allocated_resources]
    if not infeasible:
        candidates.append(container.resources.requests)
    largest: dict[str, str | int | float] = {}
    for name, amount in ((name, amount) for candidate in candidates for name, amount in candidate.items()):
        if name not in largest or read_quantity(amount) > read_quantity(largest[name]):
            largest[name] = amount
    return largest


def _add(total: _Sum, requests: ResourceList | _Sum) -> None:
    for name, amount in requests.items():
        quantity = amount if isinstance(amount, Quantity) else read_quantity(amount)
        total[name] = total[name].add(quantity) if name in total else quantity


def _raise_to(total: _Sum, floor: _Sum) -> None:
    for name, amount in floor.items():
        if name not in total or amount > total[name]:
            total[name] = amount
