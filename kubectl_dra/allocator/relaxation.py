"""A cluster and claims with some obstacles taken away: what would be if they were not there."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeVar

from msgspec.structs import replace

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.inventory.allocated import NOTHING_ALLOCATED
from kubectl_dra.inventory.pools import PoolID, pool_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kubectl_dra.api.resource import (
        Device,
        DeviceClass,
        DeviceRequest,
        DeviceSubRequest,
        ExactDeviceRequest,
        ResourceClaim,
        ResourceSlice,
    )
    from kubectl_dra.inventory.allocated import AllocatedState

Wish = TypeVar("Wish", "ExactDeviceRequest", "DeviceSubRequest")


class Relaxation:
    """What is left of slices, classes, allocated state and claims without some obstacles."""

    def __init__(self, obstacles: frozenset[Obstacle]) -> None:
        self._obstacles = obstacles

    def allocated(self, allocated: AllocatedState) -> AllocatedState:
        """Nothing held by others."""
        return NOTHING_ALLOCATED if Obstacle.IN_USE in self._obstacles else allocated

    def classes(self, classes: Mapping[str, DeviceClass]) -> Mapping[str, DeviceClass]:
        """Classes that select everything."""
        if Obstacle.CLASS_SELECTORS not in self._obstacles:
            return classes
        return MappingProxyType({name: replace(class_, spec=replace(class_.spec, selectors=())) for name, class_ in classes.items()})

    def slices(self, slices: Sequence[ResourceSlice]) -> Sequence[ResourceSlice]:
        """Slices with easier devices, complete and valid pools, for every node."""
        if Obstacle.INVALID_POOLS in self._obstacles:
            slices = _valid(slices)
        if Obstacle.INCOMPLETE_POOLS in self._obstacles:
            slices = _complete(slices)
        if not self._obstacles.isdisjoint(_OF_DEVICES):
            slices = [self._slice(slice_) for slice_ in slices]
        return slices

    def _slice(self, slice_: ResourceSlice) -> ResourceSlice:
        spec = slice_.spec
        devices = tuple(map(self._device, spec.devices))
        if Obstacle.OTHER_NODES not in self._obstacles:
            return replace(slice_, spec=replace(spec, devices=devices))
        unbound = replace(spec, devices=devices, node_name=None, node_selector=None, per_device_node_selection=None, all_nodes=True)
        return replace(slice_, spec=unbound)

    def _device(self, device: Device) -> Device:
        obstacles = self._obstacles
        if Obstacle.TAINTS in obstacles and device.taints:
            device = replace(device, taints=())
        if Obstacle.COUNTERS in obstacles and device.consumes_counters:
            device = replace(device, consumes_counters=())
        if Obstacle.BINDING_CONDITIONS in obstacles and device.binding_conditions:
            device = replace(device, binding_conditions=(), binding_failure_conditions=())
        if Obstacle.OTHER_NODES in obstacles:
            device = replace(device, node_name=None, node_selector=None, all_nodes=None)
        if Obstacle.REQUEST_POLICIES in obstacles and device.capacity:
            capacity = {name: replace(entry, request_policy=None) for name, entry in device.capacity.items()}
            device = replace(device, capacity=capacity)
        return device

    def claims(self, claims: Sequence[ResourceClaim]) -> tuple[ResourceClaim, ...]:
        """Claims that ask for less."""
        kept = claims[:1] if Obstacle.OTHER_CLAIMS in self._obstacles else claims
        return tuple(map(self._claim, kept))

    def _claim(self, claim: ResourceClaim) -> ResourceClaim:
        devices = claim.spec.devices
        requests = devices.requests
        constraints = devices.constraints
        if Obstacle.OTHER_REQUESTS in self._obstacles:
            requests, constraints = requests[:1], ()
        if Obstacle.CONSTRAINTS in self._obstacles:
            constraints = ()
        devices = replace(devices, requests=tuple(map(self._request, requests)), constraints=constraints)
        return replace(claim, spec=replace(claim.spec, devices=devices))

    def _request(self, request: DeviceRequest) -> DeviceRequest:
        exactly = self._wish(request.exactly) if request.exactly is not None else None
        return replace(request, exactly=exactly, first_available=tuple(map(self._wish, request.first_available)))

    def _wish(self, wish: Wish) -> Wish:
        if Obstacle.REQUEST_SELECTORS in self._obstacles:
            wish = replace(wish, selectors=())
        if Obstacle.CAPACITY_REQUESTS in self._obstacles:
            wish = replace(wish, capacity=None)
        if Obstacle.COUNTS in self._obstacles:
            wish = replace(wish, allocation_mode="ExactCount", count=1)
        return wish


OF_CLAIMS: Final = frozenset(
    {
        Obstacle.OTHER_CLAIMS,
        Obstacle.OTHER_REQUESTS,
        Obstacle.CONSTRAINTS,
        Obstacle.REQUEST_SELECTORS,
        Obstacle.CAPACITY_REQUESTS,
        Obstacle.COUNTS,
    }
)
"""Obstacles that lie in the claims alone; the others are the cluster's."""
OF_SLICES: Final = frozenset(Obstacle) - OF_CLAIMS - {Obstacle.IN_USE, Obstacle.CLASS_SELECTORS}
"""Obstacles that lie in slices and devices."""
_OF_DEVICES = frozenset({Obstacle.TAINTS, Obstacle.COUNTERS, Obstacle.BINDING_CONDITIONS, Obstacle.OTHER_NODES, Obstacle.REQUEST_POLICIES})


def _of_pools(slices: Iterable[ResourceSlice]) -> dict[PoolID, list[ResourceSlice]]:
    pools: dict[PoolID, list[ResourceSlice]] = {}
    for slice_ in slices:
        pools.setdefault(PoolID(slice_.spec.driver, pool_of(slice_).name), []).append(slice_)
    return pools


def _complete(slices: Sequence[ResourceSlice]) -> list[ResourceSlice]:
    """Every slice says that the slices of its generation are all there are."""
    counts: dict[tuple[PoolID, int], int] = {}
    for id_, those in _of_pools(slices).items():
        for slice_ in those:
            key = id_, pool_of(slice_).generation
            counts[key] = counts.get(key, 0) + 1
    return list(_with_counts(slices, counts))


def _with_counts(slices: Iterable[ResourceSlice], counts: Mapping[tuple[PoolID, int], int]) -> Iterator[ResourceSlice]:
    for slice_ in slices:
        pool = pool_of(slice_)
        count = counts[PoolID(slice_.spec.driver, pool.name), pool.generation]
        yield replace(slice_, spec=replace(slice_.spec, pool=replace(pool, resource_slice_count=count)))


def _valid(slices: Sequence[ResourceSlice]) -> list[ResourceSlice]:
    """Devices keep the first of their name, counter sets too, and references that lead nowhere are dropped."""
    sets: dict[PoolID, dict[str, set[str]]] = {}
    seen: dict[tuple[PoolID, int, str | None], set[str]] = {}
    kept: list[ResourceSlice] = []
    for slice_ in slices:
        pool = pool_of(slice_)
        id_ = PoolID(slice_.spec.driver, pool.name)
        known = sets.setdefault(id_, {})
        shared = tuple(entry for entry in slice_.spec.shared_counters if entry.name not in known)
        known.update({entry.name: set(entry.counters) for entry in shared})
        names = seen.setdefault((id_, pool.generation, slice_.spec.node_name), set())
        everywhere = seen.setdefault((id_, pool.generation, None), set())
        devices = {device.name: device for device in reversed(slice_.spec.devices) if device.name not in names | everywhere}
        names.update(devices)
        kept.append(replace(slice_, spec=replace(slice_.spec, devices=tuple(reversed(devices.values())), shared_counters=shared)))
    return [_with_sound_references(slice_, sets[PoolID(slice_.spec.driver, pool_of(slice_).name)]) for slice_ in kept]


def _with_sound_references(slice_: ResourceSlice, sets: Mapping[str, set[str]]) -> ResourceSlice:
    devices = tuple(
        replace(
            device,
            consumes_counters=tuple(
                entry
                for entry in device.consumes_counters
                if sets.get(entry.counter_set, set()).issuperset(entry.counters) and entry.counter_set in sets
            ),
        )
        if device.consumes_counters
        else device
        for device in slice_.spec.devices
    )
    return replace(slice_, spec=replace(slice_.spec, devices=devices))
