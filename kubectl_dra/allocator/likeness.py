"""Nodes → numbers: nodes of equal number are alike for every search, whatever is taken away, as far as these kinds of devices go.

A node's number stands for the whole trail of what a search could meet there (``candidates``). Most nodes see slices of their own, whose
part of the trail is written once and kept with the slice.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.allocator.candidates import NOT_HELD, held_of
from kubectl_dra.allocator.state import OPTIONAL_NODE_OPERATIONS
from kubectl_dra.inventory.pools import pool_of

if TYPE_CHECKING:
    from collections.abc import Container, Hashable

    from kubectl_dra.allocator.attempt import Attempts
    from kubectl_dra.allocator.kinds import KindTable
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import Pool

    _Steps = tuple[Hashable, ...]


class NodeLikeness(NamedTuple):
    """The pools that a node sees, and its number."""

    pools: tuple[Pool, ...]
    number: int


class Likenesses:
    """The numbers of nodes for some kinds of devices and one allocated state."""

    def __init__(self, kinds: KindTable, allocated: AllocatedState, held_pools: Container[tuple[str, str]]) -> None:
        self._kinds = kinds
        self._allocated = allocated
        self._held_pools = held_pools
        self._steps: dict[int, tuple[ResourceSlice, _Steps]] = {}
        self._numbers: dict[Hashable, int] = {}
        self._of_nodes: dict[int, tuple[Node, NodeLikeness | None]] = {}

    def of(self, node: Node, attempts: Attempts) -> NodeLikeness | None:
        """The node's; None where its pools cannot be read."""
        known = self._of_nodes.get(id(node))
        if known is None:
            # The node is kept beside it: as long as it is there, nothing else has its identity.
            known = self._of_nodes[id(node)] = (node, self._found(node, attempts))
        return known[1]

    def _found(self, node: Node, attempts: Attempts) -> NodeLikeness | None:
        pools = attempts.pools_on(node)
        if pools is None:
            return None
        steps = self._trail(pools)
        if steps is None:
            candidates = attempts.candidates_among(pools, node)
            while candidates.extend():
                pass
            steps = tuple(candidates.trail)
        unusable = tuple([(pool.id, pool.is_incomplete) for pool in pools if pool.is_incomplete or pool.is_invalid])
        key = steps, unusable, OPTIONAL_NODE_OPERATIONS in node.status.declared_features
        return NodeLikeness(pools, self._numbers.setdefault(key, len(self._numbers)))

    def _trail(self, pools: tuple[Pool, ...]) -> _Steps | None:
        """The trail of a search through plain pools; None where there are others."""
        if any(pool.is_incomplete or pool.is_invalid or pool.counter_sets or not _are_plain(pool) for pool in pools):
            return None
        return (*chain.from_iterable([self._steps_of(slice_) for pool in pools for slice_ in pool.slices]), None)

    def _steps_of(self, slice_: ResourceSlice) -> _Steps:
        known = self._steps.get(id(slice_))
        if known is None:
            known = self._steps[id(slice_)] = (slice_, self._written(slice_))
        return known[1]

    def _written(self, slice_: ResourceSlice) -> _Steps:
        kinds = self._kinds.kinds_of(slice_)
        driver, pool = slice_.spec.driver, pool_of(slice_).name
        if (driver, pool) not in self._held_pools:
            return kinds
        held = [held_of(self._allocated, driver, pool, device) for device in slice_.spec.devices]
        return tuple([kind if one is NOT_HELD else (kind, one, True) for kind, one in zip(kinds, held, strict=True)])


def _are_plain(pool: Pool) -> bool:
    return all(not slice_.spec.shared_counters and not slice_.spec.per_device_node_selection for slice_ in pool.slices)
