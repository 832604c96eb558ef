"""Inventory → the feature gates in force: the release's defaults, what the objects show, and what the user says.

No API tells a scheduler's gates. But an API server drops the fields of features that are off, so a field that is there shows its gate on;
1.34 forgets to drop two of them. Upstream: ``pkg/registry/resource/*/strategy.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.releases.features import enabled_gates, gates_of
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

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
    return frozenset(gate for slice_ in slices for gate in _gates_of_slice(slice_))


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
    for slice_ in inventory.resource_slices:
        yield from _gates_of_slice(slice_)
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


def _gates_of_slice(slice_: ResourceSlice) -> Iterator[str]:
    spec = slice_.spec
    if spec.shared_counters or spec.per_device_node_selection:
        yield "DRAPartitionableDevices"
    if spec.partition_type_attribute:
        yield "DRAPartitionableDevicesType"
    if spec.skip_node_operations:
        yield "DRAOptionalNodeOperations"
    for device in spec.devices:
        yield from _gates_of_device(device)


def _gates_of_device(device: Device) -> Iterator[str]:
    if device.consumes_counters:
        yield "DRAPartitionableDevices"
        if any(consumption.compatibility_groups for consumption in device.consumes_counters):
            yield "DRADeviceCompatibilityGroups"
    if device.allow_multiple_allocations:
        yield "DRAConsumableCapacity"
    if device.taints:
        yield "DRADeviceTaints"
    if device.binding_conditions:
        yield "DRADeviceBindingConditions"
    if device.node_allocatable_resources or device.node_allocatable_resource_mappings:
        yield "DRANodeAllocatableResources"
    # Written out because 40,000 devices have half a million attributes.
    for attribute in device.attributes.values():
        is_plain = (
            attribute.string is not None or attribute.int_ is not None or attribute.version is not None or attribute.bool_ is not None
        )
        if not is_plain and isinstance(attribute.value, tuple):
            yield "DRAListTypeAttributes"
            return


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
