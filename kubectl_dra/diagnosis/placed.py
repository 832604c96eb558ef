"""A pod that has a node → what is wrong after scheduling: eviction, reservation, preparation, device status, containers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.diagnosis import chain
from kubectl_dra.diagnosis.binding import is_reserved_for
from kubectl_dra.diagnosis.clock import age_of, condition_of, plain_message, times_seen
from kubectl_dra.diagnosis.drivers import driver_pods, driver_workloads, selects
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.findings import prose
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.inventory.podclaims import PodClaims, pod_claims
from kubectl_dra.scheduler.filters import matches_node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.core import Event, Pod
    from kubectl_dra.api.meta import Condition
    from kubectl_dra.api.resource import AllocatedDeviceStatus, ResourceClaim
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.asking import DeviceName
    from kubectl_dra.findings.finding import Facts

_NOT_REGISTERED = re.compile(r"DRA driver (?P<new>\S+) is not registered|plugin name (?P<old>\S+) not found in the list of registered")
_NOT_ALLOWED = "is not allowed to use ResourceClaim"
_STILL_THERE = "previous pod force-deleted"
_DRIVER_REFUSED = re.compile(r"NodePrepareResources failed for ResourceClaim (?P<claim>\S+): (?P<said>.*)")
_UNCREATED = frozenset({"CreateContainerError", "RunContainerError", "CreateContainerConfigError", "StartError", "ContainerCannotRun"})
_GOOD_WHEN_TRUE = frozenset({"Ready", "Healthy", "Available", "Prepared"})


def placed_facts(scene: Scene, pod: Pod) -> Iterator[Facts]:
    """What is wrong with a pod that has a node, root causes before what they bring about."""
    yield from evicted_facts(scene, pod)
    found = pod_claims(scene.inventory, pod, scene.snapshot.gates)
    claims = _claims_of(scene, pod, found)
    event = None if _runs(pod) else scene.events.last("Pod", pod.metadata, "FailedPrepareDynamicResources")
    for obstacle in found.obstacles if not _runs(pod) else ():
        yield chain.facts_of(scene, pod, obstacle)
    yield from _not_reserved(scene, pod, claims, event)
    yield from _on_other_node(scene, pod, claims)
    yield from _not_prepared(scene, pod, claims, event)
    yield from _not_ready(scene, pod, claims)
    yield from _uncreated(scene, pod, claims)
    yield from forgotten_claims(scene, pod)
    yield from _offered_twice(scene, pod, claims)


def _runs(pod: Pod) -> bool:
    return pod.status.phase == "Running"


def _claims_of(scene: Scene, pod: Pod, found: PodClaims) -> tuple[ResourceClaim, ...]:
    special = pod.status.extended_resource_claim_status
    key = pod.metadata.key._replace(name=special.resource_claim_name) if special else None
    made = scene.inventory.resource_claims.get(key) if key else None
    return (*found.claims, *((made,) if made else ()))


def evicted_facts(scene: Scene, pod: Pod) -> Iterator[Facts]:
    """An eviction by a device taint that has begun or is done."""
    condition = condition_of(pod, "DisruptionTarget")
    event = scene.events.last("Pod", pod.metadata, "DeviceTaintManagerEviction")
    is_marked = condition is not None and condition.status == "True" and condition.reason == "DeletionByDeviceTaintManager"
    if not is_marked and not (event and "Cancelling" not in event.message):
        return
    from kubectl_dra.findings.dra506_pod_evicted_by_device_taint import PodEvictedByDeviceTaint  # noqa: PLC0415

    since = condition.last_transition_time if condition and is_marked else event.last_seen if event else ""
    found = pod_claims(scene.inventory, pod, scene.snapshot.gates)
    device, taint, rule = _evicting_taint(scene, found.claims)
    yield PodEvictedByDeviceTaint(
        pod=subject_of_pod(pod),
        device=scene.name(device) if device else None,
        taint=taint,
        rule=rule,
        age=prose.age(since, scene.inventory.now),
    )


def _evicting_taint(scene: Scene, claims: Iterable[ResourceClaim]) -> tuple[DeviceID | None, str, str]:
    from kubectl_dra.diagnosis.taints import rule_behind, taint_text  # noqa: PLC0415 - seldom needed

    for claim in claims:
        for result in claim.status.allocation.devices.results if claim.status.allocation else ():
            id_ = DeviceID(result.driver, result.pool, result.device)
            published = scene.published.get(id_)
            for taint in published[1].taints if published else ():
                if taint.effect == "NoExecute":
                    return id_, taint_text(taint), rule_behind(scene, id_, taint)
    return None, "", ""


def _not_reserved(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...], event: Event | None) -> Iterator[Facts]:
    bad = [claim for claim in claims if claim.status.allocation is None or not is_reserved_for(claim, pod)]
    if not bad or (_runs(pod) and not event):
        # A running pod has what it needs; reservations of finished pods go.
        return
    from kubectl_dra.findings.dra504_pod_not_reserved import PodNotReserved  # noqa: PLC0415 - one finding of many

    bound = scene.events.last("Pod", pod.metadata, "Scheduled")
    condition = condition_of(pod, "PodScheduled")
    by_hand = bound is None and (
        condition is None or not condition.last_transition_time or pod.spec.scheduler_name in ("", "default-scheduler")
    )
    for claim in bad:
        yield PodNotReserved(
            pod=subject_of_pod(pod),
            claim=scene.subject_of_claim(claim),
            node=pod.spec.node_name,
            allocated=claim.status.allocation is not None,
            by_hand=by_hand,
            scheduler=pod.spec.scheduler_name or "default-scheduler",
            kubelet_message=plain_message(event) if event else "",
            reserved_for=tuple(f"pod {other.metadata.name}" for other in scene.consumers(claim)),
        )


def _on_other_node(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Iterator[Facts]:
    node = scene.inventory.nodes.get(pod.spec.node_name)
    for claim in claims:
        allocation = claim.status.allocation
        if node is None or allocation is None or allocation.node_selector is None or matches_node(allocation.node_selector, node):
            continue
        from kubectl_dra.findings.dra207_claim_pinned_to_other_node import ClaimPinnedToOtherNode  # noqa: PLC0415

        nodes = tuple(name for name, one in scene.inventory.nodes.items() if matches_node(allocation.node_selector, one))
        yield ClaimPinnedToOtherNode(pod=subject_of_pod(pod), claim=scene.subject_of_claim(claim), nodes=nodes, bound_to=pod.spec.node_name)


def _not_prepared(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...], event: Event | None) -> Iterator[Facts]:
    message = plain_message(event) if event else ""
    unregistered = _NOT_REGISTERED.search(message)
    if unregistered:
        yield _driver_gone(scene, pod, unregistered["new"] or unregistered["old"], event)
    elif event and _STILL_THERE in message:
        yield _still_in_use(scene, pod, claims, event)
    elif event and _NOT_ALLOWED not in message:
        from kubectl_dra.findings.dra503_preparation_failed import PreparationFailed  # noqa: PLC0415 - one finding of many

        refused = _DRIVER_REFUSED.search(message)
        yield PreparationFailed(
            pod=subject_of_pod(pod),
            node=pod.spec.node_name,
            kubelet_message=message,
            age=age_of(event, scene.inventory),
            count=times_seen(event),
            driver_text=refused["said"] if refused else "",
            claim=refused["claim"] if refused else "",
        )
    elif not event and not _runs(pod) and all(is_reserved_for(claim, pod) for claim in claims):
        drivers = dict.fromkeys(
            result.driver for claim in claims if claim.status.allocation for result in claim.status.allocation.devices.results
        )
        for driver in drivers:
            if is_absent(scene, driver, pod.spec.node_name):
                yield _driver_gone(scene, pod, driver, None)


def _still_in_use(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...], event: Event) -> Facts:
    from kubectl_dra.findings.dra508_device_reused_after_force_delete import DeviceReusedAfterForceDelete  # noqa: PLC0415

    return DeviceReusedAfterForceDelete(
        pod=subject_of_pod(pod),
        claim=scene.subject_of_claim(claims[0]) if claims else subject_of_pod(pod),
        node=pod.spec.node_name,
        devices=held_devices(scene, claims),
        kubelet_message=plain_message(event),
        age=age_of(event, scene.inventory),
    )


def is_absent(scene: Scene, driver: str, node: str) -> bool:
    """Whether the driver's DaemonSet is known, has pods elsewhere or nowhere, and none on this node."""
    if not scene.inventory.knows(kinds.POD) or not driver_workloads(scene.inventory, driver):
        return False
    return not any(pod.spec.node_name == node for pod in driver_pods(scene.inventory, driver))


def _driver_gone(scene: Scene, pod: Pod, driver: str, event: Event | None) -> Facts:
    from kubectl_dra.findings.dra305_driver_not_running_on_node import DriverNotRunningOnNode  # noqa: PLC0415

    node = pod.spec.node_name
    slices = [slice_ for slice_ in scene.inventory.resource_slices if slice_.spec.driver == driver and slice_.spec.node_name == node]
    runs_on = dict.fromkeys(one.spec.node_name for one in driver_pods(scene.inventory, driver))
    workload = next(iter(driver_workloads(scene.inventory, driver)), None) if node not in runs_on else None
    wanted = selects(workload) if workload else ""
    return DriverNotRunningOnNode(
        driver=driver,
        node=node,
        devices=sum(len(slice_.spec.devices) for slice_ in slices),
        slice_name=slices[0].metadata.name if slices else "",
        pod=subject_of_pod(pod),
        kubelet_message=plain_message(event) if event else "",
        kubelet_age=age_of(event, scene.inventory) if event else "",
        workload=f"DaemonSet {workload.metadata.key}" if workload else "",
        workload_reason=f": the node lacks a label of {wanted}"
        if workload and wanted and not _has_labels(scene, node, workload.spec.template.spec.node_selector)
        else "",
        runs_on=tuple(name for name in runs_on if name != node),
    )


def _has_labels(scene: Scene, node_name: str, wanted: dict[str, str]) -> bool:
    node = scene.inventory.nodes.get(node_name)
    return node is None or wanted.items() <= node.metadata.labels.items()


def _not_ready(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Iterator[Facts]:
    for claim in claims:
        for status in claim.status.devices:
            bad = next((condition for condition in status.conditions if _is_bad(condition)), None)
            if bad and _is_allocated(claim, status):
                yield _device_not_ready(scene, pod, claim, status, bad)


def _is_bad(condition: Condition) -> bool:
    return condition.type in _GOOD_WHEN_TRUE and condition.status == "False"


def _is_allocated(claim: ResourceClaim, status: AllocatedDeviceStatus) -> bool:
    results = claim.status.allocation.devices.results if claim.status.allocation else ()
    return any((result.driver, result.pool, result.device) == (status.driver, status.pool, status.device) for result in results)


def _device_not_ready(scene: Scene, pod: Pod, claim: ResourceClaim, status: AllocatedDeviceStatus, condition: Condition) -> Facts:
    from kubectl_dra.findings.dra505_device_not_ready import DeviceNotReady  # noqa: PLC0415 - one finding of many

    return DeviceNotReady(
        claim=scene.subject_of_claim(claim),
        device=scene.name(DeviceID(status.driver, status.pool, status.device)),
        condition=condition.type,
        status=condition.status,
        reason=condition.reason,
        said=condition.message,
        age=prose.age(condition.last_transition_time, scene.inventory.now),
        pod=pod.metadata.name,
    )


def _uncreated(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Iterator[Facts]:
    for status in (*pod.status.init_container_statuses, *pod.status.container_statuses):
        waiting = status.state.waiting
        if waiting and waiting.reason in _UNCREATED and claims:
            from kubectl_dra.findings.dra507_container_creation_failed import ContainerCreationFailed  # noqa: PLC0415

            devices = tuple(str(name) for name in held_devices(scene, claims))
            yield ContainerCreationFailed(
                pod=subject_of_pod(pod), container=status.name, reason=waiting.reason, said=waiting.message, devices=devices
            )


def held_devices(scene: Scene, claims: Iterable[ResourceClaim]) -> tuple[DeviceName, ...]:
    """The devices that these claims have."""
    results = (result for claim in claims if claim.status.allocation for result in claim.status.allocation.devices.results)
    return scene.names({DeviceID(result.driver, result.pool, result.device) for result in results})


def forgotten_claims(scene: Scene, pod: Pod) -> Iterator[Facts]:
    """Entries, or requests of them, that no container lists under ``resources.claims``."""
    from kubectl_dra.findings.dra117_container_without_claim import ContainerWithoutClaim  # noqa: PLC0415 - one finding of many

    containers = (*pod.spec.containers, *pod.spec.init_containers)
    listed = [entry for container in containers for entry in container.resources.claims]
    resolved = {found.pod_claim.name: found.claim for found in pod_claims(scene.inventory, pod, scene.snapshot.gates).resolved}
    for index, entry in enumerate(pod.spec.resource_claims):
        mentions = [one for one in listed if one.name == entry.name]
        claim = resolved.get(entry.name)
        requests = _allocated_requests(claim) if claim else ()
        if mentions and any(not one.request for one in mentions):
            continue
        missing = [request for request in requests if request not in {one.request for one in mentions}] if mentions else [""]
        for request in missing:
            yield ContainerWithoutClaim(
                pod=subject_of_pod(pod),
                entry=entry.name,
                entry_index=index,
                containers=tuple(container.name for container in containers),
                devices=tuple(str(name) for name in _devices_of_request(scene, claim, request)),
                request=request,
            )


def _allocated_requests(claim: ResourceClaim) -> tuple[str, ...]:
    results = claim.status.allocation.devices.results if claim.status.allocation else ()
    return tuple(dict.fromkeys(result.request.partition("/")[0] for result in results))


def _devices_of_request(scene: Scene, claim: ResourceClaim | None, request: str) -> tuple[DeviceName, ...]:
    results = claim.status.allocation.devices.results if claim and claim.status.allocation else ()
    wanted = [result for result in results if not request or result.request.partition("/")[0] == request]
    return scene.names({DeviceID(result.driver, result.pool, result.device) for result in wanted})


def _offered_twice(scene: Scene, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Iterator[Facts]:
    """The hardware of the pod's node is handed out by a device plugin, too."""
    node = scene.inventory.nodes.get(pod.spec.node_name)
    drivers = dict.fromkeys(
        result.driver for claim in claims if claim.status.allocation for result in claim.status.allocation.devices.results
    )
    for resource, amount in node.status.allocatable.items() if node else ():
        domain = resource.partition("/")[0] if "/" in resource else ""
        driver = next((name for name in drivers if domain and (name == domain or name.endswith("." + domain))), "")
        if driver and str(amount) not in ("0", ""):
            yield _plugin_beside_driver(scene, pod, resource, str(amount), driver)


def _plugin_beside_driver(scene: Scene, pod: Pod, resource: str, amount: str, driver: str) -> Facts:
    from kubectl_dra.apimachinery.quantity import read_quantity  # noqa: PLC0415 - seldom needed
    from kubectl_dra.findings.dra306_device_plugin_beside_driver import DevicePluginBesideDriver  # noqa: PLC0415

    node = pod.spec.node_name
    slices = [slice_ for slice_ in scene.inventory.resource_slices if slice_.spec.driver == driver and slice_.spec.node_name == node]
    there = [one for one in scene.inventory.pods.values() if one.spec.node_name == node and one.status.phase not in ("Succeeded", "Failed")]
    users = [one for one in there if any(resource in container.resources.requests for container in one.spec.containers)]
    return DevicePluginBesideDriver(
        node=node,
        resource=resource,
        plugin_count=read_quantity(amount).value(),
        driver=driver,
        devices=sum(len(slice_.spec.devices) for slice_ in slices),
        plugin_users=tuple(str(one.metadata.key) for one in users),
        claim_users=tuple(str(one.metadata.key) for one in there if one.spec.resource_claims),
    )
