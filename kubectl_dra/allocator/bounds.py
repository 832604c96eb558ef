"""What can be said without searching: whether there are enough suitable devices for all requests at once.

Asked only of searches that have gone on for a while. The answer "no" is certain: it leaves out counters, shared capacity and whatever else
could only make less possible. It is not given where a selector or an amount fails on some device, since the search might meet the failure.
"""

from __future__ import annotations

from itertools import product
from math import prod
from typing import TYPE_CHECKING, Final

from kubectl_dra.allocator.capacity import NotRepresentable
from kubectl_dra.allocator.constraints import scalar_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kubectl_dra.allocator.plan import Plan, Wanted
    from kubectl_dra.allocator.state import SearchState
    from kubectl_dra.api.resource import DeviceConstraint

MOST_COMBINATIONS: Final = 256
"""Combinations of attribute values that are tried before the question is left open."""


class CannotBound(Exception):
    """Something on the way might fail, so that only the search knows."""


def is_hopeless(state: SearchState) -> bool:
    """Whether there are not enough devices, whatever is taken first. ``state`` holds nothing yet, and all devices have been looked at."""
    try:
        suitable = {wanted: _suitable_devices(state, wanted) for wanted in state.plan.wishes()}
    except CannotBound:
        return False
    demands = [wanted for wanted in _demands(state.plan) if not wanted.view.admin_access]
    constraints = list(_match_constraints(state.plan))
    choices = [list(_value_sets(state, number, constraint)) for number, constraint in constraints]
    if prod(max(len(values), 1) for values in choices) <= MOST_COMBINATIONS:
        return not any(_suffice(state, demands, suitable, list(zip(constraints, values, strict=True))) for values in product(*choices))
    # Too many to try together. Each constraint alone has to leave enough devices, too.
    alone = zip(constraints, choices, strict=True)
    return any(not any(_suffice(state, demands, suitable, [(constraint, value)]) for value in values) for constraint, values in alone)


def _demands(plan: Plan) -> Iterator[Wanted]:
    """Requests of which every solution must place a known number of devices: no alternatives, no "all"."""
    for claim in plan.requests:
        for alternatives in claim:
            if len(alternatives) == 1 and not alternatives[0].view.parent_name and not alternatives[0].view.wants_all:
                yield alternatives[0]


def _match_constraints(plan: Plan) -> Iterator[tuple[int, DeviceConstraint]]:
    """MatchAttribute constraints on single values, with the number of their claim."""
    if plan.behaviour.features.list_type_attributes:
        return
    for number, claim in enumerate(plan.claims):
        for constraint in claim.spec.devices.constraints:
            if constraint.match_attribute is not None:
                yield number, constraint


def _suitable_devices(state: SearchState, wanted: Wanted) -> list[int]:
    """Devices that nothing but other picks could keep from the request."""
    found: list[int] = []
    behaviour = state.plan.behaviour
    for index, kind in enumerate(state.candidates.kinds):
        if kind is None or wanted.derived:
            raise CannotBound
        if kind.device.binding_conditions and not behaviour.supports_binding_conditions:
            continue
        unselected = wanted.unselected(kind)
        if unselected is not None and unselected.error is not None:
            raise CannotBound
        lacking = state.lacks_capacity(wanted, kind, index) if unselected is None else None
        if isinstance(lacking, NotRepresentable):
            raise CannotBound
        if unselected is None and lacking is None and _is_available(state, wanted, index):
            found.append(index)
    return found


def _is_available(state: SearchState, wanted: Wanted, index: int) -> bool:
    kind = state.candidates.kinds[index]
    if kind is None or not state.candidates.is_on_node[index] or state.is_in_use(wanted, index):
        return False
    if state.lacks_node_operations(kind) or state.lacks_counter_support(kind) or wanted.untolerated(kind) is not None:
        return False
    if kind.consumes and not state.is_charged_already(kind, index) and next(state.overdrawn_counters(kind, index), None):
        return False
    constraints = state.plan.claims[wanted.view.claim_index].spec.devices.constraints
    return all(
        kind.attribute(constraints[number].match_attribute or constraints[number].distinct_attribute or "") is not None
        for number in wanted.constraints
    )


def _value_sets(state: SearchState, number: int, constraint: DeviceConstraint) -> Iterator[object]:
    """The values that a constraint's devices may have in common."""
    del number
    attributes = (kind.attribute(constraint.match_attribute or "") for kind in dict.fromkeys(state.candidates.kinds) if kind is not None)
    yield from dict.fromkeys(scalar_of(attribute) for attribute in attributes if attribute is not None)


def _suffice(
    state: SearchState,
    demands: Sequence[Wanted],
    suitable: dict[Wanted, list[int]],
    values: Sequence[tuple[tuple[int, DeviceConstraint], object]],
) -> bool:
    """Whether devices can be dealt out to all requests, each ordinary one once."""
    allowed: dict[Wanted, list[int]] = {}
    for wanted in demands:
        devices = suitable[wanted]
        for (number, constraint), value in values:
            index = state.plan.claims[number].spec.devices.constraints.index(constraint)
            if wanted.view.claim_index == number and index in wanted.constraints:
                devices = [device for device in devices if _has_value(state, device, constraint, value)]
        allowed[wanted] = devices
    return all(len(devices) >= wanted.view.count for wanted, devices in allowed.items()) and _can_be_dealt(state, allowed)


def _has_value(state: SearchState, device: int, constraint: DeviceConstraint, value: object) -> bool:
    kind = state.candidates.kinds[device]
    attribute = kind.attribute(constraint.match_attribute or "") if kind is not None else None
    return attribute is not None and scalar_of(attribute) == value


def _can_be_dealt(state: SearchState, allowed: dict[Wanted, list[int]]) -> bool:
    """A matching of places in requests to devices: Kuhn's algorithm, place by place."""
    holder: dict[int, Wanted] = {}

    def place(wanted: Wanted, seen: set[int]) -> bool:
        for device in allowed[wanted]:
            kind = state.candidates.kinds[device]
            if device in seen or holder.get(device) is wanted:
                continue
            if kind is not None and kind.allows_many:
                return True
            seen.add(device)
            if device not in holder or place(holder[device], seen):
                holder[device] = wanted
                return True
        return False

    return all(place(wanted, set()) for wanted in allowed for _ in range(wanted.view.count))
