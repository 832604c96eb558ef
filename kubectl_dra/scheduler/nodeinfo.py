"""Node and the pods on it → NodeInfo: what the filters look at, summed once.

Upstream: ``pkg/scheduler/framework/types.go`` ``NodeInfo``, ``kube-scheduler/framework/types.go`` ``HostPortInfo``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.inventory.podrequests import amounts_of, amounts_of_list, is_sidecar, pod_requests

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.core import ContainerPort, Node, Pod, PodAffinityTerm
    from kubectl_dra.inventory.inventory import Inventory

ANY_ADDRESS = "0.0.0.0"  # noqa: S104 - how the scheduler writes "all addresses"; nothing is bound
FINISHED = frozenset({"Succeeded", "Failed"})
"""Phases of pods that the scheduler does not see at all."""


class HostPort(NamedTuple):
    """A port of the node that a pod takes."""

    address: str
    protocol: str
    port: int

    def conflicts_with(self, other: HostPort) -> bool:
        """Whether both cannot be taken on one node (upstream: ``HostPortInfo.CheckConflict``)."""
        if (self.protocol, self.port) != (other.protocol, other.port):
            return False
        return self.address == other.address or ANY_ADDRESS in (self.address, other.address)


class NodeInfo(msgspec.Struct, frozen=True, kw_only=True):
    """A node, what it has to give and what is taken; amounts as ``podrequests.Amounts``."""

    node: Node
    allocatable: Mapping[str, int]
    requested: Mapping[str, int]
    pods: tuple[Pod, ...]
    used_ports: frozenset[HostPort]

    @property
    def name(self) -> str:
        """The node's name."""
        return self.node.metadata.name

    def with_pods(self, pods: Iterable[Pod]) -> NodeInfo:
        """The node with these pods on it as well."""
        added = tuple(pods)
        if not added:
            return self
        requested, ports = dict(self.requested), set(self.used_ports)
        for pod in added:
            ports.update(host_ports(pod))
            for name, amount in amounts_of(pod_requests(pod, is_running=True)).items():
                requested[name] = requested.get(name, 0) + amount
        return msgspec.structs.replace(self, requested=requested, pods=(*self.pods, *added), used_ports=frozenset(ports))


def host_ports(pod: Pod) -> tuple[HostPort, ...]:
    """The host ports of a pod's containers and sidecars (upstream: ``schedutil.GetHostPorts``)."""
    lasting = (*(container for container in pod.spec.init_containers if is_sidecar(container)), *pod.spec.containers)
    return tuple(_host_port(port) for container in lasting for port in container.ports if port.host_port > 0)


def _host_port(port: ContainerPort) -> HostPort:
    return HostPort(port.host_ip or ANY_ADDRESS, port.protocol or "TCP", port.host_port)


def affinity_terms(pod: Pod) -> tuple[PodAffinityTerm, ...]:
    """The required terms of the pod's affinity to other pods."""
    affinity = pod.spec.affinity.pod_affinity if pod.spec.affinity else None
    return affinity.required_during_scheduling_ignored_during_execution if affinity else ()


def anti_affinity_terms(pod: Pod) -> tuple[PodAffinityTerm, ...]:
    """The required terms of the pod's anti-affinity."""
    affinity = pod.spec.affinity.pod_anti_affinity if pod.spec.affinity else None
    return affinity.required_during_scheduling_ignored_during_execution if affinity else ()


def node_infos(inventory: Inventory) -> dict[str, NodeInfo]:
    """Every node with the pods that run or are about to run on it, by name."""
    on_node: dict[str, list[Pod]] = {}
    for pod in inventory.pods.values():
        if pod.spec.node_name and pod.status.phase not in FINISHED:
            on_node.setdefault(pod.spec.node_name, []).append(pod)
    return {name: _empty(node).with_pods(on_node.get(name, ())) for name, node in inventory.nodes.items()}


def _empty(node: Node) -> NodeInfo:
    return NodeInfo(
        node=node,
        allocatable=amounts_of_list(node.status.allocatable),
        requested=MappingProxyType({}),
        pods=(),
        used_ports=frozenset(),
    )
