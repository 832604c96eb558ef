"""Slices, classes, allocated state, behaviour → AllocatorContext: what an allocator knows and remembers between nodes and pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator.attempt import Attempts
from kubectl_dra.allocator.memory import Memory
from kubectl_dra.allocator.plan import Plan
from kubectl_dra.allocator.relaxation import Relaxation
from kubectl_dra.allocator.result import AllocationError
from kubectl_dra.apimachinery.decode import to_json
from kubectl_dra.inventory.pools import SliceIndex

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.allocator.obstacles import Obstacle
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
        self._relaxed: dict[frozenset[Obstacle], AllocatorContext] = {}
        self._last: tuple[Sequence[ResourceClaim], Attempts] | None = None

    def with_allocated(self, allocated: AllocatedState) -> AllocatorContext:
        """The same cluster with other devices taken; what is remembered of slices and selectors is shared."""
        other = AllocatorContext.__new__(AllocatorContext)
        other.__dict__.update(self.__dict__)
        other.__dict__.update(allocated=allocated, _attempts={}, _relaxed={}, _last=None)
        return other

    def without(self, obstacles: frozenset[Obstacle]) -> AllocatorContext:
        """The same cluster without these obstacles, as far as they are the cluster's and not the claims'."""
        found = self._relaxed.get(obstacles)
        if found is None:
            relaxation = Relaxation(obstacles)
            found = self._relaxed[obstacles] = AllocatorContext(
                slices=relaxation.slices(self.index.slices),
                classes=relaxation.classes(self.classes),
                allocated=relaxation.allocated(self.allocated),
                behaviour=self.behaviour,
            )
        return found

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

    def _attempts_at(self, key: bytes, claims: Sequence[ResourceClaim]) -> Attempts:
        found = self._attempts.get(key)
        if found is None:
            plan = Plan(claims, self.classes, self.behaviour, self._memory)
            found = self._attempts[key] = Attempts(plan, self.index, self.allocated)
        return found
