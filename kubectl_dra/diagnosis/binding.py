"""A claim that is allocated and reserved for a pod without a node → what binding waits for, or why it failed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubectl_dra.diagnosis.rights import missing_driver_right
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.findings import prose
from kubectl_dra.inventory.inventory import DeviceID

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.meta import Condition
    from kubectl_dra.api.resource import DeviceRequestAllocationResult, ResourceClaim
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts

_FAILED = re.compile(r"device binding failed: claim=(?P<claim>[^,]+), reason=(?P<reason>[^,]*), message=\"(?P<said>.*?)\"")
_FAILED_BEFORE_36 = re.compile(r"claim (?P<claim>\S+) binding failed: reason=(?P<reason>[^,]*), message=\"(?P<said>.*?)\"")
_TIMED_OUT = re.compile(r"device binding timeout(: claim=(?P<claim>\S+))?|claim (?P<old>\S+) binding timeout")


def is_reserved_for(claim: ResourceClaim, pod: Pod) -> bool:
    """Whether the claim is reserved for the pod (upstream: ``resourceclaim.IsReservedForPod``)."""
    return any(reference.uid == pod.metadata.uid and reference.resource == "pods" for reference in claim.status.reserved_for)


def binding_facts(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...]) -> tuple[Facts, ...]:
    """What keeps the pod from being bound: failure conditions, then a right that its driver lacks, then conditions that are not set."""
    waiting = [facts for claim in claims if is_reserved_for(claim, pod) for facts in _of_claim(scene, pod, claim)]
    return tuple(sorted(waiting, key=lambda facts: _RANK.get(facts.code, 9)))


_RANK = {"DRA502": 0, "DRA606": 1, "DRA501": 2}


def _of_claim(scene: Scene, pod: Pod, claim: ResourceClaim) -> Iterator[Facts]:
    for result in claim.status.allocation.devices.results if claim.status.allocation else ():
        if not result.binding_conditions:
            continue
        conditions = _conditions(claim, result)
        failed = next(
            (condition for condition in conditions if condition.type in result.binding_failure_conditions and _is_true(condition)), None
        )
        if failed:
            yield _failed(scene, pod, claim, result, failed)
            continue
        missing = tuple(name for name in result.binding_conditions if not any(one.type == name and _is_true(one) for one in conditions))
        if missing:
            yield from _pending(scene, pod, claim, result, missing, conditions)


def _conditions(claim: ResourceClaim, result: DeviceRequestAllocationResult) -> tuple[Condition, ...]:
    id_ = (result.driver, result.pool, result.device)
    return tuple(
        condition
        for status in claim.status.devices
        if (status.driver, status.pool, status.device) == id_
        for condition in status.conditions
    )


def _is_true(condition: Condition) -> bool:
    return condition.status == "True"


def _pending(
    scene: Scene,
    pod: Pod,
    claim: ResourceClaim,
    result: DeviceRequestAllocationResult,
    missing: tuple[str, ...],
    conditions: tuple[Condition, ...],
) -> Iterator[Facts]:
    from kubectl_dra.findings.dra501_binding_conditions_pending import BindingConditionsPending  # noqa: PLC0415

    device = scene.name(DeviceID(result.driver, result.pool, result.device))
    subject = scene.subject_of_claim(claim)
    since = claim.status.allocation.allocation_timestamp if claim.status.allocation else ""
    if not conditions:
        waits_for = f"binding waits for {prose.listed(missing)} of {device}"
        if rights := missing_driver_right(scene, result.driver, waits_for, subject):
            yield rights
    yield BindingConditionsPending(
        pod=subject_of_pod(pod),
        claim=subject,
        device=device,
        missing=missing,
        present=tuple(f"{condition.type}={condition.status}" for condition in conditions),
        node=pod.status.nominated_node_name or device.pool,
        waiting=prose.age(since, scene.inventory.now),
    )


def _failed(scene: Scene, pod: Pod, claim: ResourceClaim, result: DeviceRequestAllocationResult, condition: Condition) -> Facts:
    from kubectl_dra.findings.dra502_binding_condition_failed import BindingConditionFailed  # noqa: PLC0415

    return BindingConditionFailed(
        pod=subject_of_pod(pod),
        claim=scene.subject_of_claim(claim),
        device=scene.name(DeviceID(result.driver, result.pool, result.device)),
        condition=condition.type,
        reason=condition.reason,
        said=condition.message,
        node=pod.status.nominated_node_name,
        age=prose.age(condition.last_transition_time, scene.inventory.now),
    )


def failure_said(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...], said: str) -> Facts | None:
    """A binding failure or time-out in the scheduler's words about one of the pod's claims; None where it speaks of none."""
    from kubectl_dra.findings.dra502_binding_condition_failed import BindingConditionFailed  # noqa: PLC0415

    by_name = {claim.metadata.name: claim for claim in claims}
    failed = _FAILED.search(said) or _FAILED_BEFORE_36.search(said)
    timed_out = None if failed else _TIMED_OUT.search(said)
    if not failed and not timed_out:
        return None
    groups = (failed or timed_out).groupdict() if (failed or timed_out) else {}  # type: ignore[union-attr]  # one of them is there
    name = (groups.get("claim") or groups.get("old") or "").rpartition("/")[2]
    claim = by_name.get(name) or (claims[0] if claims else None)
    if claim is None:
        return None
    return BindingConditionFailed(
        pod=subject_of_pod(pod),
        claim=scene.subject_of_claim(claim),
        reason=groups.get("reason") or "",
        said=groups.get("said") or "",
        timed_out=timed_out is not None,
    )
