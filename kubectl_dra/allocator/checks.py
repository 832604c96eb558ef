"""Request × device × what the search holds → Rejection or None: one pure function for each obstacle, in upstream's order.

Search and explanation share them: the search stops at the first, an explanation asks all (``obstacles_of``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubectl_dra.allocator.context import AllocatorContext
    from kubectl_dra.allocator.rejections import Rejection
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.allocator.state import SearchState
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import Device, ResourceClaim, ResourceSlice
    from kubectl_dra.inventory.inventory import DeviceID
    from kubectl_dra.inventory.pools import Pool


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A device of a pool, as the search meets it."""

    id: DeviceID
    device: Device
    slice_: ResourceSlice
    pool: Pool


Check: TypeAlias = "Callable[[RequestView, Candidate, SearchState], Rejection | None]"


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """One device and one request, nothing taken yet: every obstacle between them, in upstream's order; none: the device qualifies."""

    request: RequestView
    candidate: Candidate
    rejections: tuple[Rejection, ...]


def examine(claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> tuple[Examination, ...]:
    """Every device of the node's usable pools against every request and subrequest: the matrix that explanations start from.

    Constraints are asked as for a first device (is the attribute there), counters and capacity with nothing taken by this search.
    """
    raise NotImplementedError
