"""All pools of a cluster → enough of them: what a search that may take the devices of every node can need of those that are alike.

A search that takes nine devices needs nine of a kind, not thirty thousand. Pools stand in the order in which the search meets them, and
the first of each kind are kept, so that it meets each kind, and each failure, where it would have.
"""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from kubectl_dra.allocator.candidates import held_of
from kubectl_dra.apimachinery.decode import to_json
from kubectl_dra.inventory.pools import PoolID, pool_of

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Iterator, Sequence

    from kubectl_dra.allocator.kinds import KindTable
    from kubectl_dra.allocator.plan import Plan
    from kubectl_dra.api.resource import ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import SliceIndex

_FEWEST: Final = 32
_NAME: Final = attrgetter("name")


def devices_wanted(plan: Plan) -> int | None:
    """At least as many devices as any solution of the plan takes; None where it cannot be told, or devices alike differ all the same."""
    if plan.problem is not None or plan.wants_all or not plan.is_symmetric:
        return None
    wanted = sum(max(alternative.view.count for alternative in request) for claim in plan.requests for request in claim)
    return max(_FEWEST, 1 << (wanted - 1).bit_length())  # few sizes, so that what is kept serves many plans


def enough_slices(index: SliceIndex, kinds: KindTable, allocated: AllocatedState, wanted: int, *, by_name: bool) -> list[ResourceSlice]:
    """The slices of the first pools that have ``wanted`` devices of each kind, and of all pools that are not plain."""
    kept: set[PoolID] = set()
    there: Counter[Hashable] = Counter()
    held_pools = allocated.pools()
    full: set[Hashable] = set()  # what a lone slice offers of which there is enough
    for id_, slices in sorted(index.pools(), key=lambda item: item[0]) if by_name else index.pools():
        offered = kinds.kinds_of(slices[0]) if len(slices) == 1 and id_ not in held_pools else None
        if offered in full and _is_whole(slices) and not slices[0].spec.shared_counters:
            continue
        parts = list(_parts(slices, kinds, allocated if id_ in held_pools else None))
        if not _is_whole(slices) or any(there[part] < wanted for part in parts):
            kept.add(id_)
            there.update(parts)
        elif offered is not None:
            full.add(offered)
    return slices_of(index, kept)


def slices_of(index: SliceIndex, pools: Collection[PoolID]) -> list[ResourceSlice]:
    """All slices of these pools, in the order in which they are listed."""
    if len(pools) == 1:
        return [slice_ for pool in pools for slice_ in index.of_pool(pool)]
    return [slice_ for slice_ in index.slices if PoolID(slice_.spec.driver, pool_of(slice_).name) in pools]


def _parts(slices: Sequence[ResourceSlice], kinds: KindTable, allocated: AllocatedState | None) -> Iterator[Hashable]:
    """What a pool offers: single devices, or where they draw on shared counters the pool as a whole."""
    devices: list[Hashable] = []
    for slice_ in slices:
        devices += kinds.kinds_of(slice_) if allocated is None else _with_holders(slice_, kinds, allocated)
    if any(slice_.spec.shared_counters for slice_ in slices) or any(device.consumes_counters for s in slices for device in s.spec.devices):
        yield tuple(devices), to_json([slice_.spec.shared_counters for slice_ in slices])
    else:
        yield from devices


def _with_holders(slice_: ResourceSlice, kinds: KindTable, allocated: AllocatedState) -> Iterator[Hashable]:
    for kind, device in zip(kinds.kinds_of(slice_), slice_.spec.devices, strict=True):
        yield kind, held_of(allocated, slice_.spec.driver, pool_of(slice_).name, device)


def _is_whole(slices: Sequence[ResourceSlice]) -> bool:
    """Whether the pool is complete and of one generation, and no name stands twice in it: then it can stand for others, and they for it."""
    first = pool_of(slices[0])
    if len(slices) == 1:
        devices = slices[0].spec.devices
        return first.resource_slice_count == 1 and len(set(map(_NAME, devices))) == len(devices)
    if any(pool_of(slice_).generation != first.generation or pool_of(slice_).resource_slice_count != len(slices) for slice_ in slices):
        return False
    names = [device.name for slice_ in slices for device in slice_.spec.devices]
    return len(set(names)) == len(names)
