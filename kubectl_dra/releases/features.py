"""Release + gates set by hand → which gates are on, and the features that the allocator is given.

Upstream: ``pkg/features/kube_features.go`` of each release (stages and defaults), ``dynamicresources.go`` ``AllocatorFeatures``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from kubectl_dra.releases.release import FOLLOWED, Release, nearest_followed

if TYPE_CHECKING:
    from collections.abc import Mapping

Stage: TypeAlias = Literal["Alpha", "Beta", "GA"]

_LETTERS: Final[Mapping[str, tuple[Stage, bool, bool]]] = {
    # stage, on by default, locked
    "A": ("Alpha", False, False),
    "b": ("Beta", False, False),
    "B": ("Beta", True, False),
    "G": ("GA", True, False),
    "L": ("GA", True, True),
}

_STAGES: Final[Mapping[str, str]] = {
    # one letter a release: 1.34 1.35 1.36 1.37
    "DynamicResourceAllocation": "GLLL",
    "DRAAdminAccess": "BBLL",
    "DRAConsumableCapacity": "AABB",
    "DRADerivedAttributes": "---A",
    "DRADeviceBindingConditions": "AABB",
    "DRADeviceCompatibilityGroups": "---A",
    "DRADeviceTaintRules": "-AbG",
    "DRADeviceTaints": "AABG",
    "DRAExtendedResource": "AABL",
    "DRAFractionalCapacityRange": "---b",  # on only where all components are told that none is older (--min-compatibility-version=1.37)
    "DRAListTypeAttributes": "--AA",
    "DRANodeAllocatableResources": "--AA",
    "DRAOptionalNodeOperations": "---A",
    "DRAPartitionableDevices": "AABB",
    "DRAPartitionableDevicesType": "---A",
    "DRAPrioritizedList": "BBGL",
    "DRAResourceClaimDeviceStatus": "BBBL",
    "DRAResourceClaimGranularStatusAuthorization": "--BB",
    "DRAResourcePoolStatus": "--AA",
    "DRASchedulerFilterTimeout": "BBBB",
    "DRAWorkloadResourceClaims": "--Ab",
    "GenericWorkload": "-AAb",
    "ResourceHealthStatus": "AABB",
    "SchedulerPreQueueingHints": "---A",
}

GATES: Final = tuple(_STAGES)
"""Every gate that matters for device allocation in some followed release."""


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """A feature gate in one release."""

    name: str
    stage: Stage
    default: bool
    locked: bool = False


def gates_of(release: Release) -> dict[str, Gate]:
    """The gates that a release has, by name; the nearest followed release stands in for others."""
    column = FOLLOWED.index(nearest_followed(release))
    found = ((name, _LETTERS.get(letters[column])) for name, letters in _STAGES.items())
    return {name: Gate(name=name, stage=row[0], default=row[1], locked=row[2]) for name, row in found if row}


def enabled_gates(release: Release, overrides: Mapping[str, bool] | None = None) -> frozenset[str]:
    """The gates that are on: the release's defaults, then ``AllAlpha`` and ``AllBeta``, then gates by name.

    A locked gate keeps its default whatever is said. Names that the release does not have are ignored.
    """
    chosen = overrides or {}
    all_of: Mapping[str, bool | None] = {"Alpha": chosen.get("AllAlpha"), "Beta": chosen.get("AllBeta")}
    enabled: set[str] = set()
    for gate in gates_of(release).values():
        by_stage = all_of.get(gate.stage)
        value = chosen.get(gate.name, gate.default if by_stage is None else by_stage)
        if gate.default if gate.locked else value:
            enabled.add(gate.name)
    return frozenset(enabled)


class Features(msgspec.Struct, frozen=True, kw_only=True):
    """What the allocator is told to support; upstream's ``internal.Features``, fields in snake case.

    1.34 knows ``device_binding`` and ``device_status`` apart, later releases ``device_binding_and_status``.
    """

    admin_access: bool = False
    compatibility_groups: bool = False
    consumable_capacity: bool = False
    derived_attributes: bool = False
    device_binding: bool = False
    device_binding_and_status: bool = False
    device_status: bool = False
    device_taints: bool = False
    fractional_capacity_range: bool = False
    list_type_attributes: bool = False
    optional_node_operations: bool = False
    partitionable_devices: bool = False
    prioritized_list: bool = False

    def enabled(self) -> frozenset[str]:
        """The names of the features that are on."""
        return frozenset(name for name in self.__struct_fields__ if getattr(self, name))


_GATE_OF: Final[Mapping[str, str]] = {
    "admin_access": "DRAAdminAccess",
    "compatibility_groups": "DRADeviceCompatibilityGroups",
    "consumable_capacity": "DRAConsumableCapacity",
    "derived_attributes": "DRADerivedAttributes",
    "device_taints": "DRADeviceTaints",
    "fractional_capacity_range": "DRAFractionalCapacityRange",
    "optional_node_operations": "DRAOptionalNodeOperations",
    "partitionable_devices": "DRAPartitionableDevices",
    "prioritized_list": "DRAPrioritizedList",
}

_FIRST_WITH_ONE_BINDING_FEATURE: Final = Release(1, 35)
_FIRST_WITH_LISTS_IN_ALLOCATOR: Final = Release(1, 37)


def allocator_features(release: Release, gates: frozenset[str]) -> Features:
    """The features that a release's scheduler gives to the allocator when these gates are on.

    1.36 passes ``DRAListTypeAttributes`` to CEL only.
    """
    followed = nearest_followed(release)
    flags = {name: gate in gates for name, gate in _GATE_OF.items()}
    binding, status = "DRADeviceBindingConditions" in gates, "DRAResourceClaimDeviceStatus" in gates
    if followed < _FIRST_WITH_ONE_BINDING_FEATURE:
        flags |= {"device_binding": binding, "device_status": status}
    else:
        flags["device_binding_and_status"] = binding and status
    flags["list_type_attributes"] = followed >= _FIRST_WITH_LISTS_IN_ALLOCATOR and "DRAListTypeAttributes" in gates
    return Features(**flags)
