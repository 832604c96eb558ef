"""Taints of a device and tolerations of a request → the first taint that is in the way.

Upstream: ``taintPreventsAllocation`` in ``allocator_experimental.go``, ``ToleratesTaint`` in ``resourceclaim/devicetoleration.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.resource import DeviceTaint, DeviceToleration
    from kubectl_dra.releases.behaviour import Behaviour

_BLOCKING: Final = frozenset({"NoSchedule", "NoExecute"})


def untolerated(taints: Iterable[DeviceTaint], tolerations: tuple[DeviceToleration, ...], behaviour: Behaviour) -> DeviceTaint | None:
    """The first taint that keeps the request from the device; 1.34 minds every effect, later releases two."""
    for taint in taints:
        blocks = behaviour.any_taint_effect or taint.effect in _BLOCKING
        if blocks and not any(tolerates(toleration, taint) for toleration in tolerations):
            return taint
    return None


def tolerates(toleration: DeviceToleration, taint: DeviceTaint) -> bool:
    """Whether one toleration is about one taint."""
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    match toleration.operator:
        case "" | "Equal":
            return toleration.value == taint.value
        case "Exists":
            return True
        case _:
            return False
