"""An object in v1 shape + the gates that are on → the object without the fields of gates that are off, and their paths.

The API server drops such fields of a new object without an error. Upstream: ``pkg/api/resourceclaimspec/util.go`` ``DropDisabledFields``,
``pkg/registry/resource/{resourceslice,deviceclass}/strategy.go``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kubectl_dra.releases.release import FOLLOWED, Release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.source import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A field that would be dropped, and the gate whose feature it belongs to."""

    path: str
    gate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """Fields of one gate: ``paths`` in the object, where ``*`` stands for every entry of a list or a map."""

    gates: tuple[str, ...]
    paths: tuple[str, ...]
    since: Release = FOLLOWED[0]


def _of(gate: str, *paths: str, since: Release = FOLLOWED[0]) -> _Rule:
    return _Rule(gates=(gate,), paths=paths, since=since)


_V35 = Release(1, 35)
"""1.34 forgets to drop tolerations, and drops ``distinctAttribute`` from a copy."""


_SELECTION = ("requests.*.exactly", "requests.*.firstAvailable.*")

_CLAIM_RULES = (
    _of("DRAPrioritizedList", "requests.*.firstAvailable"),
    _of("DRADeviceTaints", *(f"{place}.tolerations" for place in _SELECTION), since=_V35),
    _of("DRAAdminAccess", "requests.*.exactly.adminAccess"),
    _of("DRAConsumableCapacity", *(f"{place}.capacity" for place in _SELECTION)),
    _of("DRAConsumableCapacity", "constraints.*.distinctAttribute", since=_V35),
    _of("DRADerivedAttributes", *(f"{place}.derivedAttributes" for place in _SELECTION)),
)
_SLICE_RULES = (
    _of("DRADeviceTaints", "devices.*.taints"),
    _of(
        "DRAPartitionableDevices",
        "sharedCounters",
        "perDeviceNodeSelection",
        *(f"devices.*.{name}" for name in ("consumesCounters", "nodeName", "nodeSelector", "allNodes")),
    ),
    _Rule(
        gates=("DRADeviceBindingConditions", "DRAResourceClaimDeviceStatus"),
        paths=("devices.*.bindingConditions", "devices.*.bindingFailureConditions", "devices.*.bindsToNode"),
    ),
    _of("DRAConsumableCapacity", "devices.*.allowMultipleAllocations", "devices.*.capacity.*.requestPolicy"),
    _of("DRADeviceCompatibilityGroups", "devices.*.consumesCounters.*.compatibilityGroups"),
    _of("DRANodeAllocatableResources", "devices.*.nodeAllocatableResources", "devices.*.nodeAllocatableResourceMappings"),
    _of("DRAListTypeAttributes", *(f"devices.*.attributes.*.{name}" for name in ("ints", "bools", "strings", "versions"))),
    _of("DRAPartitionableDevicesType", "partitionTypeAttribute"),
    _of("DRAOptionalNodeOperations", "skipNodeOperations"),
)
_CLASS_RULES = (_of("DRAExtendedResource", "extendedResourceName"),)

_RULES: dict[str, tuple[str, tuple[_Rule, ...]]] = {
    "ResourceClaim": ("spec.devices", _CLAIM_RULES),
    "ResourceClaimTemplate": ("spec.spec.devices", _CLAIM_RULES),
    "ResourceSlice": ("spec", _SLICE_RULES),
    "DeviceClass": ("spec", _CLASS_RULES),
}


def without_dropped(document: Document, kind_name: str, gates: frozenset[str], release: Release) -> tuple[Document, tuple[Dropped, ...]]:
    """``document`` (decoded, v1 shape) as it would be stored, and what was dropped; never changes its argument."""
    prefix, rules = _RULES.get(kind_name, ("", ()))
    dropping = _Dropping()
    for rule in rules:
        if release < rule.since:
            continue
        gate = next((gate for gate in rule.gates if gate not in gates), None)
        if gate is not None:
            for path in rule.paths:
                document = dropping.drop(document, f"{prefix}.{path}".split("."), "", gate)
    return document, tuple(dropping.found)


@dataclass(slots=True, kw_only=True)
class _Dropping:
    found: list[Dropped] = field(default_factory=list)

    def drop(self, value: Document, steps: list[str], path: str, gate: str) -> Document:
        """A copy of ``value`` in which what ``steps`` lead to is gone."""
        step, *rest = steps
        changed = dict(value)
        for key, place in _places(value, step, path):
            part = value[key]
            if not rest:
                del changed[key]
                self.found.append(Dropped(path=place, gate=gate))
            elif isinstance(part, dict):
                changed[key] = self.drop(part, rest, place, gate)
            elif isinstance(part, list) and rest[0] == "*":
                changed[key] = [self.drop(entry, rest[1:], f"{place}[{number}]", gate) for number, entry in enumerate(part)]
        return changed


def _places(value: Document, step: str, path: str) -> Iterator[tuple[str, str]]:
    """The keys of a mapping that a step means, with their paths."""
    if step == "*":
        yield from ((key, f"{path}[{key}]") for key in value)
    elif step in value:
        yield step, f"{path}.{step}" if path else step
