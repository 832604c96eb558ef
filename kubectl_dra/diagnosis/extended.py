"""Extended resources → facts: nothing backs them, or a device plugin stands before the DRA devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator.result import Allocation
from kubectl_dra.allocator.search import allocate
from kubectl_dra.diagnosis import changes
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.inventory.podclaims import extended_resource_requests, wanted_extended_resources, with_requests
from kubectl_dra.inventory.podrequests import IMPLICIT_PREFIX
from kubectl_dra.scheduler.reasons import ResourcesInsufficient

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import DeviceClass
    from kubectl_dra.diagnosis.causes import WayOut
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.dra115_extended_resource_unknown import ExtendedResourceUnknown
    from kubectl_dra.findings.finding import Change, Facts
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scheduler.dynamicresources import PodDevices


GATE = "DRAExtendedResource"


def unknown_resources(scene: Scene, pod: Pod) -> tuple[Facts, ...]:
    """The same, after the feature whose fields the API server dropped from the class that was to stand for it."""
    unknown = unknown_resource(scene, pod)
    if unknown is None:
        return ()
    from kubectl_dra.diagnosis.dropped_fields import lost_mapping  # noqa: PLC0415 - seldom needed

    return (*lost_mapping(scene, unknown.resource), unknown)


def unknown_resource(scene: Scene, pod: Pod) -> ExtendedResourceUnknown | None:
    """An extended resource of the pod that no class stands for and no node offers; None where each has a source."""
    offered = scene.offered_resources
    for resource, amount in wanted_extended_resources(pod, scene.snapshot.release).items():
        if resource in scene.snapshot.backing_classes or resource in offered:
            continue
        from kubectl_dra.findings.dra115_extended_resource_unknown import ExtendedResourceUnknown  # noqa: PLC0415

        container, path = _place(pod, resource)
        named = resource.removeprefix(IMPLICIT_PREFIX) if resource.startswith(IMPLICIT_PREFIX) else ""
        mapped = tuple(
            sorted(one.spec.extended_resource_name for one in scene.inventory.device_classes.values() if one.spec.extended_resource_name)
        )
        plugins = tuple(sorted(name for name in offered if "/" in name))
        classes = _classes_for(scene, resource)
        return ExtendedResourceUnknown(
            pod=subject_of_pod(pod),
            container=container,
            resource=resource,
            amount=str(amount),
            mapped=mapped,
            offered=plugins,
            nearest=nearest(named, tuple(sorted(scene.inventory.device_classes))) if named else nearest(resource, (*mapped, *plugins)),
            class_named=named,
            field_path=path,
            class_candidates=tuple(one.metadata.name for one in classes),
            change=changes.class_changed(classes[0], extended_resource_name=resource) if len(classes) == 1 else None,
            feature_off=GATE not in scene.snapshot.gates,
        )
    return None


def _place(pod: Pod, resource: str) -> tuple[str, str]:
    for index, container in enumerate(pod.spec.containers):
        if resource in container.resources.requests:
            return container.name, f"spec.containers[{index}].resources.requests[{resource}]"
    return "", "spec.containers[0].resources.requests"


def _classes_for(scene: Scene, resource: str) -> list[DeviceClass]:
    """Classes without a resource of their own whose name has the resource's domain, ``gpu.nvidia.com`` for ``nvidia.com/gpu``."""
    domain, _, name = resource.partition("/")
    exact = [one for one in scene.inventory.device_classes.values() if one.metadata.name == f"{name}.{domain}"]
    alike = [one for one in scene.inventory.device_classes.values() if one.metadata.name.endswith(domain)]
    return [one for one in exact or alike if not one.spec.extended_resource_name]


def extended_facts(scene: Scene, pod: Pod, devices: PodDevices, cases: Cases, ways: Sequence[WayOut]) -> tuple[Facts, ...]:
    """Nodes whose device plugin counts the resource, and whose DRA devices would do; nothing where there are none."""
    if unknown := unknown_resources(scene, pod):
        return unknown
    if devices.special is None:
        return ()
    for resource, amount in devices.wanted.items():
        hidden = [case for case in cases.judged if _is_counted_by_plugin(case, resource)]
        helped = [case for case in hidden if len(case.refusals) == 1 and _fits_by_dra(scene, devices, case, resource)]
        if helped:
            return _plugin_first(scene, pod, resource, amount, helped, ways)
    return ()


def _is_counted_by_plugin(case: Case, resource: str) -> bool:
    refused = any(isinstance(one, ResourcesInsufficient) and [short.name for short in one.shortages] == [resource] for one in case.refusals)
    return refused and str(case.node.status.allocatable.get(resource, "0")) != "0"


def _fits_by_dra(scene: Scene, devices: PodDevices, case: Case, resource: str) -> bool:
    if devices.special is None or resource not in scene.snapshot.backing_classes:
        return False
    requests = extended_resource_requests(devices.pod, [resource], scene.snapshot.backing_classes, scene.snapshot.release)
    unallocated = tuple(claim for claim in devices.claims if claim.status.allocation is None)
    claims = (*unallocated, with_requests(devices.special, requests))
    return isinstance(allocate(claims, case.node, scene.snapshot.context), Allocation)


def _plugin_first(scene: Scene, pod: Pod, resource: str, amount: int, helped: Sequence[Case], ways: Sequence[WayOut]) -> tuple[Facts, ...]:
    from kubectl_dra.diagnosis.nodes import node_facts  # noqa: PLC0415 - one finding of many
    from kubectl_dra.findings.dra116_extended_resource_from_device_plugin import ExtendedResourceFromDevicePlugin  # noqa: PLC0415

    shortage = next(short for one in helped[0].refusals if isinstance(one, ResourcesInsufficient) for short in one.shortages)
    class_name = scene.snapshot.backing_classes[resource].metadata.name
    nodes = tuple(name for case in helped for name in case.nodes)
    free = sum(
        1
        for id_, (slice_, _) in scene.published.items()
        if slice_.spec.node_name in nodes and not scene.snapshot.context.allocated.is_allocated(id_)
    )
    facts = ExtendedResourceFromDevicePlugin(
        pod=subject_of_pod(pod),
        resource=resource,
        amount=amount,
        class_name=class_name,
        nodes=nodes,
        allocatable=shortage.capacity,
        in_use=shortage.used,
        free_devices=free,
        field_path=_place(pod, resource)[1],
        change=_without_plugin(nodes[0], resource),
    )
    others = [way for way in ways if not way.asks_for_less and way.case not in helped and not way.obstacles and way.size == 1]
    return (facts, *(node_facts(scene, pod, [way.case], way.plugins[0]) for way in others[:1]))


def _without_plugin(node_name: str, resource: str) -> Change:
    import msgspec  # noqa: PLC0415 - seldom needed

    from kubectl_dra.inventory.whatif import with_objects  # noqa: PLC0415 - seldom needed

    def change(inventory: Inventory) -> Inventory:
        node = inventory.nodes[node_name]
        kept: Mapping[str, object] = {name: amount for name, amount in node.status.allocatable.items() if name != resource}
        return with_objects(inventory, msgspec.structs.replace(node, status=msgspec.structs.replace(node.status, allocatable=kept)))

    return change
