"""Errors of the allocator that end a pod's attempt → facts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.inventory.podclaims import pod_claims
from kubectl_dra.inventory.pools import overview_of_pools

if TYPE_CHECKING:
    from kubectl_dra.allocator.result import AllocationError
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import DeviceRequest, DeviceSubRequest, ExactDeviceRequest, ResourceClaim
    from kubectl_dra.diagnosis.collect import Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.inventory.pools import PoolOverview


_TOO_MANY = re.compile(r"adding (\d+) devices .* with (\d+) already|number of requested devices (\d+)")
"""What a claim had come to when the allocator gave up (upstream: ``allocateOne``)."""


def pool_overview(scene: Scene, name: str) -> PoolOverview | None:
    """A pool by ``DRIVER/POOL``, over the whole cluster; by its own name alone where the release writes no more."""
    pools = overview_of_pools((one for one in scene.inventory.resource_slices if one.spec.pool), scene.snapshot.behaviour)
    return next((pool for pool in pools if str(pool.id) == name), None) or next((pool for pool in pools if pool.id.pool == name), None)


def incomplete_pool(scene: Scene, error: AllocationError) -> Facts:
    """A request for all devices beside an incomplete pool."""
    return incomplete_facts(scene, error.pool, request=error.request.name if error.request else "", by_all_mode=True)


def incomplete_facts(scene: Scene, name: str, *, request: str = "", by_all_mode: bool = False) -> Facts:
    """An incomplete pool."""
    from kubectl_dra.findings import prose  # noqa: PLC0415 - one finding of many
    from kubectl_dra.findings.dra301_pool_incomplete import PoolIncomplete  # noqa: PLC0415

    pool = pool_overview(scene, name)
    driver, _, own = name.partition("/")
    slices = pool.slices if pool else ()
    newest = max((slice_.metadata.creation_timestamp for slice_ in slices), default="")
    return PoolIncomplete(
        driver=pool.id.driver if pool else driver,
        pool=pool.id.pool if pool else own,
        generation=pool.generation if pool else 0,
        slices=len(slices),
        announced=pool.expected_slices if pool else 0,
        devices=sum(len(slice_.spec.devices) for slice_ in slices),
        slice_names=tuple(slice_.metadata.name for slice_ in slices),
        newest_age=prose.age(newest, scene.inventory.now),
        request=request,
        by_all_mode=by_all_mode,
    )


def invalid_pool(scene: Scene, error: AllocationError) -> Facts:
    """An invalid pool that ends the attempt."""
    wants_all = error.request is not None and error.request.wants_all
    return invalid_facts(scene, error.pool, request=error.request.name if error.request else "", by_all_mode=wants_all, fatal=True)


def invalid_facts(scene: Scene, name: str, *, request: str = "", by_all_mode: bool = False, fatal: bool = False) -> Facts:
    """A pool that breaks its rules."""
    from kubectl_dra.findings.dra303_pool_breaks_its_rules import PoolBreaksItsRules  # noqa: PLC0415 - one finding of many

    pool = pool_overview(scene, name)
    driver, _, own = name.partition("/")
    return PoolBreaksItsRules(
        driver=pool.id.driver if pool else driver,
        pool=pool.id.pool if pool else own,
        reason=pool.invalid_reason if pool else "",
        devices=sum(len(slice_.spec.devices) for slice_ in pool.slices) if pool else 0,
        slice_names=tuple(slice_.metadata.name for slice_ in pool.slices) if pool else (),
        fatal=fatal,
        request=request,
        by_all_mode=by_all_mode,
    )


def too_many_devices(scene: Scene, pod: Pod, error: AllocationError) -> Facts:
    """More devices than a claim can hold."""
    from kubectl_dra.findings.dra106_too_many_devices_requested import TooManyDevicesRequested  # noqa: PLC0415

    claims = pod_claims(scene.inventory, pod, scene.snapshot.gates).claims
    claim = error.request.claim if error.request else next((one for one in claims if str(one.metadata.key) in error.text), claims[0])
    counts = [(request.name, _least(request)) for request in claim.spec.devices.requests]
    said = max((sum(map(int, filter(None, found))) for found in _TOO_MANY.findall(error.text)), default=0)
    return TooManyDevicesRequested(
        claim=scene.subject_of_claim(claim),
        total=max(said, sum(count for _, count in counts)),
        requests=tuple(f"{name} {count or 'all'}" for name, count in counts),
    )


def _least(request: DeviceRequest) -> int:
    wanted: tuple[ExactDeviceRequest | DeviceSubRequest, ...] = (request.exactly,) if request.exactly else request.first_available
    return min((one.count or 1 if one.allocation_mode != "All" else 0 for one in wanted), default=0)


def constraint_of_all(scene: Scene, error: AllocationError, cases: Cases) -> Facts:
    """A constraint that not all of all devices satisfy."""
    from kubectl_dra.diagnosis.constraining import constraint_facts  # noqa: PLC0415 - one way only

    with_devices = next((case for case in cases.judged if case.error is not None), cases.judged[0])
    return constraint_facts(scene, with_devices, cases) or not_understood_claim(scene, with_devices.claims[0], error.text)


def not_understood(scene: Scene, pod: Pod, error: AllocationError) -> Facts:
    """An error that has no finding of its own, in the scheduler's words."""
    if error.request:
        return not_understood_claim(scene, error.request.claim, error.text)
    from kubectl_dra.findings.dra119_request_not_understood import RequestNotUnderstood  # noqa: PLC0415

    return RequestNotUnderstood(claim=subject_of_pod(pod), scheduler_text=error.text)


def not_understood_claim(scene: Scene, claim: ResourceClaim, text: str) -> Facts:
    """An error about a claim, in the scheduler's words."""
    from kubectl_dra.findings.dra119_request_not_understood import RequestNotUnderstood  # noqa: PLC0415 - one finding of many

    return RequestNotUnderstood(claim=scene.subject_of_claim(claim), scheduler_text=text)
