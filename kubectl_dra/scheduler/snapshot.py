"""Inventory → Snapshot: everything the scheduler looks at, worked out once and used for all pods.

Upstream: ``pkg/scheduler/backend/cache/snapshot.go``, ``dynamicresources/dra_manager.go``.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.inventory.allocated import allocated_state, with_claims
from kubectl_dra.inventory.gates import gates_in_force, gates_shown_by
from kubectl_dra.inventory.podclaims import extended_resource_classes, special_claims
from kubectl_dra.inventory.taints import slices_with_taints
from kubectl_dra.releases.behaviour import behaviour_of
from kubectl_dra.releases.features import allocator_features
from kubectl_dra.releases.release import Release, nearest_followed
from kubectl_dra.scheduler import filters
from kubectl_dra.scheduler.nodeinfo import FINISHED, anti_affinity_terms, node_infos
from kubectl_dra.scheduler.sorting import sorted_nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubectl_dra.allocator.attempt import Attempts
    from kubectl_dra.allocator.likeness import Likenesses
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.releases.behaviour import Behaviour
    from kubectl_dra.scheduler.filters import PodView
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.reasons import NodeRefusal
    from kubectl_dra.scheduler.sorting import AlikeNodes

_FIRST_WITH_RULE_GATE = Release(1, 35)
_OF_NODES = ("nodes", "pods_that_keep_away", "nominated_pods")
"""What is made of nodes and pods alone."""
_OF_DEVICES = frozenset({"resource_slices", "device_classes", "device_taint_rules", "release"})
"""What an allocator is made of beside gates and claims."""


class Snapshot:
    """One state of the cluster, as kube-scheduler of the inventory's release sees it. Nothing in it changes; what it keeps are results."""

    def __init__(self, inventory: Inventory) -> None:
        """A snapshot of ``inventory``; nothing is worked out before it is asked for."""
        self.inventory = inventory
        self.release = nearest_followed(inventory.release)

    @cached_property
    def gates(self) -> frozenset[str]:
        """The feature gates in force."""
        return gates_in_force(self.inventory, by_slices=self._gates_of_slices)

    @cached_property
    def _gates_of_slices(self) -> frozenset[str]:
        return gates_shown_by(self.inventory.resource_slices)

    @cached_property
    def behaviour(self) -> Behaviour:
        """How the allocator of this release decides with these gates."""
        features = allocator_features(self.release, self.gates)
        return behaviour_of(self.release, features, cel_list_type_attributes="DRAListTypeAttributes" in self.gates)

    @cached_property
    def nodes(self) -> Mapping[str, NodeInfo]:
        """Every node with what runs on it, by name."""
        return node_infos(self.inventory)

    @cached_property
    def _refusals(self) -> dict[bytes, dict[str, tuple[NodeRefusal, ...]]]:
        return {}

    def refusals_of(self, view: PodView) -> Callable[[NodeInfo], tuple[NodeRefusal, ...]]:
        """What the filters beside devices say of each node, all of them in order; asked once for pods that they treat alike."""
        known = self._refusals.setdefault(filters.what_is_read(view), {})

        def refusals(node: NodeInfo) -> tuple[NodeRefusal, ...]:
            found = known.get(node.name)
            if found is None:
                found = known[node.name] = filters.all_refusals(view, node)
            return found

        return refusals

    @cached_property
    def _sorted_nodes(self) -> dict[tuple[bytes, Likenesses], tuple[AlikeNodes, ...]]:
        return {}

    def sorted_nodes(self, view: PodView, attempts: Attempts) -> tuple[AlikeNodes, ...]:
        """The kinds of nodes there are for a pod and its claims, worked out once for pods that read the same of nodes and devices."""
        key = filters.what_is_read(view), self.context.likenesses(attempts)
        found = self._sorted_nodes.get(key)
        if found is None:
            found = self._sorted_nodes[key] = sorted_nodes(self, view, attempts)
        return found

    @cached_property
    def pods_that_keep_away(self) -> tuple[tuple[Pod, NodeInfo], ...]:
        """Pods on nodes with required anti-affinity, and where they are."""
        return tuple((pod, node) for node in self.nodes.values() for pod in node.pods if anti_affinity_terms(pod))

    @cached_property
    def nominated_pods(self) -> Mapping[str, tuple[Pod, ...]]:
        """Pods that preemption has promised a node, by that node."""
        promised: dict[str, list[Pod]] = {}
        for pod in self.inventory.pods.values():
            if pod.status.nominated_node_name and not pod.spec.node_name and pod.status.phase not in FINISHED:
                promised.setdefault(pod.status.nominated_node_name, []).append(pod)
        return {node: tuple(pods) for node, pods in promised.items()}

    @cached_property
    def backing_classes(self) -> Mapping[str, DeviceClass]:
        """Extended resource name → the class that backs it; empty where the release does not do that."""
        if "DRAExtendedResource" not in self.gates:
            return {}
        return extended_resource_classes(self.inventory.device_classes.values(), self.release)

    @cached_property
    def special_claims(self) -> tuple[ResourceClaim, ...]:
        """Claims that the scheduler made for pods' extended resources."""
        return special_claims(self.inventory)

    @cached_property
    def slices(self) -> tuple[ResourceSlice, ...]:
        """The slices with the taints of DeviceTaintRules, where the scheduler heeds those."""
        gate = "DRADeviceTaints" if self.release < _FIRST_WITH_RULE_GATE else "DRADeviceTaintRules"
        return slices_with_taints(self.inventory) if gate in self.gates else self.inventory.resource_slices

    @cached_property
    def context(self) -> AllocatorContext:
        """The allocator's view."""
        return AllocatorContext(
            slices=self.slices,
            classes=self.inventory.device_classes,
            allocated=allocated_state(self.inventory.resource_claims.values(), consumable_capacity=self._counts_shares),
            behaviour=self.behaviour,
        )

    @property
    def _counts_shares(self) -> bool:
        return "DRAConsumableCapacity" in self.gates

    def after_change(self, inventory: Inventory) -> Snapshot:
        """The snapshot of any other ``inventory``; what was worked out here and is not touched by the difference is kept."""
        later = Snapshot(inventory)
        same = {name for name in inventory.__struct_fields__ if getattr(inventory, name) is getattr(self.inventory, name)}
        if "resource_slices" in same:
            later.__dict__["_gates_of_slices"] = self._gates_of_slices
        if same >= {"nodes", "pods"}:
            later.__dict__.update({name: self.__dict__[name] for name in _OF_NODES if name in self.__dict__})
        if not same >= _OF_DEVICES or later.gates != self.gates:
            return later
        later.__dict__.update(behaviour=self.behaviour, slices=self.slices)
        if same >= {"nodes", "pods"}:
            later.__dict__.update(_refusals=self._refusals, _sorted_nodes=self._sorted_nodes)
        if "context" in self.__dict__:
            held = allocated_state(inventory.resource_claims.values(), consumable_capacity=self._counts_shares)
            later.__dict__["context"] = self.context if held == self.context.allocated else self.context.with_allocated(held)
        return later

    def after_creation(self, inventory: Inventory) -> Snapshot:
        """The snapshot of ``inventory``, which differs by pods and claims that nobody has placed or allocated yet."""
        return self._sharing(inventory, "nodes", "pods_that_keep_away", *self._allocator_if_made)

    def after_placing(self, inventory: Inventory, pod: Pod, allocated: tuple[ResourceClaim, ...]) -> Snapshot:
        """The snapshot of ``inventory``, which differs by ``pod`` being placed and ``allocated`` being allocated.

        What does not depend on that is kept, so that thousands of pods can be placed one after the other.
        """
        later = self._sharing(inventory, *(() if allocated else self._allocator_if_made))
        node = pod.spec.node_name
        later.__dict__["nodes"] = {**self.nodes, node: self.nodes[node].with_pods((pod,))}
        if allocated:
            held = with_claims(self.context.allocated, allocated, consumable_capacity=self._counts_shares)
            later.__dict__["context"] = self.context.with_allocated(held)
        return later

    @property
    def _allocator_if_made(self) -> tuple[str, ...]:
        """The context, which is not made before a pod asks for devices."""
        return ("context",) if "context" in self.__dict__ else ()

    def _sharing(self, inventory: Inventory, *names: str) -> Snapshot:
        later = Snapshot(inventory)
        for name in ("gates", "behaviour", "backing_classes", "special_claims", "slices", "nominated_pods", *names):
            later.__dict__[name] = getattr(self, name)
        return later
