"""Slices, claims → the obstacles that there are: what could be taken away so that anything is different.

Taking away an obstacle that is not there leaves the same search, so it need not be tried, alone or beside others.
"""

from __future__ import annotations

from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.relaxation import Relaxation
from kubectl_dra.allocator.requests import views_of_claims
from kubectl_dra.inventory.pools import pool_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kubectl_dra.api.resource import Device, DeviceClass, ResourceClaim, ResourceSlice


def obstacles_of_slices(slices: Sequence[ResourceSlice]) -> frozenset[Obstacle]:
    """The obstacles that slices hold, whoever asks for what."""
    found = {Obstacle.OTHER_NODES}
    devices = [device for slice_ in slices for device in slice_.spec.devices]
    if any(map(attrgetter("taints"), devices)):
        found.add(Obstacle.TAINTS)
    if any(map(attrgetter("consumes_counters"), devices)):
        found.add(Obstacle.COUNTERS)
    if any(map(attrgetter("binding_conditions"), devices)):
        found.add(Obstacle.BINDING_CONDITIONS)
    if _have_policies(devices):
        found.add(Obstacle.REQUEST_POLICIES)
    doubtful = list(_not_plain(slices))
    for obstacle in (Obstacle.INVALID_POOLS, Obstacle.INCOMPLETE_POOLS):
        relaxed = Relaxation(frozenset({obstacle})).slices(doubtful)
        if any(changed.spec != slice_.spec for changed, slice_ in zip(relaxed, doubtful, strict=True)):
            found.add(obstacle)
    return frozenset(found)


def _not_plain(slices: Sequence[ResourceSlice]) -> Iterator[ResourceSlice]:
    """The slices of pools that may be unusable: all but lone slices that say so, without counters, their devices well named."""
    number = Counter((slice_.spec.driver, pool_of(slice_).name) for slice_ in slices)
    for slice_ in slices:
        devices, pool = slice_.spec.devices, pool_of(slice_)
        is_alone = number[slice_.spec.driver, pool.name] == pool.resource_slice_count == 1
        has_counters = slice_.spec.shared_counters or any(map(_COUNTERS, devices))
        if not is_alone or has_counters or len(set(map(_NAME, devices))) < len(devices):
            yield slice_


_NAME, _COUNTERS, _POLICY = attrgetter("name"), attrgetter("consumes_counters"), attrgetter("request_policy")


def _have_policies(devices: Sequence[Device]) -> bool:
    return any(map(_POLICY, [entry for device in devices for entry in device.capacity.values()]))


def obstacles_of_claims(claims: Sequence[ResourceClaim], classes: Mapping[str, DeviceClass]) -> frozenset[Obstacle]:
    """The obstacles that lie in what is asked for, selectors of the classes included."""
    views = list(views_of_claims(claims))
    named = [classes[view.device_class_name] for view in views if view.device_class_name in classes]
    there = {
        Obstacle.OTHER_CLAIMS: len(claims) > 1,
        Obstacle.CONSTRAINTS: any(claim.spec.devices.constraints for claim in claims),
        Obstacle.OTHER_REQUESTS: any(claim.spec.devices.constraints or len(claim.spec.devices.requests) > 1 for claim in claims),
        Obstacle.CLASS_SELECTORS: any(class_.spec.selectors for class_ in named),
        Obstacle.REQUEST_SELECTORS: any(view.selectors for view in views),
        Obstacle.CAPACITY_REQUESTS: any(view.capacity_requests is not None for view in views),
        Obstacle.COUNTS: any((view.allocation_mode, view.count) != ("ExactCount", 1) for view in views),
    }
    return frozenset(obstacle for obstacle, is_there in there.items() if is_there)
