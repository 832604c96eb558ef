"""Fields that the API server dropped → the feature that is off, where that is what stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.diagnosis import matrix
from kubectl_dra.diagnosis.dropped import losses
from kubectl_dra.releases.features import gates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.api.resource import ResourceClaim, ResourceClaimTemplate, ResourceSlice
    from kubectl_dra.diagnosis.collect import Cases
    from kubectl_dra.diagnosis.dropped import Loss
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts

_BEARS_ON: dict[str, frozenset[Obstacle]] = {
    "DRAConsumableCapacity": frozenset(
        {Obstacle.IN_USE, Obstacle.CAPACITY_REQUESTS, Obstacle.REQUEST_POLICIES, Obstacle.CONSTRAINTS, Obstacle.COUNTS}
    ),
    "DRADeviceTaints": frozenset({Obstacle.TAINTS}),
    "DRAPartitionableDevices": frozenset({Obstacle.COUNTERS, Obstacle.IN_USE, Obstacle.OTHER_NODES}),
    "DRAAdminAccess": frozenset({Obstacle.IN_USE, Obstacle.COUNTS}),
    "DRADeviceBindingConditions": frozenset({Obstacle.BINDING_CONDITIONS}),
    "DRAPrioritizedList": frozenset(Obstacle),
    "DRAListTypeAttributes": frozenset({Obstacle.CLASS_SELECTORS, Obstacle.REQUEST_SELECTORS, Obstacle.CONSTRAINTS}),
    "DRADerivedAttributes": frozenset({Obstacle.CONSTRAINTS}),
}
_SO = {
    "DRAConsumableCapacity": "a device goes to one claim as a whole, whatever amount was asked for",
    "DRADeviceTaints": "tolerations are not there, so every taint keeps the devices away",
    "DRAPrioritizedList": "the request has no alternative left",
    "DRAExtendedResource": "no class stands for the extended resource, and only device plugins can offer it",
    "DRAAdminAccess": "the request wants devices for itself",
}


def dropped_facts(scene: Scene, claims: Sequence[ResourceClaim], cases: Cases, obstacles: Sequence[Obstacle]) -> tuple[Facts, ...]:
    """The feature whose fields were dropped from the pod's claims, their templates or these slices; nothing where none bears on it."""
    found = [loss for loss in _losses(scene, claims, cases) if set(obstacles) & _BEARS_ON.get(loss.gate, frozenset())]
    return _dropped(scene, [loss for loss in found if not _asks_for_less_now(loss) or any(map(_is_of_slice, found))])


def lost_mapping(scene: Scene, resource: str) -> tuple[Facts, ...]:
    """A class that was applied with this extended resource and is stored without; nothing where there is none."""
    found = losses(scene, scene.inventory.device_classes.values())
    return _dropped(scene, [loss for loss in found if loss.path == "spec.extendedResourceName" and loss.value == f'"{resource}"'])


def _is_of_slice(loss: Loss) -> bool:
    return loss.object.kind == "ResourceSlice"


def _dropped(scene: Scene, found: Sequence[Loss]) -> tuple[Facts, ...]:
    if not found:
        return ()
    from kubectl_dra.findings.dra604_fields_dropped import DroppedField, FieldsDropped  # noqa: PLC0415 - one finding of many

    gate = found[0].gate
    same = sorted((loss for loss in found if loss.gate == gate), key=lambda loss: not _is_of_slice(loss))
    known = gates_of(scene.snapshot.release).get(gate)
    return (
        FieldsDropped(
            gate=gate,
            fields=tuple(DroppedField(object=str(loss.object), field=loss.path, value=loss.value) for loss in same),
            about=same[0].object.at(same[0].path),
            consequence=_SO.get(gate, ""),
            default_off=known is not None and not known.default,
        ),
    )


def _losses(scene: Scene, claims: Sequence[ResourceClaim], cases: Cases) -> Iterator[Loss]:
    yield from losses(scene, claims)
    yield from losses(scene, _templates(scene, claims))
    if scene.has_applied_slices:
        yield from losses(scene, _slices(cases))


def _templates(scene: Scene, claims: Sequence[ResourceClaim]) -> Iterator[ResourceClaimTemplate]:
    for claim in claims:
        source = scene.written_in(claim)
        template = scene.inventory.resource_claim_templates.get(NamespacedName(source.namespace, source.name))
        if source.kind == "ResourceClaimTemplate" and template is not None:
            yield template


def _asks_for_less_now(loss: Loss) -> bool:
    """Whether what was dropped is an amount that a claim asked for: without it more devices do, so it keeps none away by itself."""
    return loss.gate == "DRAConsumableCapacity" and loss.object.kind != "ResourceSlice"


def _slices(cases: Cases) -> Iterator[ResourceSlice]:
    """The slices of devices that a request of the pod selects."""
    seen: set[str] = set()
    for one in cases.examinations():
        slice_ = one.candidate.slice_
        if slice_.metadata.name not in seen and matrix.passes_selectors(one):
            seen.add(slice_.metadata.name)
            yield slice_
