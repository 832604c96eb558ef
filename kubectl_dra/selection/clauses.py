"""Why a selector says what it says: its clauses, each with its own outcome and the values that it read.

The outcome of the whole is always the one of `CompiledSelector.evaluate`; the clauses are evaluated from the same tree by the same engine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from kubectl_dra.cel.errors import CannotTell, CompileError, EvaluationError
from kubectl_dra.cel.tree import Call, Comprehension, Expression, Select
from kubectl_dra.cel.values import NONE, OptionalValue, Value, found
from kubectl_dra.selection.device_selector import CelError, CompiledSelector, DeviceError, DeviceValue, device_value
from kubectl_dra.selection.groups import group_devices
from kubectl_dra.selection.readings import Reading, path_of, readings_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kubectl_dra.api.resource import Device

    Names = dict[str, tuple[str, ...] | None]
    Bound = tuple[tuple[str, Value], ...]

Connective: TypeAlias = Literal["", "&&", "||", "!", "?:", "all", "exists", "exists_one", "has"]
"""How a clause is made of its parts; "" where it is not made of clauses."""

_CONNECTIVES: Final[dict[str, Connective]] = {"_&&_": "&&", "_||_": "||", "!_": "!", "_?_:_": "?:"}
_QUANTIFIERS: Final[dict[str, Connective]] = {"all": "all", "exists": "exists", "exists_one": "exists_one"}


class Absent(msgspec.Struct, frozen=True):
    """What a device has where it has nothing: neither the attribute nor the capacity."""


ABSENT: Final = Absent()


class ValueRead(msgspec.Struct, frozen=True, eq=False):
    """A part of the device that a clause reads, and what the device has there."""

    reading: Reading
    value: Value | Absent


class Clause(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A part of a selector that has an outcome of its own."""

    start: int
    end: int
    text: str
    """As it is written."""
    connective: Connective
    outcome: Value | CelError
    """What it evaluates to on the device; with an error it is one of the three error values."""
    evaluated: bool
    """Whether evaluating the whole gets to it; what stands behind a decisive clause is not reached."""
    reads: tuple[ValueRead, ...]
    element: Value | Absent = ABSENT
    """The element that it is about, for a clause within `all`, `exists` or `exists_one`."""
    clauses: tuple[Clause, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether it has no value."""
        return isinstance(self.outcome, EvaluationError | CannotTell | CompileError)


class Explanation(msgspec.Struct, frozen=True, eq=False):
    """What a selector says of one device, and why."""

    outcome: bool | CelError
    clause: Clause | None
    """The whole expression; None where it does not compile or the device cannot be read."""

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The operands of the topmost `&&`; without one the whole expression."""
        if self.clause is None:
            return ()
        return self.clause.clauses if self.clause.connective == "&&" else (self.clause,)


def explain(selector: CompiledSelector, driver: str, device: Device) -> Explanation:
    """The outcome on one device, clause by clause."""
    return explain_value(selector, device_value(driver, device, selector.environment))


def explain_value(selector: CompiledSelector, device: DeviceValue | DeviceError) -> Explanation:
    """The same for a device that `device_value` made ready."""
    outcome = selector.evaluate_value(device)
    if selector.program is None or isinstance(device, DeviceError):
        return Explanation(outcome, None)
    explainer = _Explainer(selector, device)
    return Explanation(outcome, explainer.clause(selector.program.tree, _Context(), evaluated=True))


class _Context(msgspec.Struct, frozen=True, eq=False):
    """The local names that are visible: what they are bound to, and where in the device they lead."""

    bound: Bound = ()
    paths: dict[str, tuple[str, ...] | None] = {}
    element: Value | Absent = ABSENT

    def with_name(self, name: str, value: Value, path: tuple[str, ...] | None, element: Value | Absent) -> _Context:
        """The context with one more name."""
        kept = tuple(pair for pair in self.bound if pair[0] != name)
        return _Context((*kept, (name, value)), {**self.paths, name: path}, element)


class _Explainer:
    __slots__ = ("_device", "_elements_left", "_selector")

    def __init__(self, selector: CompiledSelector, device: DeviceValue) -> None:
        self._selector = selector
        self._device = device
        self._elements_left = _MOST_ELEMENTS

    def clause(self, node: Expression, context: _Context, *, evaluated: bool) -> Clause:
        """A node as a clause with its parts."""
        if isinstance(node, Comprehension) and node.macro == "bind":
            return self._within_binding(node, context, evaluated=evaluated)
        connective = _connective(node)
        return Clause(
            start=node.start,
            end=node.end,
            text=self._selector.expression[node.start : node.end],
            connective=connective,
            outcome=self._value(node, context),
            evaluated=evaluated,
            reads=tuple(self._reads(node, context)),
            element=context.element,
            clauses=tuple(self._parts_of(node, connective, context, evaluated=evaluated)),
        )

    def _value(self, node: Expression, context: _Context) -> Value | CelError:
        """The value of a node, or why it has none."""
        program = self._selector.program
        if program is None:
            return self._selector.error
        return _part(self._selector, node, tuple(name for name, _ in context.bound))(
            self._device.value, *(value for _, value in context.bound)
        )

    def _reads(self, node: Expression, context: _Context) -> Iterator[ValueRead]:
        for reading in readings_in(node, context.paths):
            yield ValueRead(reading, value_at(self._device, reading))

    def _parts_of(self, node: Expression, connective: Connective, context: _Context, *, evaluated: bool) -> Iterator[Clause]:
        if isinstance(node, Call) and connective in {"&&", "||"}:
            yield from self._terms(node, connective, context, evaluated=evaluated)
        elif isinstance(node, Call) and connective == "!":
            yield self.clause(node.arguments[0], context, evaluated=evaluated)
        elif isinstance(node, Call) and connective == "?:":
            yield from self._branches(node, context, evaluated=evaluated)
        elif isinstance(node, Comprehension) and connective in _QUANTIFIERS.values():
            yield from self._elements(node, context, evaluated=evaluated)

    def _terms(self, node: Call, connective: Connective, context: _Context, *, evaluated: bool) -> Iterator[Clause]:
        """The terms of `&&` or `||`; those behind a decisive one are not reached."""
        decisive = connective == "||"
        reached = evaluated
        for term in terms_of(node):
            clause = self.clause(term, context, evaluated=reached)
            yield clause
            reached = reached and clause.outcome is not decisive

    def _branches(self, node: Call, context: _Context, *, evaluated: bool) -> Iterator[Clause]:
        condition, accepted, refused = node.arguments
        decision = self.clause(condition, context, evaluated=evaluated)
        yield decision
        for branch, chosen in ((accepted, True), (refused, False)):
            yield self.clause(branch, context, evaluated=evaluated and decision.outcome is chosen)

    def _elements(self, node: Comprehension, context: _Context, *, evaluated: bool) -> Iterator[Clause]:
        """The predicate for each element of the range; of none where there are too many to look at."""
        values = self._value(node.iteration_range, context)
        if node.predicate is None or not isinstance(values, list | dict) or len(values) > self._elements_left:
            return
        self._elements_left -= len(values)
        decisive: Callable[[object], bool] = {"all": _is_false, "exists": _is_true}.get(node.macro, _never)
        range_path = path_of(node.iteration_range, context.paths)
        reached = evaluated
        for key, value in enumerate(values) if isinstance(values, list) else values.items():
            inner = self._element_context(node, context, (key, value), range_path, is_list=isinstance(values, list))
            clause = self.clause(node.predicate, inner, evaluated=reached)
            yield clause
            reached = reached and not decisive(clause.outcome)

    def _element_context(
        self, node: Comprehension, context: _Context, entry: tuple[Value, Value], path: tuple[str, ...] | None, *, is_list: bool
    ) -> _Context:
        key, value = entry
        if not node.second_variable:
            element = value if is_list else key
            return context.with_name(node.variable, element, None, element)
        element_path = (*path, str(key)) if path is not None and isinstance(key, str) and len(path) == 2 else None  # noqa: PLR2004 - a domain
        first = context.with_name(node.variable, key, None, value)
        return first.with_name(node.second_variable, value, element_path, value)

    def _within_binding(self, node: Comprehension, context: _Context, *, evaluated: bool) -> Clause:
        """What `cel.bind` is about, the name being known; where its value fails, the whole is one clause."""
        value = self._value(node.initial, context)
        if isinstance(value, EvaluationError | CannotTell | CompileError):
            return self._whole(node, context, evaluated=evaluated)
        inner = context.with_name(node.accumulator, value, path_of(node.initial, context.paths), context.element)
        return self.clause(node.result, inner, evaluated=evaluated)

    def _whole(self, node: Expression, context: _Context, *, evaluated: bool) -> Clause:
        return Clause(
            start=node.start,
            end=node.end,
            text=self._selector.expression[node.start : node.end],
            connective="",
            outcome=self._value(node, context),
            evaluated=evaluated,
            reads=tuple(self._reads(node, context)),
            element=context.element,
        )


def _connective(node: Expression) -> Connective:
    if isinstance(node, Call):
        return _CONNECTIVES.get(node.function, "")
    if isinstance(node, Comprehension):
        return _QUANTIFIERS.get(node.macro, "")
    return "has" if isinstance(node, Select) and node.test_only else ""


def _is_false(outcome: object) -> bool:
    return outcome is False


def _is_true(outcome: object) -> bool:
    return outcome is True


def _never(_outcome: object) -> bool:
    return False


def terms_of(node: Expression, function: str = "") -> list[Expression]:
    """The terms of a tree of one logical operator, from left to right; of anything else the node itself."""
    if not isinstance(node, Call) or node.function not in {"_&&_", "_||_"} or function not in {"", node.function}:
        return [node]
    return [term for argument in node.arguments for term in terms_of(argument, node.function)]


_MOST_ELEMENTS: Final = 1000
_PARTS: dict[tuple[int, int, tuple[str, ...]], tuple[CompiledSelector, Callable[..., Value | CelError]]] = {}
_MOST_PARTS: Final = 4096


def _part(selector: CompiledSelector, node: Expression, names: tuple[str, ...]) -> Callable[..., Value | CelError]:
    """A node of a selector as a function of the device and of the names bound around it, made once."""
    key = (id(selector), node.id, names)
    kept = _PARTS.get(key)
    if kept is not None and kept[0] is selector:
        return kept[1]
    if len(_PARTS) >= _MOST_PARTS:
        _PARTS.clear()
    program = selector.program
    if program is None:
        raise ValueError(f"{selector.expression} does not compile")
    part = program.part(node, names)
    _PARTS[key] = selector, part
    return part


def value_at(device: DeviceValue, reading: Reading) -> Value | Absent:
    """What a device has where a reading leads."""
    value: Value = device.value
    for name in reading.path:
        if not isinstance(value, dict):
            return ABSENT
        entry = found(value, name) if name in value else NONE
        if entry is NONE:
            return ABSENT
        value = entry.value
    return value.value if isinstance(value, OptionalValue) else value


class Count(msgspec.Struct, frozen=True, eq=False):
    """How many devices have one value."""

    value: Value | Absent
    devices: int


class Counts(msgspec.Struct, frozen=True, eq=False):
    """The values that devices have where a clause reads, the most frequent first."""

    reading: Reading
    values: tuple[Count, ...]


class Failures(msgspec.Struct, frozen=True, eq=False):
    """An error, and on how many devices it is met."""

    error: CelError
    devices: int


class ClauseTally(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A clause over many devices, those left out on which it would fail and is not reached."""

    start: int
    end: int
    text: str
    connective: Connective
    true: int
    false: int
    failures: tuple[Failures, ...]
    others: int
    """How many devices it has a value for that is neither true nor false."""
    only_obstacle: int
    """How many devices it alone keeps from being selected: every other clause of the topmost `&&` is true there."""
    values: tuple[Counts, ...]
    """What the devices have where it reads."""
    values_where_false: tuple[Counts, ...]
    """The same, of the devices on which it is false or fails."""
    clauses: tuple[ClauseTally, ...]

    @property
    def failed(self) -> int:
        """On how many devices it has no value."""
        return sum(failure.devices for failure in self.failures)


class Tally(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A selector over many devices."""

    devices: int
    selected: int
    false: int
    failures: tuple[Failures, ...]
    clauses: tuple[ClauseTally, ...]
    """The operands of the topmost `&&`; empty where nothing can be evaluated."""


def tally(selector: CompiledSelector, devices: Sequence[tuple[str, Device]], counts: Sequence[int] | None = None) -> Tally:
    """What a selector says of devices (driver, device), clause by clause, grouped by the values that it reads.

    ``counts`` says how many each device stands for, where that is more than itself.
    """
    groups = group_devices([selector], devices)
    numbers = [len(group) if counts is None else sum([counts[index] for index in group.indices]) for group in groups]
    weighted = [(explain(selector, group.driver, group.device), number) for group, number in zip(groups, numbers, strict=True)]
    outcomes: list[tuple[Value | CelError, int]] = [(explanation.outcome, count) for explanation, count in weighted]
    explained = _alike([(explanation, count) for explanation, count in weighted if explanation.clause is not None], selector)
    columns = list(zip(*(clauses for clauses, _ in explained), strict=True)) if explained else []
    numbers = [number for _, number in explained]
    return Tally(
        devices=len(devices) if counts is None else sum(counts),
        selected=_counted(outcomes, _is_true),
        false=_counted(outcomes, _is_false),
        failures=_failures(outcomes),
        clauses=tuple(
            _tallied(list(zip(column, numbers, strict=True)), _obstacles(columns, index, numbers)) for index, column in enumerate(columns)
        ),
    )


def _alike(weighted: Sequence[tuple[Explanation, int]], selector: CompiledSelector) -> list[tuple[tuple[Clause, ...], int]]:
    """The clauses of each explanation; where they are not the same ones on all devices, the whole expression as one clause."""
    shapes = {tuple((clause.start, clause.end) for clause in explanation.clauses) for explanation, _ in weighted}
    if len(shapes) <= 1:
        return [(explanation.clauses, count) for explanation, count in weighted]
    return [((_whole_of(explanation, selector),), count) for explanation, count in weighted]


def _whole_of(explanation: Explanation, selector: CompiledSelector) -> Clause:
    reads = {read.reading: read for clause in explanation.clauses for read in clause.reads}
    return Clause(
        start=0,
        end=len(selector.expression),
        text=selector.expression,
        connective="",
        outcome=explanation.outcome,
        evaluated=True,
        reads=tuple(reads.values()),
    )


def _counted(outcomes: Sequence[tuple[Value | CelError, int]], test: Callable[[object], bool]) -> int:
    return sum(count for outcome, count in outcomes if test(outcome))


def _failures(outcomes: Sequence[tuple[Value | CelError, int]]) -> tuple[Failures, ...]:
    counts: dict[CelError, int] = {}
    for outcome, count in outcomes:
        if isinstance(outcome, EvaluationError | CannotTell | CompileError):
            counts[outcome] = counts.get(outcome, 0) + count
    return tuple(Failures(error, count) for error, count in sorted(counts.items(), key=lambda pair: -pair[1]))


def _obstacles(columns: Sequence[tuple[Clause, ...]], index: int, counts: Sequence[int]) -> int:
    """On how many devices every clause but this one is true."""
    others = [column for position, column in enumerate(columns) if position != index]
    return sum(
        count
        for row, count in enumerate(counts)
        if columns[index][row].outcome is not True and all(column[row].outcome is True for column in others)
    )


def _tallied(every: Sequence[tuple[Clause, int]], only_obstacle: int) -> ClauseTally:
    first = every[0][0]
    # An error that evaluating the whole never gets to is none: `has(x) && x == 1` does not fail where x is missing.
    rows = [(clause, count) for clause, count in every if clause.evaluated or not clause.failed]
    outcomes: list[tuple[Value | CelError, int]] = [(clause.outcome, count) for clause, count in rows]
    failures = _failures(outcomes)
    true, false = _counted(outcomes, _is_true), _counted(outcomes, _is_false)
    total = sum(count for _, count in rows)
    return ClauseTally(
        start=first.start,
        end=first.end,
        text=first.text,
        connective=first.connective,
        true=true,
        false=false,
        failures=failures,
        others=total - true - false - sum(failure.devices for failure in failures),
        only_obstacle=only_obstacle,
        values=_values(rows),
        values_where_false=_values([row for row in rows if row[0].outcome is not True]),
        clauses=_tallied_parts(every) if first.connective in {"&&", "||", "!", "?:"} else (),
    )


def _tallied_parts(rows: Sequence[tuple[Clause, int]]) -> tuple[ClauseTally, ...]:
    if len({tuple((part.start, part.end) for part in clause.clauses) for clause, _ in rows}) > 1:
        return ()
    columns = zip(*(clause.clauses for clause, _ in rows), strict=True)
    counts = [count for _, count in rows]
    return tuple(_tallied(list(zip(column, counts, strict=True)), 0) for column in columns)


def _values(rows: Sequence[tuple[Clause, int]]) -> tuple[Counts, ...]:
    gathered: dict[Reading, dict[tuple[type, str], tuple[Value | Absent, int]]] = {}
    for clause, count in rows:
        for read in clause.reads:
            values = gathered.setdefault(read.reading, {})
            key = (type(read.value), str(read.value))
            value, present = values.get(key, (read.value, 0))
            values[key] = value, present + count
    return tuple(
        Counts(reading, tuple(Count(value, count) for value, count in sorted(values.values(), key=lambda pair: -pair[1])))
        for reading, values in gathered.items()
    )
