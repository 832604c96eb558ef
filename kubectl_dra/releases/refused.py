"""Gates set by hand → what a component of the release would say to them instead of starting.

Upstream: ``component-base/featuregate/feature_gate.go`` ``unsafeSetFromMap``, ``validateDependencies``, and
``defaultKubernetesFeatureGateDependencies`` in ``pkg/features/kube_features.go`` (from 1.35 on).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.releases.features import enabled_gates, gates_of
from kubectl_dra.releases.release import FOLLOWED, Release

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_FOR_ALL: Final = frozenset({"AllAlpha", "AllBeta"})
_FIRST_WITH_DEPENDENCIES: Final = Release(1, 35)
_NEEDS: Final[Mapping[str, tuple[str, ...]]] = {
    "DRADeviceBindingConditions": ("DRAResourceClaimDeviceStatus",),
    "DRADeviceCompatibilityGroups": ("DRAPartitionableDevices",),
    "DRADeviceTaintRules": ("DRADeviceTaints",),
    "DRAFractionalCapacityRange": ("DRAConsumableCapacity",),
    "DRAPartitionableDevicesType": ("DRAPartitionableDevices", "DRAResourcePoolStatus"),
    "DRAResourceClaimGranularStatusAuthorization": ("DRAResourceClaimDeviceStatus",),
    "DRAWorkloadResourceClaims": ("GenericWorkload",),
}
"""Gates that are not on without others; that all need DynamicResourceAllocation, which is locked, is left out."""


def unknown_gates(release: Release, gates: Mapping[str, bool]) -> tuple[str, ...]:
    """The names that stand for no gate of a followed release that matters to device allocation; of other releases nothing is known."""
    if release not in FOLLOWED:
        return ()
    known = gates_of(release)
    return tuple(name for name in gates if name not in known and name not in _FOR_ALL)


def refusals_of(release: Release, gates: Mapping[str, bool]) -> Iterator[str]:
    """Why the release would not start with gates that it knows, a clause each: what is locked, and what needs another."""
    if release not in FOLLOWED:
        return
    for gate in gates_of(release).values():
        if gate.locked and gates.get(gate.name, gate.default) != gate.default:
            yield f"{gate.name} is locked to {str(gate.default).lower()} in {release}"
    enabled = enabled_gates(release, gates)
    for name, needed in _NEEDS.items() if release >= _FIRST_WITH_DEPENDENCIES else ():
        missing = [one for one in needed if one not in enabled]
        if name in enabled and missing:
            yield f"{name} is on in {release} and needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} off"
