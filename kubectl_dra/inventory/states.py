"""Inventory → Hardware: every published device, whether it can be had, and who has it.

A device's states are those of ``State`` that apply, in that order; the first is what a table shows.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal, TypeAlias

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Node
from kubectl_dra.api.meta import ObjectMeta
from kubectl_dra.api.source import UnreadReason
from kubectl_dra.apimachinery.quantity import Quantity, from_int, read_quantity
from kubectl_dra.inventory.allocated import AllocatedState, allocated_state
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.inventory.pools import PoolID, PoolOverview, PoolsUnreadable, SliceIndex, gather_pools, overview_of_pools
from kubectl_dra.inventory.taints import slices_with_taints
from kubectl_dra.releases.behaviour import behaviour_with_gates

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kubectl_dra.api.resource import Device, DeviceCapacity, DeviceTaint, ResourceSlice
    from kubectl_dra.inventory.allocated import Holder
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.releases.behaviour import Behaviour

State: TypeAlias = Literal["unknown", "not offered", "used", "full", "blocked", "tainted", "shared", "free"]
"""``unknown``: claims could not be read, or, of a device that could be had else, taint rules; ``not offered``: the scheduler passes the
pool over; ``full`` and ``shared``: of a device for many claims; ``blocked``: others have spent the counters that it needs."""

STATES: tuple[State, ...] = ("unknown", "not offered", "used", "full", "blocked", "tainted", "shared", "free")

WithheldBecause: TypeAlias = Literal["older generation", "incomplete pool", "invalid pool", "no pool"]


class Withheld(msgspec.Struct, frozen=True, kw_only=True):
    """Why the devices of a slice are not offered.

    ``generation`` is the pool's newest one; ``slices`` and ``expected_slices`` count it; ``invalid_reason`` is upstream's text.
    """

    because: WithheldBecause
    generation: int = 0
    slices: int = 0
    expected_slices: int = 0
    invalid_reason: str = ""


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """A counter of which a device needs more than others have left."""

    counter_set: str
    counter: str
    wanted: Quantity
    left: Quantity
    total: Quantity


class PublishedDevice(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One device as a slice publishes it, with the taints of rules, and what became of it."""

    slice_: ResourceSlice
    device: Device
    states: tuple[State, ...]
    holders: tuple[Holder, ...] = ()
    """The claims whose allocation has the device, those with admin access included."""
    withheld: Withheld | None = None
    shortages: tuple[Shortage, ...] = ()
    consumed: Mapping[str, Quantity] = MappingProxyType({})
    """Of a device for many claims: what they consume of each capacity."""

    @property
    def id(self) -> DeviceID:
        """Driver, pool and device."""
        return DeviceID(self.slice_.spec.driver, pool_name(self.slice_), self.device.name)

    @property
    def state(self) -> State:
        """The first state that applies."""
        return self.states[0]

    @property
    def state_without_rules(self) -> State:
        """The first state that applies where taint rules that could not be read are passed over; ``unknown`` where claims could not be."""
        return self.states[1] if self.states in {("unknown", "free"), ("unknown", "shared")} else self.states[0]


class Hardware(msgspec.Struct, frozen=True, kw_only=True):
    """All pools and all devices of a cluster; devices by driver, pool and name, in the order in which people count."""

    pools: tuple[PoolOverview, ...]
    without_pool: tuple[ResourceSlice, ...]
    """Slices from files that name no pool; no API server stores one."""
    devices: tuple[PublishedDevice, ...]
    allocated: AllocatedState
    behaviour: Behaviour


def observe(inventory: Inventory) -> Hardware:
    """The hardware of a cluster, as the release's scheduler sees it."""
    behaviour = behaviour_with_gates(inventory.release, inventory.feature_gates)
    slices = slices_with_taints(inventory)
    pooled = [slice_ for slice_ in slices if slice_.spec.pool is not None]
    without_pool = tuple(sorted((slice_ for slice_ in slices if slice_.spec.pool is None), key=lambda slice_: slice_.metadata.name))
    pools = tuple(sorted(overview_of_pools(pooled, behaviour), key=lambda pool: (pool.id.driver, in_counting_order(pool.id.pool))))
    claims = [claim for _, claim in sorted(inventory.resource_claims.items())]
    allocated = allocated_state(claims, consumable_capacity=behaviour.features.consumable_capacity)
    survey = _Survey(inventory, allocated, behaviour)
    devices: list[PublishedDevice] = []
    for pool in pools:
        devices += survey.devices_of_pool(pool)
    if without_pool:
        devices += [device for slice_ in without_pool for device in survey.devices_of_slice(slice_, Withheld(because="no pool"))]
        devices.sort(key=lambda device: (device.slice_.spec.driver, in_counting_order(pool_name(device.slice_))))
    return Hardware(pools=pools, without_pool=without_pool, devices=tuple(devices), allocated=allocated, behaviour=behaviour)


def _hides_rules(inventory: Inventory, behaviour: Behaviour) -> bool:
    """Whether there may be taint rules that the server does not show, and that the scheduler heeds."""
    hidden = (one.reason in {UnreadReason.FORBIDDEN, UnreadReason.FAILED} for one in inventory.unread_of(kinds.DEVICE_TAINT_RULE))
    return behaviour.features.device_taints and any(hidden)


def pool_name(slice_: ResourceSlice) -> str:
    """The name of the slice's pool; empty where it names none."""
    return slice_.spec.pool.name if slice_.spec.pool is not None else ""


@lru_cache(maxsize=65536)
def in_counting_order(name: str) -> tuple[str | int, ...]:
    """A sort key that puts ``gpu-2`` before ``gpu-10``: texts, and between them numbers."""
    parts: list[str | int] = _NUMBER.split(name)
    parts[1::2] = map(int, parts[1::2])
    return tuple(parts)


_NUMBER = re.compile(r"([0-9]{1,18})")


@lru_cache(maxsize=1024)
def _are_in_counting_order(names: tuple[str, ...]) -> bool:
    return all(first <= second for first, second in pairwise(map(in_counting_order, names)))


def blocking_taints(device: Device, behaviour: Behaviour) -> tuple[DeviceTaint, ...]:
    """The device's taints that keep claims without a toleration away."""
    if behaviour.any_taint_effect:
        return device.taints
    return tuple(taint for taint in device.taints if taint.effect in {"NoSchedule", "NoExecute"})


class _Survey:
    """What is the same for every device: who holds what, and how this release decides."""

    def __init__(self, inventory: Inventory, allocated: AllocatedState, behaviour: Behaviour) -> None:
        self._allocated = allocated
        self._behaviour = behaviour
        self._nodes = inventory.nodes
        self._claims_known = inventory.knows(kinds.RESOURCE_CLAIM)
        self._rules_known = not _hides_rules(inventory, behaviour)
        self._held_pools = {PoolID(id_.driver, id_.pool) for id_ in allocated.holders}
        self._plain: tuple[State, ...] = self._doubted(("free",)) if self._claims_known else ("unknown",)

    def devices_of_pool(self, pool: PoolOverview) -> list[PublishedDevice]:
        """Every device of the newest generation, then those of older ones."""
        withheld = _withheld(pool, self._behaviour)
        if withheld is None and not pool.older_slices:
            if len(pool.slices) == 1 and not pool.slices[0].spec.shared_counters and pool.id not in self._held_pools:
                return self._untouched(pool.slices[0])
            return self._in_order([(slice_, None) for slice_ in pool.slices], _Counters(pool, self._allocated, self._behaviour))
        counters = _Counters(pool, self._allocated, self._behaviour)
        views = _NodeViews(pool, self._nodes, self._behaviour)
        replaced = Withheld(because="older generation", generation=pool.generation)
        older = sorted(pool.older_slices, key=lambda slice_: slice_.metadata.name)
        devices = self._in_order([(slice_, views.withheld(slice_, withheld)) for slice_ in pool.slices], counters)
        return devices + self._in_order([(slice_, views.withheld(slice_, replaced)) for slice_ in older], None)

    def devices_of_slice(self, slice_: ResourceSlice, withheld: Withheld) -> list[PublishedDevice]:
        """Every device of a slice that is in no pool."""
        return self._in_order([(slice_, withheld)], None)

    def _untouched(self, slice_: ResourceSlice) -> list[PublishedDevice]:
        """The devices of a pool of one slice, nothing of which is held: that is most of a large cluster."""
        devices: Sequence[Device] = slice_.spec.devices
        if not _are_in_counting_order(tuple([device.name for device in devices])):
            devices = sorted(devices, key=lambda device: in_counting_order(device.name))
        plain = self._plain
        return [
            self._published(slice_, device, None, None) if device.taints else PublishedDevice(slice_=slice_, device=device, states=plain)
            for device in devices
        ]

    def _in_order(self, slices: Sequence[tuple[ResourceSlice, Withheld | None]], counters: _Counters | None) -> list[PublishedDevice]:
        published = [(slice_, device, withheld) for slice_, withheld in slices for device in slice_.spec.devices]
        published.sort(key=lambda entry: in_counting_order(entry[1].name))
        return [self._published(slice_, device, withheld, counters) for slice_, device, withheld in published]

    def _published(self, slice_: ResourceSlice, device: Device, withheld: Withheld | None, counters: _Counters | None) -> PublishedDevice:
        # An older generation's device of the same name is another piece of news about the one that the newest generation has.
        id_ = DeviceID(slice_.spec.driver, pool_name(slice_), device.name)
        is_replaced = withheld is not None and withheld.because in {"older generation", "no pool"}
        holders = () if is_replaced else self._allocated.holders_of(id_)
        consumed = self._allocated.aggregated_capacity.get(id_, MappingProxyType({})) if holders else MappingProxyType({})
        shortages = counters.shortages(device) if counters and device.consumes_counters and not self._is_held(id_) else ()
        use = "" if is_replaced else self._use(id_, device, consumed)
        applies = {
            "unknown": not self._claims_known and not use,
            "not offered": withheld is not None,
            "used": use == "used",
            "full": use == "full",
            "blocked": bool(shortages),
            "tainted": bool(device.taints) and bool(blocking_taints(device, self._behaviour)),
            "shared": use == "shared",
        }
        states: tuple[State, ...] = tuple(state for state in STATES if applies.get(state)) or ("free",)
        return PublishedDevice(
            slice_=slice_,
            device=device,
            states=self._doubted(states),
            holders=holders,
            withheld=withheld,
            shortages=shortages,
            consumed=consumed,
        )

    def _doubted(self, states: tuple[State, ...]) -> tuple[State, ...]:
        """``states``, behind ``unknown`` where a device could be had, were it not for rules that nobody sees."""
        return states if self._rules_known or states[0] not in {"free", "shared"} else ("unknown", *states)

    def _is_held(self, id_: DeviceID) -> bool:
        return self._allocated.is_allocated(id_)

    def _use(self, id_: DeviceID, device: Device, consumed: Mapping[str, Quantity]) -> Literal["", "used", "full", "shared"]:
        if id_ in self._allocated.devices:
            return "used"
        if not self._allocated.is_shared(id_):
            return ""
        return "full" if any(_is_spent(capacity, consumed.get(name)) for name, capacity in device.capacity.items()) else "shared"


def _withheld(pool: PoolOverview, behaviour: Behaviour) -> Withheld | None:
    if pool.invalid_reason:
        return Withheld(because="invalid pool", generation=pool.generation, invalid_reason=pool.invalid_reason)
    # 1.34 takes devices of incomplete pools all the same.
    if not pool.is_complete and behaviour.skips_unusable_pools:
        return Withheld(
            because="incomplete pool", generation=pool.generation, slices=len(pool.slices), expected_slices=pool.expected_slices
        )
    return None


class _NodeViews:
    """A pool as the scheduler sees it from single nodes: what is wrong with it as a whole need not concern a node.

    A name that stands twice matters only to nodes that see both devices, and an older generation stays in use on a node that the newer
    one does not mention, until the scheduler looks at the whole pool.
    """

    def __init__(self, pool: PoolOverview, nodes: Mapping[str, Node], behaviour: Behaviour) -> None:
        self._pool = pool
        self._nodes = nodes
        self._behaviour = behaviour
        self._index = SliceIndex((*pool.slices, *pool.older_slices))
        self._used: dict[str, int | None] = {}

    def withheld(self, slice_: ResourceSlice, for_all: Withheld | None) -> Withheld | None:
        """``for_all``, unless the node that the slice is for sees its generation, complete and valid."""
        node_name = slice_.spec.node_name
        if for_all is None or not node_name or slice_.spec.pool is None:
            return for_all
        if node_name not in self._used:
            self._used[node_name] = self._generation_used(self._nodes.get(node_name) or Node(metadata=ObjectMeta(name=node_name)))
        return None if self._used[node_name] == slice_.spec.pool.generation else for_all

    def _generation_used(self, node: Node) -> int | None:
        """The generation that is used from a node; None where the pool is passed over."""
        seen = gather_pools(self._index, node, self._behaviour)
        if isinstance(seen, PoolsUnreadable):
            return None
        usable = [pool for pool in seen if not pool.is_invalid and not (pool.is_incomplete and self._behaviour.skips_unusable_pools)]
        generations = (slice_.spec.pool.generation for pool in usable for slice_ in pool.slices if slice_.spec.pool)
        return next(generations, None)


def is_offered(device: PublishedDevice) -> bool:
    """Whether the scheduler considers the device at all."""
    return device.withheld is None


def _is_spent(capacity: DeviceCapacity, consumed: Quantity | None) -> bool:
    """Whether not even the smallest amount that may be asked for is left."""
    if consumed is None:
        return False
    left = read_quantity(capacity.value).sub(consumed)
    return left.sign <= 0 or left < smallest_amount(capacity)


def smallest_amount(capacity: DeviceCapacity) -> Quantity:
    """The least that a request may consume of a capacity; zero where nothing limits it."""
    policy = capacity.request_policy
    if policy is None:
        return _ZERO
    if policy.valid_values:
        return min(read_quantity(value) for value in policy.valid_values)
    if policy.valid_range is not None and policy.valid_range.min is not None:
        return read_quantity(policy.valid_range.min)
    return _ZERO


_ZERO = from_int(0)


class _Counters:
    """What of a pool's shared counters the held devices have left (upstream: ``checkAvailableCounters``)."""

    def __init__(self, pool: PoolOverview, allocated: AllocatedState, behaviour: Behaviour) -> None:
        self._total: dict[tuple[str, str], Quantity] = {}
        for slice_ in pool.slices:
            for counter_set in slice_.spec.shared_counters:
                for name, counter in counter_set.counters.items():
                    self._total[counter_set.name, name] = read_quantity(counter.value)
        self._left = dict(self._total)
        if self._total and allocated.holders:
            self._charge(pool, allocated, behaviour)

    def _charge(self, pool: PoolOverview, allocated: AllocatedState, behaviour: Behaviour) -> None:
        for slice_ in pool.slices:
            for device in slice_.spec.devices:
                id_ = DeviceID(pool.id.driver, pool.id.pool, device.name)
                if id_ in allocated.devices or (behaviour.counts_shared_devices and allocated.is_shared(id_)):
                    for key, amount in _needs(device):
                        if key in self._left:
                            self._left[key] = self._left[key].sub(amount)

    def shortages(self, device: Device) -> tuple[Shortage, ...]:
        """The counters of which the device needs more than is left."""
        return tuple(
            Shortage(counter_set=key[0], counter=key[1], wanted=amount, left=self._left[key], total=self._total[key])
            for key, amount in _needs(device)
            if key in self._left and self._left[key] < amount
        )


def _needs(device: Device) -> Iterator[tuple[tuple[str, str], Quantity]]:
    for consumption in device.consumes_counters:
        for name, counter in consumption.counters.items():
            yield (consumption.counter_set, name), read_quantity(counter.value)
