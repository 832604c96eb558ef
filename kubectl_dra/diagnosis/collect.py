"""Pod, nodes → Cases: for every node what refuses the pod there, devices and all else, and which obstacles, taken away, let it fit.

Nodes that refuse the pod in the same way are one case. The matrix of devices and requests says what there is; which obstacles matter is
found by taking them away and searching again.
"""

from __future__ import annotations

from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.candidates import slices_met
from kubectl_dra.allocator.checks import Candidate, Examination, examine
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.requests import views_of_claims
from kubectl_dra.allocator.result import Allocation, AllocationError
from kubectl_dra.allocator.search import allocate, allocate_without
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.scheduler import dynamicresources, filters
from kubectl_dra.scheduler.interpodaffinity import inter_pod_affinity
from kubectl_dra.scheduler.topologyspread import topology_spread
from kubectl_dra.scheduler.verdict import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

    from kubectl_dra.allocator.attempt import Attempts
    from kubectl_dra.allocator.rejections import Rejection
    from kubectl_dra.allocator.result import Outcome
    from kubectl_dra.api.core import Node, Pod
    from kubectl_dra.api.resource import Device, ResourceClaim
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.inventory.pools import Pool, PoolID
    from kubectl_dra.scheduler.dynamicresources import PodDevices
    from kubectl_dra.scheduler.filters import PodView
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.reasons import NodeRefusal

Removal = frozenset[Obstacle]
"""Obstacles that are taken away together."""

_OBSTACLES_BEHIND: dict[type[Rejection], tuple[Obstacle, ...]] = {
    why.DeviceInUse: (Obstacle.IN_USE,),
    why.BindingConditionsUnsupported: (Obstacle.BINDING_CONDITIONS,),
    why.ClassSelectorFalse: (Obstacle.CLASS_SELECTORS,),
    why.RequestSelectorFalse: (Obstacle.REQUEST_SELECTORS,),
    why.SelectorFails: (Obstacle.CLASS_SELECTORS, Obstacle.REQUEST_SELECTORS),
    why.DeviceOnOtherNode: (Obstacle.OTHER_NODES,),
    why.CapacityUndefined: (Obstacle.CAPACITY_REQUESTS,),
    why.CapacityInsufficient: (Obstacle.CAPACITY_REQUESTS, Obstacle.REQUEST_POLICIES, Obstacle.IN_USE),
    why.CapacityPolicyViolated: (Obstacle.REQUEST_POLICIES, Obstacle.CAPACITY_REQUESTS),
    why.CapacityNotRepresentable: (Obstacle.CAPACITY_REQUESTS, Obstacle.REQUEST_POLICIES, Obstacle.IN_USE),
    why.NodeOperationsNotOptional: (),
    why.CountersUnsupported: (Obstacle.COUNTERS,),
    why.CompatibilityGroupsDiffer: (Obstacle.COUNTERS, Obstacle.IN_USE),
    why.CountersInsufficient: (Obstacle.COUNTERS, Obstacle.IN_USE),
    why.TaintNotTolerated: (Obstacle.TAINTS,),
    why.ConstraintAttributeMissing: (Obstacle.CONSTRAINTS,),
    why.ConstraintValuesDiffer: (Obstacle.CONSTRAINTS,),
    why.ConstraintValueRepeated: (Obstacle.CONSTRAINTS,),
    why.DerivedAttributeFails: (Obstacle.CONSTRAINTS,),
}
"""What may be taken away so that a rejection does not happen."""

_ALWAYS = (Obstacle.INCOMPLETE_POOLS, Obstacle.INVALID_POOLS, Obstacle.OTHER_NODES, Obstacle.CONSTRAINTS)
_MOST_TOGETHER = 3


def obstacles_behind(rejection: Rejection) -> tuple[Obstacle, ...]:
    """What may be taken away so that this rejection does not happen."""
    return _OBSTACLES_BEHIND[type(rejection)]


class Case:
    """One node, standing for all that are like it: its refusals beside devices, and what the allocator says of the claims there."""

    def __init__(
        self,
        scene: Scene,
        node: Node,
        claims: tuple[ResourceClaim, ...],
        refusals: tuple[NodeRefusal, ...],
        pools_of: dict[str, tuple[Pool, ...]],
    ) -> None:
        self.scene, self.node, self.claims, self.refusals = scene, node, claims, refusals
        self.pools_of = pools_of
        """The pools that each node of the case sees."""
        self._context = scene.snapshot.context

    @property
    def nodes(self) -> tuple[str, ...]:
        """The nodes that the case stands for."""
        return tuple(self.pools_of)

    @property
    def unusable(self) -> tuple[tuple[PoolID, str], ...]:
        """Pools of the node that offer nothing, each ``incomplete`` or ``invalid``."""
        pools = self.pools_of[self.node.metadata.name]
        return tuple(
            (pool.id, "incomplete" if pool.is_incomplete else "invalid") for pool in pools if pool.is_incomplete or pool.is_invalid
        )

    @cached_property
    def outcome(self) -> Outcome:
        """What the allocator says with every obstacle in place."""
        return allocate(self.claims, self.node, self._context)

    @property
    def error(self) -> AllocationError | None:
        """The error that ends the pod's attempt on this node; None where there is none."""
        return self.outcome if isinstance(self.outcome, AllocationError) else None

    @cached_property
    def matrix(self) -> tuple[Examination, ...]:
        """Every device of the node's usable pools against every request."""
        return examine(self.claims, self.node, self._context)

    @cached_property
    def removals(self) -> tuple[Removal, ...]:
        """The smallest sets of obstacles whose removal lets the claims fit here; one empty set where they fit, none where nothing helps."""
        if not self.claims or isinstance(self.outcome, Allocation):
            return (frozenset(),)
        return tuple(self._smallest_removals())

    def fits_without(self, *obstacles: Obstacle) -> bool:
        """Whether the claims fit here once these obstacles are gone."""
        return isinstance(self.without(frozenset(obstacles)), Allocation)

    def without(self, obstacles: Removal) -> Outcome:
        """What the allocator says without these obstacles."""
        return allocate_without(obstacles, self.claims, self.node, self._context)

    def _smallest_removals(self) -> Iterator[Removal]:
        there = self._context.obstacles(self.claims)
        candidates = [obstacle for obstacle in Obstacle if obstacle in there]
        for size in range(1, _MOST_TOGETHER + 1):
            found = [removal for removal in map(frozenset, combinations(candidates, size)) if isinstance(self.without(removal), Allocation)]
            if found:
                yield from found
                return
            if size == 1:
                candidates = [obstacle for obstacle in self._relevant() if obstacle in there]
        yield from self._one_removal(candidates)

    def _one_removal(self, candidates: Sequence[Obstacle]) -> Iterator[Removal]:
        """Where more must go than is tried in every combination: one set of which nothing can stay; what asks for less stays first."""
        gone = frozenset(candidates)
        if not isinstance(self.without(gone), Allocation):
            return
        for obstacle in reversed(candidates):
            if isinstance(self.without(gone - {obstacle}), Allocation):
                gone -= {obstacle}
        yield gone

    def _relevant(self) -> list[Obstacle]:
        """Obstacles that some device meets; the others cannot matter, alone or together."""
        met = {obstacle for one in self.matrix for rejection in one.rejections for obstacle in obstacles_behind(rejection)}
        if any(device.device.consumes_counters for device in (one.candidate for one in self.matrix)):
            met.add(Obstacle.COUNTERS)
        views = tuple(views_of_claims(self.claims))
        if len({(view.claim_index, view.request_index) for view in views}) > 1:
            met |= {Obstacle.OTHER_REQUESTS} | ({Obstacle.OTHER_CLAIMS} if len(self.claims) > 1 else set())
        if any(view.count > 1 or view.wants_all for view in views):
            met.add(Obstacle.COUNTS)
        return [obstacle for obstacle in Obstacle if obstacle in met or obstacle in _ALWAYS]

    def devices_on(self, name: str) -> list[tuple[str, Device]]:
        """The devices of a node of the case (driver, device), in the order of the matrix."""
        met = slices_met(self.pools_of[name], self._context.behaviour)
        return [(slice_.spec.driver, device) for _, slice_ in met for device in slice_.spec.devices]

    def device_at(self, name: str, place: int) -> tuple[Pool, Device]:
        """One of the devices of a node of the case, by its place in the matrix."""
        for pool, slice_ in slices_met(self.pools_of[name], self._context.behaviour):
            devices = slice_.spec.devices
            if place < len(devices):
                return pool, devices[place]
            place -= len(devices)
        raise IndexError(place)

    def rows_on(self, name: str) -> Iterator[Examination]:
        """The matrix of another node of the case: the same obstacles, the node's own devices."""
        if name == self.node.metadata.name:
            yield from self.matrix
            return
        own = [
            Candidate(id=DeviceID(pool.id.driver, pool.id.pool, device.name), device=device, slice_=slice_, pool=pool)
            for pool, slice_ in slices_met(self.pools_of[name], self._context.behaviour)
            for device in slice_.spec.devices
        ]
        for number, one in enumerate(self.matrix):
            yield Examination(request=one.request, candidate=own[number % len(own)], rejections=one.rejections)


class Cases:
    """All nodes: those that can be judged by devices, alike ones together, and those on which the allocator is not asked at all."""

    def __init__(self, judged: tuple[Case, ...], not_asked: dict[str, NodeRefusal]) -> None:
        self.judged, self.not_asked = judged, not_asked
        self._every: tuple[Examination, ...] | None = None
        self.behind: dict[Hashable, list[Examination]] = {}
        """The devices behind some obstacles, by request and obstacles; see ``matrix.devices_behind``."""

    def examinations(self) -> Iterable[Examination]:
        """The whole cluster's matrix: each device once for each request, also where several nodes see it."""
        if self._every is None:
            self._every = tuple(self._examined())
        return self._every

    def _examined(self) -> Iterator[Examination]:
        seen: set[tuple[DeviceID, str, int]] = set()
        for case in self.judged:
            for name in case.nodes:
                for one in case.rows_on(name):
                    key = (one.candidate.id, one.request.name, one.request.claim_index)
                    if key not in seen:
                        seen.add(key)
                        yield one


def collect(scene: Scene, pod: Pod, devices: PodDevices, nodes: Iterable[str] | None = None) -> Cases:
    """The cases of a pod on these nodes (None: on all)."""
    view = filters.view_pod(pod, scene.snapshot.backing_classes, scene.snapshot.release)
    later = [check for check in (topology_spread(scene.snapshot, view), inter_pod_affinity(scene.snapshot, pod)) if check]
    is_plain = nodes is None and not later and dynamicresources.is_of_devices_alone(scene.snapshot, devices)
    return _by_kind(scene, view, devices) if is_plain else _one_by_one(scene, view, devices, nodes, later)


def _by_kind(scene: Scene, view: PodView, devices: PodDevices) -> Cases:
    """Where nothing but filters and devices matters: nodes that were found alike before are so for this pod."""
    attempts = scene.snapshot.context.attempts_for(devices.claims)
    grouped: dict[Hashable, Case] = {}
    mixed = False
    for kind in scene.snapshot.sorted_nodes(view, attempts):
        name = next(iter(kind.pools_of))
        node = scene.snapshot.nodes[name].node
        likeness = _of_refusals(kind.refusals), name if kind.number is None else kind.number
        case = grouped.get(likeness)
        if case is None:
            grouped[likeness] = Case(scene, node, devices.claims, kind.refusals, dict(kind.pools_of))
        else:
            case.pools_of.update(kind.pools_of)
            mixed = True
    if mixed:
        for case in grouped.values():
            case.pools_of = {name: case.pools_of[name] for name in scene.snapshot.nodes if name in case.pools_of}
    return Cases(tuple(grouped.values()), {})


def _one_by_one(
    scene: Scene, view: PodView, devices: PodDevices, nodes: Iterable[str] | None, later: Sequence[Callable[[NodeInfo], NodeRefusal | None]]
) -> Cases:
    context = scene.snapshot.context
    pinned = [claim.status.allocation.node_selector for claim in devices.claims if claim.status.allocation]
    grouped: dict[Hashable, Case] = {}
    not_asked: dict[str, NodeRefusal] = {}
    refusals_of = scene.snapshot.refusals_of(view)
    last: tuple[tuple[ResourceClaim, ...], Attempts | None] | None = None
    for name in nodes if nodes is not None else scene.snapshot.nodes:
        info = scene.snapshot.nodes[name]
        claims = dynamicresources.claims_to_allocate(scene.snapshot, devices, info)
        if isinstance(claims, Refused):
            not_asked[name] = claims.refusal
            continue
        refusals = (*refusals_of(info), *(refusal for check in later if (refusal := check(info))))
        usable = tuple(selector is None or filters.matches_node(selector, info.node) for selector in pinned)
        if last is None or list(map(id, claims)) != list(map(id, last[0])):
            last = claims, context.attempts_for(claims) if claims else None
        attempts = last[1]
        found = context.likenesses(attempts).of(info.node, attempts) if attempts else None
        number = found.number if found else name if attempts else None
        likeness = (usable, attempts, _of_refusals(refusals), number)
        case = grouped.get(likeness)
        if case is None:
            case = grouped[likeness] = Case(scene, info.node, claims, refusals, {})
        case.pools_of[name] = found.pools if found else ()
    return Cases(tuple(grouped.values()), not_asked)


def _of_refusals(refusals: Iterable[NodeRefusal]) -> Hashable:
    """Equal for nodes that other plugins refuse alike."""
    return tuple((type(refusal), refusal.reasons) for refusal in refusals)
