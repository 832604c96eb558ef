"""Checked tree → closures → values; `interpreter/planner.go` and `interpretable.go` of cel-go.

Each node becomes a function of the frame: a list of the variables, one slot each. Errors travel as exceptions until an operator absorbs
them. Where a cost limit has to be watched, a `Meter` is given, and every step adds what it costs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.cost import Meter, call_cost
from kubectl_dra.cel.declarations import takes
from kubectl_dra.cel.folds import Iterate, exactly_one, gathered, in_pairs, inserted, one_by_one, quantified
from kubectl_dra.cel.steps import (
    Frame,
    Lazy,
    PlanError,
    Step,
    absorbing,
    applied,
    converted,
    dispatch,
    equals_text,
    field,
    in_constants,
    load,
    panicking,
    presence,
    with_pattern,
)
from kubectl_dra.cel.tree import Call, Comprehension, Identifier, ListLiteral, Literal, MapLiteral, Select
from kubectl_dra.cel.values import (
    NO_SUCH_OVERLOAD,
    NONE,
    UNHASHABLE,
    Duration,
    Failure,
    LiteralMap,
    OptionalValue,
    Timestamp,
    UInt,
    Unknowable,
    Value,
    checked_key,
    equal,
    member,
    optional_member,
    shown,
    type_name,
    unhashable,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kubectl_dra.cel.checker import Checked, Reference
    from kubectl_dra.cel.environment import Quirks
    from kubectl_dra.cel.tree import Expression


_ABSENT: Final = object()
_LIST_COST: Final = 10
_MAP_COST: Final = 30
_PATTERN_FUNCTIONS: Final = frozenset({"matches", "find", "findAll"})
_ADDABLE: Final = frozenset({bytes, float, Duration, int, str, Timestamp, UInt})
_SELF_COMPARING: Final = frozenset({"sort", "@sortByAssociatedKeys", "distinct"})
_CONVERSIONS: Final = frozenset({"bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"})
_ITERATION_COSTS: Final = {"all": 3, "exists": 4}


class Plan:
    """A tree as a function of its variables."""

    __slots__ = ("_frame", "_step", "meter")

    def __init__(self, step: Step, slots: int, meter: Meter | None) -> None:
        self._step = step
        self._frame: Frame = [None] * slots
        self.meter = meter

    def run(self, *variables: Value) -> Value:
        """The value for these variables, in the order they were given to `plan`. Raises Failure, Unknowable, CostLimitExceeded."""
        frame = [*variables, *self._frame]
        if self.meter is not None:
            self.meter.spent = 0
        return self._step(frame)


def plan(checked: Checked, variables: Sequence[str], quirks: Quirks, *, cost_limit: int | None, root: Expression | None = None) -> Plan:
    """The tree, or with `root` a part of it, ready to run; with a limit its cost is counted. Raises PlanError and Unknowable."""
    planner = _Planner(checked, variables, quirks, cost_limit)
    step = planner.step(root or checked.tree)
    return Plan(step, planner.slots - len(variables), planner.meter)


class _Planner:
    __slots__ = ("_checked", "_constants", "_globals", "_quirks", "_scopes", "meter", "slots")

    def __init__(self, checked: Checked, variables: Sequence[str], quirks: Quirks, cost_limit: int | None) -> None:
        self._checked = checked
        self._quirks = quirks
        self._globals = {name: slot for slot, name in enumerate(variables)}
        self._scopes: list[tuple[str, int]] = []
        self._constants: dict[int, tuple[Step, Value]] = {}
        self.slots = len(variables)
        self.meter = None if cost_limit is None else Meter(cost_limit)

    def step(self, node: Expression) -> Step:
        """The closure of a node."""
        return _STEPS[type(node)](self, node)

    def _costing(self, cost: int, step: Step) -> Step:
        """The step, with its fixed cost counted where costs are counted."""
        meter = self.meter
        if meter is None or not cost:
            return step

        def counted(frame: Frame) -> Value:
            meter.spend(cost)
            return step(frame)

        return counted

    # constants and names

    def constant(self, value: Value) -> Step:
        """A step that is known to give one value always."""

        def give(_frame: Frame) -> Value:
            return value

        self._constants[id(give)] = give, value
        return give

    def _is_constant(self, step: Step) -> bool:
        return id(step) in self._constants

    def _constant_value(self, step: Step) -> Value:
        return self._constants[id(step)][1]

    def literal(self, node: Literal) -> Step:
        """A constant."""
        return self.constant(node.value)

    def identifier(self, node: Identifier) -> Step:
        """A variable, or a type by its name."""
        reference = self._checked.references[node.id]
        wanted = reference.name.removeprefix(".") if reference.is_local else reference.name
        if reference.is_local:
            self._check_variable(wanted, node)
        slot = self._globals.get(wanted)
        if reference.is_local:
            slot = next((slot for name, slot in reversed(self._scopes) if name == wanted), slot)
        return self._named(reference) if slot is None else self._costing(1, load(slot))

    def select(self, node: Select) -> Step:
        """A field, or a type by its qualified name."""
        reference = self._checked.references.get(node.id)
        if reference is not None:
            return self._named(reference)
        operand = self.step(node.operand)
        return presence(operand, node.field) if node.test_only else self._costing(1, field(operand, node.field))

    def _check_variable(self, name: str, node: Expression) -> None:
        # Upstream looks for every name whose type is that of a type among the types.
        if self._checked.types[node.id].kind == "type":
            raise PlanError(f"reference to undefined type: {name}")

    def _named(self, reference: Reference) -> Step:
        """A type or a constant by its name."""
        if reference.value is None:
            raise PlanError(f"reference to undefined type: {reference.name}")
        return self._costing(1, self.constant(reference.value))

    # calls

    def call(self, node: Call) -> Step:
        """An operator or function."""
        special = _SPECIAL_CALLS.get(node.function)
        if special is not None:
            return special(self, node)
        reference = self._checked.references[node.id]
        operands = self._checked.operands(node)
        steps = [self.step(operand) for operand in operands]
        implementation = self._implementation(reference, operands, steps)
        if node.function in _SELF_COMPARING and len(reference.overloads) == 1:
            steps = [*map(panicking, steps[:-1]), panicking(steps[-1], needs_list=True)]
        if node.function in _CONVERSIONS and len(steps) == 1 and self._is_constant(steps[0]):
            return self.constant(converted(implementation, self._constant_value(steps[0])))
        return applied(self._counted(node, implementation), steps)

    def _implementation(self, reference: Reference, operands: tuple[Expression, ...], steps: list[Step]) -> Callable[..., Value]:
        if reference.name in _PATTERN_FUNCTIONS and self._is_constant(steps[1]):
            return with_pattern(reference.name, self._constant_value(steps[1]), reference.overloads[0].implementation)
        overloads = reference.overloads
        if overloads[0].dispatches:
            return overloads[0].implementation
        if len(overloads) == 1:
            signature = overloads[0].signature
            kinds = [self._checked.types[operand.id].kind for operand in operands]
            if all(
                parameter.kind == kind and not parameter.parameters for parameter, kind in zip(signature.parameters, kinds, strict=True)
            ):
                return overloads[0].implementation
        guarded = [(tuple(map(takes, overload.signature.parameters)), overload.implementation) for overload in overloads]
        return dispatch(reference.name, guarded)

    def _counted(self, node: Call, implementation: Callable[..., Value]) -> Callable[..., Value]:
        meter = self.meter
        if meter is None:
            return implementation
        cost = call_cost(self._checked.references[node.id], self._quirks)

        def counted(*arguments: Value) -> Value:
            result = implementation(*arguments)
            meter.spend(cost(arguments, result))
            return result

        return counted

    def conjunction(self, node: Call) -> Step:
        """`&&` over all its terms."""
        return absorbing([self.step(term) for term in _terms(node)], decisive=False)

    def disjunction(self, node: Call) -> Step:
        """`||` over all its terms."""
        return absorbing([self.step(term) for term in _terms(node)], decisive=True)

    def conditional(self, node: Call) -> Step:
        """`condition ? accepted : refused`."""
        condition, accepted, refused = map(self.step, node.arguments)

        def choose(frame: Frame) -> Value:
            decision = condition(frame)
            if decision is True:
                return accepted(frame)
            if decision is False:
                return refused(frame)
            raise Failure(NO_SUCH_OVERLOAD)

        return choose

    def equality(self, node: Call) -> Step:
        """`==`, quick where a text is compared with a constant."""
        left, right = node.arguments
        if self.meter is None and isinstance(right, Literal) and isinstance(right.value, str):
            return equals_text(self.step(left), right.value)
        return applied(self._counted(node, equal), [self.step(left), self.step(right)])

    def membership(self, node: Call) -> Step:
        """`in`, which upstream makes a look-up in a set where the list is constant."""
        item, container = map(self.step, node.arguments)
        overloads = self._checked.references[node.id].overloads
        constants = self._constant_value(container) if self._is_constant(container) and len(overloads) == 1 else None
        if not isinstance(constants, list):
            return applied(self._counted(node, overloads[0].implementation), [item, container])
        if not constants:
            return self.constant(value=False)
        return self._costing(1, in_constants(item, constants))

    def index(self, node: Call) -> Step:
        """`container[key]`."""
        container, key = map(self.step, node.arguments)
        literal = node.arguments[1]
        if isinstance(literal, Literal) and isinstance(literal.value, str):
            return self._costing(1, field(container, literal.value))
        self._check_constant_key(key)

        def look_up(frame: Frame) -> Value:
            target = container(frame)
            if target is NONE:
                return NONE
            value = key(frame)
            return optional_member(target, value) if isinstance(target, OptionalValue) else member(target, value)

        return self._costing(1, look_up)

    def optional_index(self, node: Call) -> Step:
        """`container[?key]` and `container.?field`."""
        container, key = map(self.step, node.arguments)
        self._check_constant_key(key)

        def look_up(frame: Frame) -> Value:
            target = container(frame)
            return NONE if target is NONE else optional_member(target, key(frame))

        return self._costing(1, look_up)

    def _check_constant_key(self, key: Step) -> None:
        if self._is_constant(key):
            try:
                checked_key(self._constant_value(key))
            except Failure as error:
                raise PlanError(str(error)) from None

    def or_optional(self, node: Call) -> Step:
        """`optional.or(other)`; the other is evaluated where it is needed."""
        return self._fallback(node, unwrap=False)

    def or_value(self, node: Call) -> Step:
        """`optional.orValue(value)`; the value is evaluated where it is needed."""
        return self._fallback(node, unwrap=True)

    def _fallback(self, node: Call, *, unwrap: bool) -> Step:
        first, other = map(self.step, node.operands)

        def fall_back(frame: Frame) -> Value:
            optional = first(frame)
            if not isinstance(optional, OptionalValue):
                raise Failure(NO_SUCH_OVERLOAD)
            if optional is NONE:
                return other(frame)
            return optional.value if unwrap else optional

        return self._costing(1, fall_back)

    # lists and maps

    def list_literal(self, node: ListLiteral) -> Step:
        """A list."""
        steps = [self.step(element) for element in node.elements]
        optional = node.optional
        if not optional and all(map(self._is_constant, steps)):
            return self.constant([self._constant_value(step) for step in steps])
        if not optional:
            return self._costing(_LIST_COST, lambda frame: [step(frame) for step in steps])

        def build(frame: Frame) -> Value:
            values: list[Value] = []
            for index, step in enumerate(steps):
                value = step(frame)
                if index in optional:
                    if not isinstance(value, OptionalValue):
                        raise Failure(f"cannot initialize optional list element from non-optional value {shown(value)}")
                    if value is NONE:
                        continue
                    value = value.value
                values.append(value)
            return values

        return self._costing(_LIST_COST, build)

    def map_literal(self, node: MapLiteral) -> Step:
        """A map."""
        entries = [(self.step(entry.key), self.step(entry.value), entry.optional) for entry in node.entries]
        is_constant = all(self._is_constant(step) for entry in entries for step in entry[:2])

        def build(frame: Frame) -> Value:
            values = LiteralMap()
            for key_step, value_step, optional in entries:
                key, value = key_step(frame), value_step(frame)
                if type(key) not in _MAP_KEYS:
                    raise unhashable(key) if type(key) in UNHASHABLE else Unknowable(f"a map with a key of type {type_name(key)}")
                if optional:
                    if not isinstance(value, OptionalValue):
                        raise Failure(f"cannot initialize optional entry '{shown(key)}' from non-optional value {shown(value)}")
                    if value is NONE:
                        continue
                    value = value.value
                values[key] = value
            return values

        return build if is_constant else self._costing(_MAP_COST, build)

    # comprehensions

    def comprehension(self, node: Comprehension) -> Step:
        """A macro over a range."""
        if node.macro == "bind":
            return self._binding(node)
        iterated = self.step(node.iteration_range)
        names = (node.variable, node.second_variable) if node.second_variable else (node.variable,)
        slots = self._enter(names)
        predicate = self.step(node.predicate) if node.predicate is not None else None
        transform = self.step(node.transform) if node.transform is not None else None
        del self._scopes[-len(names) :]
        iterate = one_by_one(iterated, slots) if len(slots) == 1 else in_pairs(iterated, slots)
        return self._costing(1, self._gatherer(node, iterate, slots, predicate, transform))

    def _enter(self, names: tuple[str, ...]) -> tuple[int, ...]:
        """Slots for variables that are visible from here on."""
        slots = tuple(range(self.slots, self.slots + len(names)))
        self.slots += len(names)
        self._scopes.extend(zip(names, slots, strict=True))
        return slots

    def _gatherer(
        self, node: Comprehension, iterate: Iterate, slots: tuple[int, ...], predicate: Step | None, transform: Step | None
    ) -> Step:
        spend = self._spend(_ITERATION_COSTS.get(node.macro, 2))
        if node.macro in {"all", "exists"} and predicate:
            return quantified(iterate, predicate, spend, decisive=node.macro == "exists")
        if node.macro == "exists_one" and predicate:
            return exactly_one(iterate, predicate, spend)
        spend = self._spend(_LIST_COST + 2)
        if node.macro == "filter" and predicate:
            return gathered(iterate, predicate, load(slots[0]), spend)
        if node.macro in {"map", "transformList"} and transform:
            return gathered(iterate, predicate, transform, spend)
        if transform is None:
            raise PlanError(f"{node.macro} is no macro")
        key = load(slots[0]) if node.macro == "transformMap" else None
        return inserted(iterate, predicate, key, transform, self._spend(2))

    def _spend(self, cost: int) -> Callable[[], None]:
        meter = self.meter
        return _free if meter is None else lambda: meter.spend(cost)

    def _binding(self, node: Comprehension) -> Step:
        self._check_variable(node.accumulator, node.initial)
        value = self.step(node.initial)
        slot = self.slots
        self.slots += 1
        self._scopes.append((node.accumulator, slot))
        result = self.step(node.result)
        self._scopes.pop()

        def bind(frame: Frame) -> Value:
            frame[slot] = Lazy(value)
            return result(frame)

        return self._costing(1, bind)


_MAP_KEYS: Final = frozenset({bool, int, UInt, str, float, type(None)})


def _free() -> None:
    """Nothing is counted."""


def _terms(node: Call) -> list[Expression]:
    """The terms of a tree of one logical operator, from left to right."""
    terms: list[Expression] = []
    for argument in node.arguments:
        if isinstance(argument, Call) and argument.function == node.function:
            terms.extend(_terms(argument))
        else:
            terms.append(argument)
    return terms


_STEPS: Final[dict[type, Callable[..., Step]]] = {
    Literal: _Planner.literal,
    Identifier: _Planner.identifier,
    Select: _Planner.select,
    Call: _Planner.call,
    ListLiteral: _Planner.list_literal,
    MapLiteral: _Planner.map_literal,
    Comprehension: _Planner.comprehension,
}
_SPECIAL_CALLS: Final[dict[str, Callable[[_Planner, Call], Step]]] = {
    "_&&_": _Planner.conjunction,
    "_||_": _Planner.disjunction,
    "_?_:_": _Planner.conditional,
    "_==_": _Planner.equality,
    "@in": _Planner.membership,
    "_[_]": _Planner.index,
    "_[?_]": _Planner.optional_index,
    "_?._": _Planner.optional_index,
    "or": _Planner.or_optional,
    "orValue": _Planner.or_value,
}
