"""Inventory → Scene: what every explanation looks at, worked out once and shared by all pods."""

from __future__ import annotations

from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.diagnosis.clock import EventLog
from kubectl_dra.findings import prose
from kubectl_dra.findings.asking import Asked, DeviceName, Holding
from kubectl_dra.findings.finding import Subject
from kubectl_dra.inventory.podclaims import SPECIAL_CLAIM_NAME
from kubectl_dra.inventory.pools import PoolID
from kubectl_dra.scheduler.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import Device, ResourceClaim, ResourceClaimConsumerReference, ResourceSlice
    from kubectl_dra.diagnosis.rows import Alike
    from kubectl_dra.inventory.allocated import Holder
    from kubectl_dra.inventory.inventory import DeviceID, Inventory
    from kubectl_dra.selection.assortment import Assortment

_NAME = attrgetter("name")
_FINISHED = frozenset({"Succeeded", "Failed"})


class Scene:
    """One state of the cluster, for people: the scheduler's snapshot of it, and how its devices, claims and pods are called."""

    def __init__(self, inventory: Inventory, snapshot: Snapshot | None = None) -> None:
        """A scene of ``inventory``; ``snapshot`` may be given where it was made already."""
        self.inventory = _in_order(inventory)
        self.snapshot = snapshot or Snapshot(self.inventory)
        self._first_and_last: dict[tuple[str, ...], tuple[str, str]] = {}
        self._consumers: dict[int, tuple[ResourceClaim, tuple[Pod, ...]]] = {}
        self.holdings_told: dict[tuple[DeviceID, ...], tuple[Holding, ...]] = {}
        self._holdings: dict[tuple[DeviceID, NamespacedName], Holding] = {}
        self._assortments: dict[tuple[Hashable, ...], tuple[object, Assortment]] = {}

    @cached_property
    def events(self) -> EventLog:
        """What was said about which object."""
        return EventLog(self.inventory.events)

    @cached_property
    def pods_by_uid(self) -> Mapping[str, Pod]:
        """Pods by their UID."""
        return {pod.metadata.uid: pod for pod in self.inventory.pods.values() if pod.metadata.uid}

    # ── devices ──

    def assortment(self, row: Sequence[Alike]) -> Assortment:
        """What these devices have, gathered once for each set of devices."""
        from kubectl_dra.diagnosis.rows import node_by_node  # noqa: PLC0415 - only where a selector is explained
        from kubectl_dra.selection.assortment import Assortment  # noqa: PLC0415 - the same

        key = tuple([(one.nodes, one.place) if one.case else id(one.examination.candidate.device) for one in row])
        found = self._assortments.get(key)
        if found is None:
            devices = list(node_by_node(row))
            # The devices are kept beside it: as long as they are there, nothing else has their identities.
            found = self._assortments[key] = (devices, Assortment(devices))
        return found[1]

    @cached_property
    def nodes_own_their_pools(self) -> bool:
        """Whether every pool has the slices of one node alone, so that no device is seen from two nodes."""
        nodes: dict[tuple[str, str], str] = {}
        for slice_ in self.snapshot.slices:
            spec = slice_.spec
            if not spec.node_name or spec.shared_counters or not spec.pool:
                return False
            if nodes.setdefault((spec.driver, spec.pool.name), spec.node_name) != spec.node_name:
                return False
        return True

    @cached_property
    def are_named_by_node(self) -> bool:
        """Whether each device has a node of its own, and no other device there has its name."""
        if not self.nodes_own_their_pools:
            return False
        names: dict[str, set[str]] = {}
        number = 0
        for slice_ in self.snapshot.slices:
            number += len(slice_.spec.devices)
            names.setdefault(slice_.spec.node_name or "", set()).update(map(_NAME, slice_.spec.devices))
        return sum(map(len, names.values())) == number

    @cached_property
    def offered_resources(self) -> frozenset[str]:
        """The resources that some node has to give."""
        tables = (node.status.allocatable for node in self.inventory.nodes.values())
        return frozenset(name for table in tables for name, amount in table.items() if str(amount) != "0")

    @cached_property
    def has_applied_slices(self) -> bool:
        """Whether a slice says what was applied to it; drivers do not publish that way."""
        from kubectl_dra.diagnosis.dropped import was_applied  # noqa: PLC0415 - only where a pod is refused for its devices

        return any(was_applied(slice_) for slice_ in self.snapshot.slices)

    @cached_property
    def published(self) -> Mapping[DeviceID, tuple[ResourceSlice, Device]]:
        """Every device that some slice lists, taints of rules included; of two generations the newer one's."""
        from kubectl_dra.inventory.inventory import DeviceID  # noqa: PLC0415 - beside the type

        found: dict[DeviceID, tuple[ResourceSlice, Device]] = {}
        for slice_ in self.snapshot.slices:
            pool = slice_.spec.pool
            for device in slice_.spec.devices if pool else ():
                id_ = DeviceID(slice_.spec.driver, pool.name if pool else "", device.name)
                known = found.get(id_)
                if known is None or _generation(known[0]) < _generation(slice_):
                    found[id_] = (slice_, device)
        return found

    @cached_property
    def _short_names(self) -> Mapping[DeviceID, str]:
        by_node = {
            id_: f"{slice_.spec.node_name or device.node_name or ''}/{id_.device}" for id_, (slice_, device) in self.published.items()
        }
        by_pool = {id_: f"{id_.pool}/{id_.device}" for id_ in self.published}
        names: dict[DeviceID, str] = {}
        node_counts, pool_counts = _counted(by_node.values()), _counted(by_pool.values())
        for id_ in self.published:
            if not by_node[id_].startswith("/") and node_counts[by_node[id_]] == 1:
                names[id_] = by_node[id_]
            else:
                names[id_] = by_pool[id_] if pool_counts[by_pool[id_]] == 1 else str(id_)
        return names

    def name(self, id_: DeviceID) -> DeviceName:
        """A device, in the shortest form that is unique among all."""
        shown = self._shown_by_node(id_) if self.are_named_by_node else ""
        return DeviceName(driver=id_.driver, pool=id_.pool, device=id_.device, shown=shown or self._short_names.get(id_, str(id_)))

    def _shown_by_node(self, id_: DeviceID) -> str:
        """Node and name of a device; empty where its pool does not have it."""
        slices = self.snapshot.context.index.of_pool(PoolID(id_.driver, id_.pool))
        has_it = any(device.name == id_.device for slice_ in slices for device in slice_.spec.devices)
        return f"{slices[0].spec.node_name}/{id_.device}" if has_it else ""

    def names(self, ids: Iterable[DeviceID]) -> tuple[DeviceName, ...]:
        """Devices in the order in which people count."""
        from kubectl_dra.inventory.states import in_counting_order  # noqa: PLC0415 - only where devices are named

        return tuple(sorted(map(self.name, ids), key=lambda name: in_counting_order(name.shown)))

    def first_and_last(self, nodes: tuple[str, ...]) -> tuple[str, str]:
        """The first and the last of some nodes in the order in which their devices, named NODE/DEVICE, are counted."""
        from kubectl_dra.inventory.states import in_counting_order  # noqa: PLC0415 - only where devices are named

        found = self._first_and_last.get(nodes)
        if found is None:
            places = [in_counting_order(f"{node}/") for node in nodes]
            found = self._first_and_last[nodes] = nodes[places.index(min(places))], nodes[places.index(max(places))]
        return found

    # ── claims and who uses them ──

    @cached_property
    def claims_of_pools(self) -> Mapping[tuple[str, str], Sequence[ResourceClaim]]:
        """Driver and pool → the claims that have devices of it."""
        found: dict[tuple[str, str], dict[NamespacedName, ResourceClaim]] = {}
        for key, claim in self.inventory.resource_claims.items():
            for result in claim.status.allocation.devices.results if claim.status.allocation else ():
                found.setdefault((result.driver, result.pool), {})[key] = claim
        return {pool: tuple(claims.values()) for pool, claims in found.items()}

    def consumers(self, claim: ResourceClaim) -> tuple[Pod, ...]:
        """The pods that the claim is reserved for, as far as they are known and have not ended."""
        if not claim.status.reserved_for:
            return ()
        known = self._consumers.get(id(claim))
        if known is None:
            found = (self._pod_of(claim, reference) for reference in claim.status.reserved_for if reference.resource == "pods")
            pods = tuple(pod for pod in found if pod is not None and pod.status.phase not in _FINISHED)
            # The claim is kept beside them: as long as it is there, nothing else has its identity.
            known = self._consumers[id(claim)] = (claim, pods)
        return known[1]

    def _pod_of(self, claim: ResourceClaim, reference: ResourceClaimConsumerReference) -> Pod | None:
        pod = self.inventory.pods.get(NamespacedName(claim.metadata.namespace, reference.name))
        return pod if pod is not None and pod.metadata.uid == reference.uid else None

    def is_idle(self, claim: ResourceClaim) -> bool:
        """Whether nobody uses the allocated claim: it is reserved for no one, or only for pods that ended or are gone."""
        if claim.status.allocation is None:
            return False
        if not claim.status.reserved_for:
            return True
        if not self.inventory.knows(kinds.POD) or any(reference.resource != "pods" for reference in claim.status.reserved_for):
            return False
        return not self.consumers(claim)

    def holding(self, id_: DeviceID, holder: Holder) -> Holding:
        """A device and the claim that holds it, with the pods behind."""
        found = self._holdings.get((id_, holder.claim))
        if found is None:
            found = self._holdings[id_, holder.claim] = self._holding(id_, holder)
        return found

    def _holding(self, id_: DeviceID, holder: Holder) -> Holding:
        claim = self.inventory.resource_claims.get(holder.claim)
        if claim is None:
            return Holding(device=self.name(id_), claim=str(holder.claim))
        pods = self.consumers(claim)
        names = [_pod_name(pod, claim) for pod in pods] or [reference.name for reference in claim.status.reserved_for]
        since = claim.status.allocation.allocation_timestamp if claim.status.allocation else ""
        return Holding(
            device=self.name(id_),
            claim=str(claim.metadata.key),
            pods=tuple(names) if not self.is_idle(claim) else (),
            phase=pods[0].status.phase if pods else "",
            age=prose.age(since or claim.metadata.creation_timestamp, self.inventory.now),
            idle=self.is_idle(claim),
        )

    # ── requests ──

    def subject_of_claim(self, claim: ResourceClaim) -> Subject:
        """The claim as an object to look at."""
        return Subject(kind="ResourceClaim", name=claim.metadata.name, namespace=claim.metadata.namespace)

    def written_in(self, claim: ResourceClaim) -> Subject:
        """The template that generated the claim, else the claim."""
        entry_name = claim.metadata.annotations.get("resource.kubernetes.io/pod-claim-name")
        owner = claim.metadata.controller()
        pod = self.pods_by_uid.get(owner.uid) if owner else None
        for entry in pod.spec.resource_claims if pod else ():
            if entry.name == entry_name and entry.resource_claim_template_name:
                return Subject(kind="ResourceClaimTemplate", name=entry.resource_claim_template_name, namespace=claim.metadata.namespace)
        return self.subject_of_claim(claim)

    def asked(self, view: RequestView) -> Asked:
        """A request, for people."""
        path = f"spec.devices.requests[{view.request_index}]"
        path += ".exactly" if view.subrequest_index is None else f".firstAvailable[{view.subrequest_index}]"
        claim = self.subject_of_claim(view.claim)
        resource = self.resource_behind(view)
        if resource:
            claim = self._special_subject(view.claim) or claim
            path = f"{self._container_behind(view)}.resources.requests[{resource}]"
        return Asked(
            claim=claim,
            request=view.name,
            path=path,
            written_in=self.written_in(view.claim) if not resource else claim,
            class_name=view.device_class_name,
            count=view.count or 1,
            wants_all=view.wants_all,
            extended_resource=resource,
        )

    def resource_behind(self, view: RequestView) -> str:
        """The extended resource that a request of the scheduler's own claim stands for; empty for other claims."""
        if view.claim.metadata.name != SPECIAL_CLAIM_NAME:
            return ""
        names = [
            name for name, device_class in self.snapshot.backing_classes.items() if device_class.metadata.name == view.device_class_name
        ]
        owner = view.claim.metadata.controller()
        pod = self.inventory.pods.get(NamespacedName(view.claim.metadata.namespace, owner.name)) if owner else None
        wanted = (
            {name for container in (*pod.spec.containers, *pod.spec.init_containers) for name in container.resources.requests}
            if pod
            else set()
        )
        return next((name for name in names if name in wanted), names[0] if names else "")

    def _container_behind(self, view: RequestView) -> str:
        """The field of the container that asks for the resource of a request ``container-N-request-M``: init containers count first."""
        owner = view.claim.metadata.controller()
        pod = self.inventory.pods.get(NamespacedName(view.claim.metadata.namespace, owner.name)) if owner else None
        number, init = int(view.name.split("-")[1]), len(pod.spec.init_containers) if pod else 0
        return f"spec.initContainers[{number}]" if number < init else f"spec.containers[{number - init}]"

    def _special_subject(self, claim: ResourceClaim) -> Subject | None:
        owner = claim.metadata.controller()
        return Subject(kind="Pod", name=owner.name, namespace=claim.metadata.namespace) if owner else None


def _in_order(inventory: Inventory) -> Inventory:
    """The same objects by name, as API servers list them: files hold them in any order, and no word may depend on it."""
    fields = ("nodes", "pods", "resource_claims", "device_classes", "device_taint_rules", "resource_claim_templates")
    ordered = {field: dict(sorted(getattr(inventory, field).items())) for field in fields}
    return msgspec.structs.replace(inventory, **ordered)


def subject_of_pod(pod: Pod) -> Subject:
    """The pod as an object to look at."""
    return Subject(kind="Pod", name=pod.metadata.name, namespace=pod.metadata.namespace)


def _pod_name(pod: Pod, claim: ResourceClaim) -> str:
    return pod.metadata.name if pod.metadata.namespace == claim.metadata.namespace else str(pod.metadata.key)


def _generation(slice_: ResourceSlice) -> int:
    return slice_.spec.pool.generation if slice_.spec.pool else 0


def _counted(names: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    return counts
