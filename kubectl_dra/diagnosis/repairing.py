"""Selectors that miss → the nearest miss, what was meant, and repairs that were tried on the devices."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.diagnosis.matrix import is_held
from kubectl_dra.diagnosis.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.allocator.result import AllocationError
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.asking import Repair
    from kubectl_dra.findings.dra101_no_device_selected import NearestMiss

_NO_KEY = re.compile(r"no such key: (\S+)")


def nearest_miss(scene: Scene, view: RequestView, row: Sequence[Examination]) -> NearestMiss | None:
    """The clause that alone keeps the most devices away, over all of the request's selectors."""
    from kubectl_dra.diagnosis.selecting import environment_of  # noqa: PLC0415 - one way only
    from kubectl_dra.findings.dra101_no_device_selected import NearestMiss  # noqa: PLC0415 - one finding of many
    from kubectl_dra.selection.clauses import explain  # noqa: PLC0415 - beside it
    from kubectl_dra.selection.device_selector import compile_selector  # noqa: PLC0415 - beside it

    compiled = [compile_selector(one.cel.expression, environment_of(scene)) for one in view.selectors if one.cel]
    found: dict[str, list[Examination]] = {}
    for one in row:
        clauses = [clause for selector in compiled for clause in explain(selector, one.candidate.id.driver, one.candidate.device).clauses]
        failing = [clause for clause in clauses if clause.outcome is not True]
        if len(failing) == 1 and len(clauses) > 1:
            found.setdefault(failing[0].text, []).append(one)
    if not found:
        return None
    clause, devices = max(found.items(), key=lambda item: len(item[1]))
    names = tuple(str(name) for name in scene.names(one.candidate.id for one in devices))
    return NearestMiss(clause=clause, count=len(devices), examples=names, free=sum(1 for one in devices if not is_held(one)))


def repairs_of(scene: Scene, view: RequestView, row: Sequence[Examination]) -> tuple[Repair, ...]:
    """Selectors that select something, nearest to what is written."""
    del scene, view, row
    return ()


def error_repairs(scene: Scene, view: RequestView, error: AllocationError, judged: Sequence[Examination]) -> tuple[Repair, ...]:
    """Selectors that do not fail on any of the devices."""
    del scene, view, error, judged
    return ()


def reading_hint(scene: Scene, expression: str, error: str, judged: Sequence[Examination]) -> tuple[str, str, int, tuple[str, ...]]:
    """What a failing expression reads, the key that is missing, on how many devices it is there, and names that are spelled alike."""
    del scene, expression
    found = _NO_KEY.search(error)
    if not found:
        return "", "", 0, ()
    key = found[1].rstrip(".")
    counts: Counter[str] = Counter()
    for one in judged:
        names = {name.rpartition("/")[2] for name in (*one.candidate.device.attributes, *one.candidate.device.capacity)}
        counts.update(names)
    return "", key, counts[key], nearest(key, counts)
