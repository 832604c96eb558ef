"""Inventory → the feature gates in force: the release's defaults, what the objects show, and what the user says.

No API tells a scheduler's gates. But an API server drops the fields of features that are off, so a field that is there shows its gate on;
1.34 forgets to drop two of them. Upstream: ``pkg/registry/resource/*/strategy.go``.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.releases.features import enabled_gates, gates_of
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.api.resource import Device, DeviceClass, DeviceRequest, ResourceClaim, ResourceSlice
    from kubectl_dra.inventory.inventory import Inventory

_FIRST_THAT_DROPS_ALL = Release(1, 35)
"""1.34 keeps tolerations and ``distinctAttribute`` whatever its gates."""

_ASSUMED = frozenset({"AllAlpha", "AllBeta"})


def gates_in_force(inventory: Inventory, *, by_slices: frozenset[str] | None = None) -> frozenset[str]:
    """The gates that are on, as far as it can be known; what the user sets by hand counts most.

    ``by_slices`` is what :func:`gates_shown_by` says of the inventory's slices, where it was asked before.
    """
    enabled = enabled_gates(inventory.release, inventory.feature_gates)
    off = _open_questions(inventory, enabled)
    if by_slices is None:
        return enabled | gates_shown(inventory, off=off)
    return enabled | gates_shown(msgspec.structs.replace(inventory, resource_slices=()), off=off) | (by_slices & off)


def gates_shown_by(slices: Iterable[ResourceSlice]) -> frozenset[str]:
    """The gates that must be on for these slices to be as they are."""
    return frozenset(_gates_of_slices(slices))


def gates_shown(inventory: Inventory, off: frozenset[str]) -> frozenset[str]:
    """Those of the gates ``off`` that objects in the inventory show to be on."""
    shown: set[str] = set()
    for gate in _evidence(inventory) if off else ():
        if gate in off:
            shown.add(gate)
    return frozenset(shown)


def _open_questions(inventory: Inventory, enabled: frozenset[str]) -> frozenset[str]:
    """Gates of the release that are off by default, and of which the user says nothing."""
    if _ASSUMED & inventory.feature_gates.keys():
        return frozenset()
    return frozenset(gates_of(inventory.release)) - enabled - inventory.feature_gates.keys()


def _evidence(inventory: Inventory) -> Iterator[str]:
    """The gate behind every field that is there, with repetitions."""
    forgets = inventory.release < _FIRST_THAT_DROPS_ALL
    # A DeviceTaintRule needs its API version to be served, whatever the gate; conditions come from the controller, which needs the gate.
    if any(rule.status.conditions for rule in inventory.device_taint_rules.values()):
        yield "DRADeviceTaintRules"
    yield from _gates_of_slices(inventory.resource_slices)
    for device_class in inventory.device_classes.values():
        yield from _gates_of_class(device_class)
    for claim in inventory.resource_claims.values():
        yield from _gates_of_allocation(claim)
    claim_specs = (claim.spec for claim in inventory.resource_claims.values())
    template_specs = (template.spec.spec for template in inventory.resource_claim_templates.values())
    for spec in (*claim_specs, *template_specs):
        yield from _gates_of_requests(spec.devices.requests, forgets=forgets)
        if not forgets and any(constraint.distinct_attribute for constraint in spec.devices.constraints):
            yield "DRAConsumableCapacity"


def _gates_of_slices(slices: Iterable[ResourceSlice]) -> Iterator[str]:
    specs = [slice_.spec for slice_ in slices]
    if any(spec.shared_counters or spec.per_device_node_selection for spec in specs):
        yield "DRAPartitionableDevices"
    if any(spec.partition_type_attribute for spec in specs):
        yield "DRAPartitionableDevicesType"
    if any(spec.skip_node_operations for spec in specs):
        yield "DRAOptionalNodeOperations"
    yield from _gates_of_devices([device for spec in specs for device in spec.devices])


def _gates_of_devices(devices: Sequence[Device]) -> Iterator[str]:
    # Field by field, since there may be 40,000 devices with half a million attributes.
    for field, gate in _GATES_OF_FIELDS:
        if any(map(field, devices)):
            yield gate
    if any(entry.compatibility_groups for consumption in map(_COUNTERS, devices) if consumption for entry in consumption):
        yield "DRADeviceCompatibilityGroups"
    unusual = [
        attribute
        for device in devices
        for attribute in device.attributes.values()
        if attribute.string is None and attribute.int_ is None and attribute.version is None and attribute.bool_ is None
    ]
    if any(isinstance(attribute.value, tuple) for attribute in unusual):
        yield "DRAListTypeAttributes"


_COUNTERS = attrgetter("consumes_counters")
_GATES_OF_FIELDS = (
    (_COUNTERS, "DRAPartitionableDevices"),
    (attrgetter("allow_multiple_allocations"), "DRAConsumableCapacity"),
    (attrgetter("taints"), "DRADeviceTaints"),
    (attrgetter("binding_conditions"), "DRADeviceBindingConditions"),
    (attrgetter("node_allocatable_resources"), "DRANodeAllocatableResources"),
    (attrgetter("node_allocatable_resource_mappings"), "DRANodeAllocatableResources"),
)


def _gates_of_class(device_class: DeviceClass) -> Iterator[str]:
    if device_class.spec.extended_resource_name:
        yield "DRAExtendedResource"


def _gates_of_allocation(claim: ResourceClaim) -> Iterator[str]:
    for result in claim.status.allocation.devices.results if claim.status.allocation else ():
        if result.share_id:
            yield "DRAConsumableCapacity"
        if result.binding_conditions:
            yield "DRADeviceBindingConditions"
        if result.skip_node_operations:
            yield "DRAOptionalNodeOperations"


def _gates_of_requests(requests: Iterable[DeviceRequest], *, forgets: bool) -> Iterator[str]:
    for request in requests:
        for wanted in (request.exactly,) if request.exactly else request.first_available:
            if wanted.capacity:
                yield "DRAConsumableCapacity"
            if wanted.tolerations and not forgets:
                yield "DRADeviceTaints"
            if wanted.derived_attributes:
                yield "DRADerivedAttributes"
