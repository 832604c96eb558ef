"""What nothing satisfies → the nearest that something does: one condition less, fewer devices, a constraint less; each tried."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from kubectl_dra.scaffolding.plan import plan
from kubectl_dra.scaffolding.proof import prove
from kubectl_dra.scaffolding.selectors import spread
from kubectl_dra.scaffolding.wanted import Unwritable
from kubectl_dra.scaffolding.writing import write

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.scaffolding.plan import Plan, PlannedDevices
    from kubectl_dra.scaffolding.supply import Supply
    from kubectl_dra.scaffolding.wanted import Wanted, WantedDevices, WantedRequest

MAX_SENTENCES = 3


def why_nothing(planned: Plan, supply: Supply) -> tuple[str, ...]:
    """What of the conditions no device meets, in a sentence for each request without devices."""
    return tuple(_no_device(request.name, one, supply) for request in planned.requests for one in request.alternatives if not one.matching)


def nearest_that_fit(planned: Plan, supply: Supply, namespace: str) -> tuple[str, ...]:
    """At most three changes of what was asked for that would fit with every device given back, in words."""
    found: dict[str, str] = {}
    for what, words, changed in _variants(planned.wanted):
        if what in found or len(found) == MAX_SENTENCES:
            continue
        nodes = _fits(changed, supply, namespace)
        if nodes:
            found[what] = f"{words} it fits on {_nodes(nodes)}"
    return tuple(found.values())


def _no_device(request: str, planned: PlannedDevices, supply: Supply) -> str:
    if not planned.of_class:
        return f"class {planned.class_name} lets no device through"
    parts = []
    for bound in planned.bounds:
        number = len(supply.selected(planned.of_class, [bound.clause]))
        amounts = spread(bound, supply.devices(planned.of_class))
        if amounts is not None:
            parts.append(f"{bound.property.identifier} is {amounts[0]} to {amounts[1]}, and {bound.text} or more on {number}")
        else:
            parts.append(f"{bound.property.identifier} is {bound.text} on {number}")
    told = f": {'; '.join(parts)}" if parts else ""
    return f"none of {len(planned.of_class)} devices of class {planned.class_name} matches request {request}{told}"


def _fits(wanted: Wanted, supply: Supply, namespace: str) -> tuple[str, ...]:
    try:
        planned = plan(wanted, supply)
    except Unwritable:
        return ()
    if not planned.matching():
        return ()
    return prove(planned, write(planned, supply, "v1"), supply, namespace).fits_when_free


def _variants(wanted: Wanted) -> Iterator[tuple[str, str, Wanted]]:
    """What is changed, in what words, and what is asked for then; of one thing the first that fits is the nearest."""
    for number, request in enumerate(wanted.requests):
        for index, one in enumerate(request.alternatives):
            for condition in one.conditions:
                kept = tuple(other for other in one.conditions if other is not condition)
                # Without any condition, a --like device would bring its own.
                changed = dataclasses.replace(one, conditions=kept, like=one.like if kept else "", class_name=one.class_name)
                if changed.class_name:
                    words = f"without the condition on {condition.name}"
                    yield words, words, _with(wanted, number, index, changed)
            if one.count > 1:
                for count in range(one.count - 1, 0, -1):
                    words = f"with {count} device{'s' if count > 1 else ''} for request {request.name}"
                    yield f"count {number} {index}", words, _with(wanted, number, index, dataclasses.replace(one, count=count))
    for name in wanted.same:
        words = f"without --same {name}"
        yield words, words, dataclasses.replace(wanted, same=tuple(other for other in wanted.same if other != name))
    for name in wanted.distinct:
        words = f"without --distinct {name}"
        yield words, words, dataclasses.replace(wanted, distinct=tuple(other for other in wanted.distinct if other != name))


def _with(wanted: Wanted, number: int, index: int, changed: WantedDevices) -> Wanted:
    def replaced(request: WantedRequest) -> WantedRequest:
        alternatives = tuple(changed if place == index else one for place, one in enumerate(request.alternatives))
        return dataclasses.replace(request, alternatives=alternatives)

    requests = tuple(replaced(request) if place == number else request for place, request in enumerate(wanted.requests))
    return dataclasses.replace(wanted, requests=requests)


def _nodes(names: tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} nodes"
