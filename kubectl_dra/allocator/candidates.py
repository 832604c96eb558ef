"""Pools of a node → the devices that the search meets, in its order, each looked at only when the search gets there.

Beside the devices stands the trail: what of them the search could tell apart. Nodes with the same trail have the same outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.allocator.capacity import nanos
from kubectl_dra.allocator.counters import available_counters, scope_of
from kubectl_dra.api.resource import Device
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.inventory.pools import device_matches_node

if TYPE_CHECKING:
    from collections.abc import Container, Hashable, Iterable, Iterator, Mapping

    from kubectl_dra.allocator.kinds import DeviceKind
    from kubectl_dra.allocator.plan import Plan
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.inventory.pools import Pool
    from kubectl_dra.releases.behaviour import Behaviour


class Held(msgspec.Struct, frozen=True):
    """What other claims have of a device when the search begins."""

    is_exclusive: bool = False
    is_shared: bool = False
    has_capacity: bool = False
    """Whether its shares hold capacity; ``capacity`` says how much, in billionths."""
    capacity: tuple[tuple[str, int], ...] = ()

    def amounts(self) -> Mapping[str, int]:
        """The capacity by name."""
        return dict(self.capacity)


NOT_HELD: Final = Held()
_HELD_WHOLE: Final = Held(is_exclusive=True)


class Candidates:
    """The devices of a node's usable pools; parallel lists, since there are many.

    A ``None`` among ``kinds`` is no device: there an invalid pool begins, which ends the search of 1.34.
    """

    def __init__(
        self, pools: tuple[Pool, ...], node: Node, plan: Plan, held_pools: Container[tuple[str, str]], allocated: AllocatedState
    ) -> None:
        self.pools_of_node = pools
        self.node = node
        self.kinds: list[DeviceKind | None] = []
        self.devices: list[Device] = []
        self.slices: list[ResourceSlice] = []
        self.pools: list[Pool] = []
        self.held: list[Held] = []
        self.is_on_node: list[bool] = []
        self.ends: list[int] = []
        """For each pool that was gone through, the index of the first device after it."""
        self.trail: list[Hashable] = []
        self._plan = plan
        self._held_pools = held_pools
        self._allocated = allocated
        self._walk = self._devices()

    def extend(self) -> bool:
        """Look at one more device; False where there is none."""
        return next(self._walk, False)

    def id_of(self, index: int) -> DeviceID:
        """The device's whole name."""
        pool = self.pools[index].id
        return DeviceID(pool.driver, pool.pool, self.devices[index].name)

    def _devices(self) -> Iterator[bool]:
        behaviour = self._plan.behaviour
        for pool in self.pools_of_node:
            if pool.is_incomplete or pool.is_invalid:
                self.trail.append(("unusable", pool.is_incomplete, pool.is_invalid))
                if pool.is_invalid and not behaviour.skips_unusable_pools:
                    self._append(None, Device(), pool.slices[0], pool, NOT_HELD, is_on_node=True)
                    yield True
                if pool.is_invalid or behaviour.skips_unusable_pools:
                    self.ends.append(len(self.kinds))
                    continue
            yield from self._devices_of(pool)
            self.ends.append(len(self.kinds))
        self.trail.append(None)

    def _devices_of(self, pool: Pool) -> Iterator[bool]:
        kind_of, known = self._plan.kinds.kind_of, self._plan.kinds.known_of
        is_held = pool.id in self._held_pools
        for slice_ in pool.slices:
            self._note_counters(pool, slice_)
            is_selective = bool(slice_.spec.per_device_node_selection)
            kinds = known(slice_)
            for number, device in enumerate(slice_.spec.devices):
                kind = kinds[number] if kinds else kind_of(slice_, device)
                held = held_of(self._allocated, pool.id.driver, pool.id.pool, device) if is_held else NOT_HELD
                is_on_node = device_matches_node(self.node, device) if is_selective else True
                self.trail.append(kind if held is NOT_HELD and is_on_node else (kind, held, is_on_node))
                self._append(kind, device, slice_, pool, held, is_on_node=is_on_node)
                yield True

    def _note_counters(self, pool: Pool, slice_: ResourceSlice) -> None:
        """What is left of counters is part of the trail."""
        behaviour = self._plan.behaviour
        if not behaviour.features.partitionable_devices or not (pool.counter_sets or slice_.spec.shared_counters):
            return
        if self._plan.forgets:
            return
        books = self._plan.available_counters
        scope = scope_of(pool, slice_, behaviour)
        if scope not in books:
            books[scope] = available_counters(pool, slice_, self._allocated, behaviour)
        groups = self._plan.groups_of(pool, self._allocated) if behaviour.features.compatibility_groups else None
        self.trail.append((tuple(books[scope].items()), tuple(groups.items()) if groups else None))

    def _append(self, kind: DeviceKind | None, device: Device, slice_: ResourceSlice, pool: Pool, held: Held, *, is_on_node: bool) -> None:
        self.kinds.append(kind)
        self.devices.append(device)
        self.slices.append(slice_)
        self.pools.append(pool)
        self.held.append(held)
        self.is_on_node.append(is_on_node)


def slices_met(pools: Iterable[Pool], behaviour: Behaviour) -> Iterator[tuple[Pool, ResourceSlice]]:
    """The slices whose devices a search meets, with their pools, in its order."""
    for pool in pools:
        is_usable = not pool.is_incomplete and not pool.is_invalid
        if is_usable or (not pool.is_invalid and not behaviour.skips_unusable_pools):
            yield from ((pool, slice_) for slice_ in pool.slices)


def held_of(allocated: AllocatedState, driver: str, pool: str, device: Device) -> Held:
    """What other claims have of a device."""
    id_ = DeviceID(driver, pool, device.name)
    capacity = allocated.aggregated_capacity.get(id_)
    is_exclusive, is_shared = id_ in allocated.devices, id_ in allocated.shared_devices
    if not is_exclusive and not is_shared and capacity is None:
        return NOT_HELD
    if is_exclusive and not is_shared and capacity is None:
        return _HELD_WHOLE
    amounts = tuple((name, nanos(amount)) for name, amount in (capacity or {}).items())
    return Held(is_exclusive, is_shared, capacity is not None, amounts)
