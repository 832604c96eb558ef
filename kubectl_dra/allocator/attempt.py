"""One plan on many nodes: nodes that the search cannot tell apart are searched once.

Upstream searches every node anew; an outcome depends on the trail of what was looked at, and on nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from kubectl_dra.allocator.allocation import allocation_results
from kubectl_dra.allocator.candidates import Candidates
from kubectl_dra.allocator.result import Allocation, AllocationError, ChosenDevice, ErrorKind, InvalidPools, NoAllocation
from kubectl_dra.allocator.search import LIMIT, NONE_FITS, Search
from kubectl_dra.inventory.pools import PoolsUnreadable, gather_pools

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Sequence

    from kubectl_dra.allocator.plan import Plan
    from kubectl_dra.allocator.result import Outcome
    from kubectl_dra.allocator.search import Reached
    from kubectl_dra.allocator.state import Taken
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import AllocationResult, ResourceClaim
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import Pool, SliceIndex


class Placement(msgspec.Struct, frozen=True, eq=False):
    """Where a search has put everything: devices by their number among the node's candidates."""

    taken: tuple[tuple[Taken, ...], ...]
    chosen: dict[tuple[int, int], int]


class _Junction:
    """A point of the tree of trails: the outcome where the search needed to see no more, else what may come next."""

    __slots__ = ("next", "outcome")

    def __init__(self) -> None:
        self.outcome: Placement | NoAllocation | InvalidPools | None = None
        self.next: dict[Hashable, _Junction] = {}


class Attempts:
    """A plan and what came of it on the nodes so far."""

    def __init__(self, plan: Plan, index: SliceIndex, allocated: AllocatedState, held_pools: Container[tuple[str, str]]) -> None:
        self.plan = plan
        self._index = index
        self._allocated = allocated
        self._held_pools = held_pools
        plan.forgets |= plan.behaviour.counter_scope == "pool name" and index.has_namesakes_with_counters
        self._roots = (_Junction(), _Junction())

    def pools_on(self, node: Node) -> tuple[Pool, ...] | None:
        """The pools that a node sees; None where they cannot be read."""
        pools = gather_pools(self._index, node, self.plan.behaviour)
        return None if isinstance(pools, PoolsUnreadable) else pools

    def candidates_among(self, pools: tuple[Pool, ...], node: Node) -> Candidates:
        """The devices of a node's pools that the search would meet."""
        return Candidates(pools, node, self.plan, self._held_pools, self._allocated)

    def candidates_on(self, node: Node) -> Candidates | None:
        """The devices that the search would meet on a node; None where its pools cannot be read."""
        pools = self.pools_on(node)
        return None if pools is None else self.candidates_among(pools, node)

    def is_for(self, claims: Sequence[ResourceClaim]) -> bool:
        """Whether the plan was made of claims of these very names."""
        return [claim.metadata.key for claim in self.plan.claims] == [claim.metadata.key for claim in claims]

    def on(self, node: Node, claims: Sequence[ResourceClaim], *, limit: int | None = None) -> Outcome:
        """The outcome on a node for claims that ask for what the plan asks for."""
        pools = gather_pools(self._index, node, self.plan.behaviour)
        if isinstance(pools, PoolsUnreadable):
            return AllocationError(text=pools.text, kind=ErrorKind.NODE_SELECTOR)
        candidates = Candidates(pools, node, self.plan, self._held_pools, self._allocated)
        root = self._roots["DRAOptionalNodeOperations" in node.status.declared_features]
        known = None if self.plan.forgets else _follow(root, candidates)
        if known is None:
            search = Search(self.plan, candidates, self._allocated, limit=limit or LIMIT)
            reached = search.run()
            if not (reached is None or reached is NONE_FITS):
                return reached  # type: ignore[return-value]  # TOO_MANY does not come out of a search
            known = _outcome(search, reached, candidates)
            if not self.plan.forgets:
                _remember(root, candidates, known)
        return _allocation(self.plan, known, candidates, claims) if isinstance(known, Placement) else known


def _outcome(search: Search, reached: Reached, candidates: Candidates) -> Placement | NoAllocation | InvalidPools:
    if reached is None:
        taken = tuple(tuple(_settled(device) for device in claim) for claim in search.state.taken)
        return Placement(taken, dict(search.chosen))
    reports = search.state.plan.behaviour.skips_unusable_pools
    return InvalidPools() if reports and any(pool.is_invalid for pool in candidates.pools_of_node) else NoAllocation()


def _settled(taken: Taken) -> Taken:
    """The device with the amounts that it ends up with."""
    return replace(taken, amounts=tuple(map(taken.wanted.current, taken.amounts))) if taken.wanted.is_spoilable and taken.amounts else taken


def _follow(root: _Junction, candidates: Candidates) -> Placement | NoAllocation | InvalidPools | None:
    junction, seen, trail = root, 0, candidates.trail
    while junction.outcome is None:
        if seen == len(trail):
            if not junction.next:
                return None
            candidates.extend()
            if seen == len(trail):
                return None
        following = junction.next.get(trail[seen])
        if following is None:
            return None
        junction = following
        seen += 1
    return junction.outcome


def _remember(root: _Junction, candidates: Candidates, outcome: Placement | NoAllocation | InvalidPools) -> None:
    junction = root
    for step in candidates.trail:
        following = junction.next.get(step)
        if following is None:
            following = junction.next[step] = _Junction()
        junction = following
    junction.outcome = outcome


def _allocation(plan: Plan, placement: Placement, candidates: Candidates, claims: Sequence[ResourceClaim]) -> Allocation:
    def devices() -> tuple[tuple[ChosenDevice, ...], ...]:
        return tuple(
            tuple(_chosen(taken, candidates, claim) for taken in those) for claim, those in zip(claims, placement.taken, strict=True)
        )

    def results(taken: tuple[tuple[ChosenDevice, ...], ...]) -> tuple[AllocationResult, ...]:
        return allocation_results(plan, placement.chosen, taken, candidates.node)

    return Allocation(devices, results)


def _chosen(taken: Taken, candidates: Candidates, claim: ResourceClaim) -> ChosenDevice:
    while taken.index >= len(candidates.devices):
        candidates.extend()
    view = taken.wanted.view
    return ChosenDevice(
        request=view if view.claim is claim else replace(view, claim=claim),
        id=candidates.id_of(taken.index),
        device=candidates.devices[taken.index],
        slice_=candidates.slices[taken.index],
        consumed_capacity=None if taken.amounts is None else {amount.name: amount.quantity for amount in taken.amounts},
    )
