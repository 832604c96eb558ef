"""Selectors that miss → the nearest miss, what was meant, and repairs that were tried on the devices."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.api.resource import CELDeviceSelector, DeviceSelector
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.diagnosis import changes
from kubectl_dra.diagnosis.matrix import is_held
from kubectl_dra.diagnosis.rows import Alike, counted, examples
from kubectl_dra.findings import prose
from kubectl_dra.findings.asking import Repair
from kubectl_dra.selection.assortment import Assortment
from kubectl_dra.selection.clauses import explain
from kubectl_dra.selection.device_selector import compile_selector
from kubectl_dra.selection.groups import group_devices
from kubectl_dra.selection.nearest import nearest_readings
from kubectl_dra.selection.readings import readings_of
from kubectl_dra.selection.repairs import repairs_of as selector_repairs
from kubectl_dra.selection.repairs import try_expression

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.allocator.result import AllocationError
    from kubectl_dra.api.resource import Device
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.dra101_no_device_selected import NearestMiss
    from kubectl_dra.findings.finding import Change
    from kubectl_dra.selection.device_selector import Environment
    from kubectl_dra.selection.nearest import Vocabulary
    from kubectl_dra.selection.readings import Reading

_NO_KEY = re.compile(r"no such key: (\S+)")
_LIMIT = re.compile(r"""compareTo\(\s*quantity\(\s*["']([^"']+)["']\s*\)\s*\)\s*>=?\s*0""")
_FULL_PATH = 3
_MOST_REPAIRS = 2


def nearest_miss(scene: Scene, environment: Environment, view: RequestView, row: Sequence[Alike]) -> NearestMiss | None:
    """The clause that alone keeps the most devices away, over all of the request's selectors."""
    from kubectl_dra.findings.dra101_no_device_selected import NearestMiss  # noqa: PLC0415 - one finding of many

    compiled = [compile_selector(one.cel.expression, environment) for one in view.selectors if one.cel]
    found: dict[str, list[int]] = {}
    for group in group_devices(compiled, _examined(row)):
        clauses = [clause for selector in compiled for clause in explain(selector, group.driver, group.device).clauses]
        failing = [clause for clause in clauses if clause.outcome is not True]
        if len(failing) == 1 and len(clauses) > 1:
            found.setdefault(failing[0].text, []).extend(group.indices)
    if not found:
        return None
    clause, indices = max(found.items(), key=lambda item: (counted(row[index] for index in item[1]), -min(item[1])))
    missed = [row[index] for index in sorted(indices)]
    return NearestMiss(
        clause=clause,
        count=counted(missed),
        examples=examples(scene, missed, NearestMiss.MOST_EXAMPLES),
        free=counted(one for one in missed if not is_held(one.examination)),
    )


def _examined(row: Iterable[Alike]) -> list[tuple[str, Device]]:
    """One device for all that are alike."""
    return [(one.examination.candidate.id.driver, one.examination.candidate.device) for one in row]


def repairs_of(scene: Scene, environment: Environment, view: RequestView, row: Sequence[Alike]) -> tuple[Repair, ...]:
    """Selectors that select something among the class's devices, nearest to what is written."""
    found: list[Repair] = []
    devices = scene.assortment(row)
    for index, selector in enumerate(view.selectors):
        if selector.cel is not None:
            found += _repairs(environment, view, index, devices)
            found += _lower_limits(environment, view, index, devices)
    return tuple(found[:_MOST_REPAIRS])


def _lower_limits(environment: Environment, view: RequestView, index: int, devices: Assortment) -> list[Repair]:
    """The selector with a limit that some device reaches, where it asks for more of a capacity than any device has."""
    expression = _expression(view, index)
    largest_first = sorted(devices.amounts, key=read_quantity, reverse=True)
    for limit in _LIMIT.finditer(expression):
        for text in largest_first:
            changed = f"{expression[: limit.start(1)]}{text}{expression[limit.end(1) :]}"
            trial = try_expression(changed, environment, devices)
            if trial.selects and not trial.fails:
                return [_repair(view, index, changed, trial.selects, len(devices.devices))]
    return []


def error_repairs(
    scene: Scene, environment: Environment, view: RequestView, error: AllocationError, judged: Sequence[Examination]
) -> tuple[Repair, ...]:
    """Selectors that do not fail on any of the devices; none for a class's selector, which is not the pod's to change."""
    if error.class_name or error.selector_index is None:
        return ()
    devices = scene.assortment([Alike(one) for one in judged])
    return tuple(_repairs(environment, view, error.selector_index, devices))[:_MOST_REPAIRS]


def _repairs(environment: Environment, view: RequestView, index: int, devices: Assortment) -> list[Repair]:
    repaired = selector_repairs(_expression(view, index), environment, devices)
    return [_repair(view, index, one.expression, one.trial.selects, len(devices.devices)) for one in repaired]


def _expression(view: RequestView, index: int) -> str:
    selector = view.selectors[index].cel
    return selector.expression if selector else ""


def _repair(view: RequestView, index: int, after: str, selects: int, of: int) -> Repair:
    field = f"selectors[{index}].cel.expression"
    change = _selector_changed(view, index, after)
    return Repair(before=_expression(view, index), after=after, field=field, selects=selects, of=of, change=change)


def _selector_changed(view: RequestView, index: int, expression: str) -> Change | None:
    selectors = list(view.selectors)
    selectors[index] = DeviceSelector(cel=CELDeviceSelector(expression=expression))
    return changes.request_changed(view, selectors=tuple(selectors))


class Hint(NamedTuple):
    """What a failing expression reads: the sentence, the key that is missing, on how many devices it is, and what may be meant."""

    reading: str = ""
    key: str = ""
    devices: int = 0
    meant: tuple[str, ...] = ()


def reading_hint(environment: Environment, expression: str, error: str, judged: Sequence[Examination]) -> Hint:
    """What the expression reads that is not there; empty where the error is about something else."""
    found = _NO_KEY.search(error)
    if not found:
        return Hint()
    key = found[1].rstrip(".")
    vocabulary = Assortment([(one.candidate.id.driver, one.candidate.device) for one in judged]).vocabulary
    readings = [one for one in readings_of(compile_selector(expression, environment)) if one.identifier == key or key in one.path]
    reading = next((one for one in readings if len(one.path) == _FULL_PATH), None)
    if reading is None:
        return Hint(key=key)
    count = vocabulary.count(reading)
    meant = tuple(f"{one.reading} on {one.devices:,}" for one in nearest_readings(reading, vocabulary)) if not count else ()
    return Hint(reading=_sentence(reading, vocabulary, count), key=str(reading), devices=count, meant=meant)


def _sentence(reading: Reading, vocabulary: Vocabulary, count: int) -> str:
    section, domain, identifier = reading.path
    kind = "attribute" if section == "attributes" else "capacity"
    domains = {name for name, _ in vocabulary.names["attributes"]} | {name for name, _ in vocabulary.names["capacity"]}
    if count or domain in domains:
        return f"{kind} {identifier} of domain {domain}"
    known = prose.listed(sorted(domains))
    return f'{kind} {identifier} of domain "{domain}": a domain is expected there, and devices have {known}'
