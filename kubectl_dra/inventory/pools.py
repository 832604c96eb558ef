"""ResourceSlices → pools: the newest generation, complete or not, valid or not and why, per node and release.

Upstream: ``pools_experimental.go`` ``GatherPools``, ``buildPool``, ``checkSlicesInPool``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import CounterSet, ResourceSlice
    from kubectl_dra.releases.behaviour import Behaviour


class PoolID(NamedTuple):
    """A pool's whole name."""

    driver: str
    pool: str

    def __str__(self) -> str:
        """``DRIVER/POOL``."""
        return f"{self.driver}/{self.pool}"


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as one node sees it: the slices for the node, in the order of the search; the others matter for counters only.

    An incomplete or invalid pool of 1.35 and later has no slices.
    """

    id: PoolID
    is_incomplete: bool = False
    invalid_reason: str = ""
    """``duplicate device name X`` and the like; empty for a valid pool."""
    slices: tuple[ResourceSlice, ...] = ()
    other_slices: tuple[ResourceSlice, ...] = ()
    counter_sets: Mapping[str, CounterSet] = MappingProxyType({})

    @property
    def is_invalid(self) -> bool:
        """Whether the pool breaks a rule that only the allocator checks."""
        return bool(self.invalid_reason)


class PoolsUnreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A node selector that cannot be parsed: no pool is known, and the pod's scheduling attempt ends; ``text`` is upstream's."""

    text: str
    slice_name: str


class SliceIndex:
    """All slices, by the node they name and by pool; built once for many nodes."""

    def __init__(self, slices: Iterable[ResourceSlice]) -> None:
        raise NotImplementedError


def gather_pools(index: SliceIndex, node: Node, behaviour: Behaviour) -> tuple[Pool, ...] | PoolsUnreadable:
    """The pools that have devices for the node, in the order in which the allocator searches them."""
    raise NotImplementedError


class PoolOverview(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as the cluster has it, for people: its newest generation and what is left of older ones."""

    id: PoolID
    generation: int
    slices: tuple[ResourceSlice, ...]
    """Those of the newest generation, by name."""
    expected_slices: int
    """What the slices say is their number: ``resourceSliceCount``; the largest where they disagree."""
    older_slices: tuple[ResourceSlice, ...]
    invalid_reason: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether as many slices are there as they say."""
        return len(self.slices) == self.expected_slices


def overview_of_pools(slices: Iterable[ResourceSlice], behaviour: Behaviour) -> tuple[PoolOverview, ...]:
    """Every pool of the cluster, by driver and name."""
    raise NotImplementedError
