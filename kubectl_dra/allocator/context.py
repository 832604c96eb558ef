"""Slices, classes, allocated state, behaviour → AllocatorContext: what an allocator knows and remembers between nodes and pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator.attempt import Attempts
from kubectl_dra.allocator.enough import devices_wanted, enough_slices, slices_of
from kubectl_dra.allocator.likeness import Likenesses
from kubectl_dra.allocator.memory import Memory
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.plan import Plan
from kubectl_dra.allocator.presence import obstacles_of_claims, obstacles_of_slices
from kubectl_dra.allocator.relaxation import OF_CLAIMS, OF_SLICES, Relaxation
from kubectl_dra.allocator.result import AllocationError
from kubectl_dra.apimachinery.decode import to_json
from kubectl_dra.inventory.allocated import NOTHING_ALLOCATED
from kubectl_dra.inventory.pools import PoolID, SliceIndex, pool_of

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence

    from kubectl_dra.allocator.kinds import KindTable
    from kubectl_dra.allocator.result import Outcome
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.releases.behaviour import Behaviour


class AllocatorContext:
    """One allocator (upstream: ``Allocator``): made once for a state of the cluster, used for all its nodes and pods.

    ``slices`` have taint rules merged in already. It never changes what it answers; what it keeps are caches.
    """

    def __init__(
        self,
        *,
        slices: Iterable[ResourceSlice],
        classes: Mapping[str, DeviceClass],
        allocated: AllocatedState,
        behaviour: Behaviour,
    ) -> None:
        self.behaviour = behaviour
        self.classes = classes
        self.allocated = allocated
        self.index = SliceIndex(slices)
        self._memory = Memory(behaviour)
        self._attempts: dict[bytes, Attempts] = {}
        self._relaxed: dict[tuple[frozenset[Obstacle], Hashable], AllocatorContext] = {}
        self._obstacles_of_slices: frozenset[Obstacle] = frozenset()
        self._likenesses: dict[tuple[KindTable, bool], Likenesses] = {}
        self._held_pools: frozenset[tuple[str, str]] | None = None
        self._last: tuple[Sequence[ResourceClaim], Attempts] | None = None

    def with_allocated(self, allocated: AllocatedState) -> AllocatorContext:
        """The same cluster with other devices taken; what is remembered of slices and selectors is shared."""
        other = AllocatorContext.__new__(AllocatorContext)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(allocated=allocated, _attempts={}, _relaxed={}, _likenesses={}, _held_pools=None, _last=None)
        return other

    def obstacles(self, claims: Sequence[ResourceClaim]) -> frozenset[Obstacle]:
        """The obstacles that there are for these claims: taking any other away changes nothing."""
        if not self._obstacles_of_slices:
            self._obstacles_of_slices = obstacles_of_slices(self.index.slices)
        held = {Obstacle.IN_USE} if self.allocated != NOTHING_ALLOCATED else set()
        return self._obstacles_of_slices | obstacles_of_claims(claims, self.classes) | held

    def without(self, obstacles: frozenset[Obstacle], claims: Sequence[ResourceClaim], node: Node) -> AllocatorContext:
        """The same cluster without these obstacles, as far as they are the cluster's and these claims on this node can meet them."""
        there = obstacles & self.obstacles(claims) - OF_CLAIMS
        if not there:
            return self
        if there.isdisjoint(OF_SLICES):
            return self._kept((there, None), lambda: self._with_slices_kept(Relaxation(there)))
        if Obstacle.OTHER_NODES not in there:
            pools = frozenset(PoolID(one.spec.driver, pool_of(one).name) for one in self.index.visible_from(node.metadata.name))
            return self._kept((there, pools), lambda: self._with_slices(Relaxation(there), slices_of(self.index, pools)))
        plan = self.attempts_for(claims).plan
        wanted = devices_wanted(plan)
        if wanted is None:
            return self._kept((there, None), lambda: self._with_slices(Relaxation(there), self.index.slices))
        return self._kept(
            (there, (plan.kinds, wanted)),
            lambda: self._with_slices(
                Relaxation(there), enough_slices(self.index, plan.kinds, self.allocated, wanted, by_name=self.behaviour.sorts_pools)
            ),
        )

    def _kept(self, key: tuple[frozenset[Obstacle], Hashable], made: Callable[[], AllocatorContext]) -> AllocatorContext:
        found = self._relaxed.get(key)
        if found is None:
            found = self._relaxed[key] = made()
        return found

    def _with_slices_kept(self, relaxation: Relaxation) -> AllocatorContext:
        other = self.with_allocated(relaxation.allocated(self.allocated))
        other.classes = relaxation.classes(self.classes)
        return other

    def _with_slices(self, relaxation: Relaxation, slices: Sequence[ResourceSlice]) -> AllocatorContext:
        return AllocatorContext(
            slices=relaxation.slices(slices),
            classes=relaxation.classes(self.classes),
            allocated=relaxation.allocated(self.allocated),
            behaviour=self.behaviour,
        )

    def outcome(self, claims: Sequence[ResourceClaim], node: Node, *, limit: int | None = None) -> Outcome:
        """What the allocator says about these claims on a node; claims that differ in their names alone are searched for once.

        ``limit`` is after how many ways tried in vain the search gives up; None: where it gives up by itself.
        """
        if self._last is None or self._last[0] is not claims:
            self._last = claims, self._attempts_at(to_json([claim.spec for claim in claims]), claims)
        outcome = self._last[1].on(node, claims, limit=limit)
        if isinstance(outcome, AllocationError) and not self._last[1].is_for(claims):
            return self.attempts_for(claims).on(node, claims, limit=limit)  # an error names the claim
        return outcome

    def attempts_for(self, claims: Sequence[ResourceClaim]) -> Attempts:
        """What is known about these very claims."""
        return self._attempts_at(to_json([(claim.metadata.namespace, claim.metadata.name, claim.spec) for claim in claims]), claims)

    def likenesses(self, attempts: Attempts) -> Likenesses:
        """Which nodes are alike for these claims, and for others of which selectors and constraints read the same."""
        key = attempts.plan.kinds, attempts.plan.forgets
        found = self._likenesses.get(key)
        if found is None:
            found = self._likenesses[key] = Likenesses(attempts.plan.kinds, self.allocated, self._pools_held())
        return found

    def _pools_held(self) -> frozenset[tuple[str, str]]:
        if self._held_pools is None:
            self._held_pools = self.allocated.pools()
        return self._held_pools

    def _attempts_at(self, key: bytes, claims: Sequence[ResourceClaim]) -> Attempts:
        found = self._attempts.get(key)
        if found is None:
            plan = Plan(claims, self.classes, self.behaviour, self._memory)
            found = self._attempts[key] = Attempts(plan, self.index, self.allocated, self._pools_held())
        return found
