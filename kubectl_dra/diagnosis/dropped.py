"""Last applied configuration against what is stored → fields that the API server dropped because their feature is off."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.admission.dropped import without_dropped
from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.api.versions import as_v1
from kubectl_dra.apimachinery import decode
from kubectl_dra.findings.finding import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceClaimTemplate, ResourceSlice
    from kubectl_dra.diagnosis.scene import Scene

    Stored = DeviceClass | ResourceClaim | ResourceClaimTemplate | ResourceSlice

_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


class Loss(NamedTuple):
    """A field that was applied to an object and is not stored in it, and the gate it belongs to."""

    object: Subject
    path: str
    value: str
    gate: str


def losses(scene: Scene, objects: Iterable[Stored]) -> Iterator[Loss]:
    """What these objects lost, by their own annotation; objects that were not applied with kubectl show nothing."""
    for stored in objects:
        if was_applied(stored):
            yield from _losses_of(scene, stored, stored.metadata.annotations[_LAST_APPLIED])


def was_applied(stored: Stored) -> bool:
    """Whether the object says what was applied to it."""
    return bool(stored.metadata.annotations.get(_LAST_APPLIED))


def _losses_of(scene: Scene, stored: Stored, applied: str) -> Iterator[Loss]:
    try:
        document = json.loads(applied)
    except ValueError:
        return
    kind, version = str(document.get("kind")), str(document.get("apiVersion"))
    if not version.startswith(RESOURCE_GROUP):
        return
    wanted = as_v1(kind, version, document)
    kept = decode.to_plain(stored)
    _, dropped = without_dropped(wanted, kind, frozenset(), scene.snapshot.release)
    for one in dropped:
        value = _at(wanted, one.path)
        if value not in (None, False, [], {}) and _at(kept, one.path) in (None, [], {}):
            subject = Subject(kind=kind, name=stored.metadata.name, namespace=stored.metadata.namespace)
            yield Loss(subject, one.path, _brief(value), one.gate)


def _at(value: object, path: str) -> object:
    for step in _steps(path):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _steps(path: str) -> Iterator[str]:
    """``a.b[c/d.e].f`` → a, b, c/d.e, f."""
    rest = path
    while rest:
        if rest.startswith("["):
            step, _, rest = rest[1:].partition("]")
            yield step
        else:
            rest = rest.removeprefix(".")
            end = min((index for index in (rest.find("."), rest.find("[")) if index >= 0), default=len(rest))
            yield rest[:end]
            rest = rest[end:]


def _brief(value: object) -> str:
    text = json.dumps(value, separators=(", ", ": "))
    return text if len(text) <= _LONG else text[:_LONG] + "…"


_LONG = 60
