"""A request, a device and what the search holds → Rejection or None: one function for each obstacle, in upstream's order.

Search and explanation share what decides (``state``, ``selectors``, ``capacity``, ``taints``, ``constraints``): the search stops at the
first obstacle, an explanation asks for all (``examine``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias, TypedDict

import msgspec

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.capacity import NotRepresentable, PolicyViolated, Shortfall, Undefined
from kubectl_dra.allocator.counters import total_counters
from kubectl_dra.allocator.selectors import evaluate
from kubectl_dra.allocator.state import SearchState
from kubectl_dra.allocator.taints import untolerated
from kubectl_dra.api.resource import DeviceAttribute
from kubectl_dra.apimachinery.quantity import NANO, Quantity, read_quantity
from kubectl_dra.cel.errors import CannotTell, CompileError, EvaluationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kubectl_dra.allocator.context import AllocatorContext
    from kubectl_dra.allocator.kinds import DeviceKind
    from kubectl_dra.allocator.plan import Wanted
    from kubectl_dra.allocator.rejections import Rejection
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import Device, ResourceClaim, ResourceSlice
    from kubectl_dra.inventory.inventory import DeviceID
    from kubectl_dra.inventory.pools import Pool


class Candidate(msgspec.Struct, frozen=True, kw_only=True):
    """A device of a pool, as the search meets it."""

    id: DeviceID
    device: Device
    slice_: ResourceSlice
    pool: Pool


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """One device and one request, nothing taken yet: every obstacle between them, in upstream's order; none: the device qualifies."""

    request: RequestView
    candidate: Candidate
    rejections: tuple[Rejection, ...]


class _About(TypedDict):
    device: DeviceID
    request: str
    claim_index: int


class _Selector(TypedDict):
    selector_index: int
    expression: str


class _Constraint(TypedDict):
    constraint_index: int
    attribute: str


class Question(NamedTuple):
    """What a check is asked about: a request, a device (by its number among the node's), and what the search holds."""

    wanted: Wanted
    position: int
    kind: DeviceKind
    state: SearchState

    @property
    def about(self) -> _About:
        """The fields that every rejection has."""
        view = self.wanted.view
        return {"device": self.state.candidates.id_of(self.position), "request": view.name, "claim_index": view.claim_index}


Check: TypeAlias = "Callable[[Question], Iterator[Rejection]]"


def in_use(asked: Question) -> Iterator[Rejection]:
    """Others hold the device, or this search does."""
    if asked.state.is_in_use(asked.wanted, asked.position):
        device = asked.state.candidates.id_of(asked.position)
        held = asked.state.candidates.held[asked.position].is_exclusive
        holders = asked.state.allocated.held_by(device) if held else ()
        yield why.DeviceInUse(**asked.about, holders=holders)


def binding_conditions(asked: Question) -> Iterator[Rejection]:
    """The device has binding conditions that the scheduler does not wait for."""
    if asked.kind.device.binding_conditions and not asked.state.plan.behaviour.supports_binding_conditions:
        yield why.BindingConditionsUnsupported(**asked.about)


def selectors(asked: Question) -> Iterator[Rejection]:
    """Selectors of the class and the request, in order; past the first that is false, an error is never reached."""
    is_refused = False
    for selector in asked.wanted.selectors:
        expression = selector.compiled.expression
        place = _Selector(selector_index=selector.index, expression=expression)
        selected = evaluate(selector.compiled, asked.kind)
        if selected is True:
            continue
        if selected is not False:
            if not is_refused:
                yield why.SelectorFails(**asked.about, class_name=selector.class_name, error=selected, **place)
        elif selector.class_name:
            yield why.ClassSelectorFalse(**asked.about, class_name=selector.class_name, **place)
        else:
            yield why.RequestSelectorFalse(**asked.about, **place)
        is_refused = True


def other_node(asked: Question) -> Iterator[Rejection]:
    """The device is for other nodes than its slice."""
    if not asked.state.candidates.is_on_node[asked.position]:
        yield why.DeviceOnOtherNode(**asked.about, node=asked.state.candidates.node.metadata.name)


def capacity(asked: Question) -> Iterator[Rejection]:
    """Amounts that the device does not have, has too little of, or does not give out."""
    match asked.state.lacks_capacity(asked.wanted, asked.kind, asked.position):
        case None:
            return
        case Undefined(name=name):
            yield why.CapacityUndefined(**asked.about, capacity=name)
        case PolicyViolated(name=name, asked=amount):
            yield why.CapacityPolicyViolated(**asked.about, capacity=name, asked=amount)
        case NotRepresentable(name=name, reason=reason):
            yield why.CapacityNotRepresentable(**asked.about, capacity=name, reason=reason)
        case Shortfall(amount=amount, gone=gone):
            total = _quantity(amount.total, amount.quantity)
            gone_quantity = _quantity(gone, total)
            yield why.CapacityInsufficient(**asked.about, capacity=amount.name, asked=amount.quantity, total=total, consumed=gone_quantity)


def node_operations(asked: Question) -> Iterator[Rejection]:
    """The slice wants node operations skipped, and the node does not say that it can."""
    if asked.state.lacks_node_operations(asked.kind):
        enabled = asked.state.plan.behaviour.features.optional_node_operations
        yield why.NodeOperationsNotOptional(**asked.about, node=asked.state.candidates.node.metadata.name, feature_enabled=enabled)


def counters(asked: Question) -> Iterator[Rejection]:
    """Counters that are off, compatibility groups that differ, counters that would be overdrawn."""
    state, kind, index = asked.state, asked.kind, asked.position
    if not kind.device.consumes_counters:
        return
    if state.lacks_counter_support(kind):
        yield why.CountersUnsupported(**asked.about)
        return
    if state.is_charged_already(kind, index):
        return
    if state.plan.behaviour.features.compatibility_groups and (counter_set := state.incompatible_set(kind, index)) is not None:
        groups = next(entry.compatibility_groups for entry in kind.device.consumes_counters if entry.counter_set == counter_set)
        others = tuple(sorted(group for group in state.groups_on(index, counter_set) or () if group))
        yield why.CompatibilityGroupsDiffer(**asked.about, counter_set=counter_set, groups=groups, others=others)
    yield from _overdrawn(asked)


def _overdrawn(asked: Question) -> Iterator[Rejection]:
    state, kind, index = asked.state, asked.kind, asked.position
    available, taken = state.available(index), state.consumed(index)
    totals = total_counters(state.candidates.pools[index], state.candidates.slices[index], state.plan.behaviour)
    wants: dict[tuple[str, str], int] = {}
    for key, amount in kind.consumes:
        wants[key] = wants.get(key, 0) + amount
    written = dict(_declared(asked))
    for key in state.overdrawn_counters(kind, index):
        yield why.CountersInsufficient(
            **asked.about,
            counter_set=key[0],
            counter=key[1],
            total=_quantity(totals.get(key, 0), written.get(key)),
            available=_quantity(available[key], written.get(key)),
            taken=_quantity(taken.get(key, 0), written.get(key)),
            asked=_quantity(wants.get(key, 0), written.get(key)),
        )


def _declared(asked: Question) -> Iterator[tuple[tuple[str, str], Quantity]]:
    """What the device says that it takes of each counter, in the form in which its driver writes it."""
    for entry in asked.kind.device.consumes_counters:
        for name, counter in entry.counters.items():
            yield (entry.counter_set, name), read_quantity(counter.value)


def taints(asked: Question) -> Iterator[Rejection]:
    """Each taint that the request does not tolerate."""
    behaviour = asked.state.plan.behaviour
    if behaviour.features.device_taints:
        for taint in asked.state.candidates.devices[asked.position].taints:
            if untolerated((taint,), asked.wanted.view.tolerations, behaviour):
                yield why.TaintNotTolerated(**asked.about, taint=taint)


def constraints(asked: Question) -> Iterator[Rejection]:
    """Constraints that the device would break beside those taken."""
    wanted, kind, state = asked.wanted, asked.kind, asked.state
    for number in wanted.constraints:
        constraint = state.constraints[wanted.view.claim_index][number]
        attribute = state.attribute(wanted, kind, constraint.attribute)
        place = _Constraint(constraint_index=number, attribute=constraint.attribute)
        if isinstance(attribute, CompileError | EvaluationError | CannotTell):
            expression = wanted.derived[constraint.attribute].expression
            yield why.DerivedAttributeFails(**asked.about, expression=expression, error=attribute, **place)
            continue
        objection = (
            "unknown type"
            if attribute is None
            else constraint.objection(attribute, wanted.view.parent_name or wanted.view.own_name, asked.position)
        )
        match objection:
            case None:
                continue
            case "unknown type":
                yield why.ConstraintAttributeMissing(**asked.about, **place)
            case "values differ":
                others = constraint.taken() or DeviceAttribute()
                yield why.ConstraintValuesDiffer(**asked.about, value=attribute or DeviceAttribute(), others=others, **place)
            case "value repeated":
                yield why.ConstraintValueRepeated(**asked.about, value=attribute or DeviceAttribute(), **place)


CHECKS: Final[tuple[Check, ...]] = (
    in_use,
    binding_conditions,
    selectors,
    other_node,
    capacity,
    node_operations,
    counters,
    taints,
    constraints,
)
"""Every check, in the order in which upstream asks."""


def examine(claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> tuple[Examination, ...]:
    """Every device of the node's usable pools against every request and subrequest: the matrix that explanations start from.

    Constraints are asked as for a first device (is the attribute there), counters and capacity with nothing taken by this search.
    Nothing comes back where pools cannot be read, and for requests that are refused before any device is looked at.
    """
    attempts = context.attempts_for(claims)
    candidates = attempts.candidates_on(node)
    if candidates is None:
        return ()
    while candidates.extend():
        pass
    state = SearchState(attempts.plan, candidates, context.allocated)
    return tuple(
        Examination(request=wanted.view, candidate=_candidate(state, index), rejections=rejections_of(Question(wanted, index, kind, state)))
        for claim in attempts.plan.requests
        for request in claim
        for wanted in request
        for index, kind in enumerate(candidates.kinds)
        if kind is not None
    )


def rejections_of(asked: Question) -> tuple[Rejection, ...]:
    """Every obstacle between a request and a device."""
    return tuple(rejection for check in CHECKS for rejection in check(asked))


def _candidate(state: SearchState, index: int) -> Candidate:
    candidates = state.candidates
    return Candidate(
        id=candidates.id_of(index), device=candidates.devices[index], slice_=candidates.slices[index], pool=candidates.pools[index]
    )


def _quantity(nanos: int, like: Quantity | None) -> Quantity:
    """An amount in billionths as a quantity, written in the notation of another."""
    number, scale = nanos, NANO
    while scale and number % 10 == 0:
        number //= 10
        scale += 1
    return Quantity(unscaled=number, scale=scale, format=like.format if like else "DecimalSI")
