"""The steps that programs are made of: each a function of the frame, the list of the variables.

Errors travel as exceptions until a step absorbs them. Follows `interpreter/interpretable.go` and `attributes.go` of cel-go.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.cel.library import regex
from kubectl_dra.cel.values import (
    MAPS,
    NO_SUCH_OVERLOAD,
    NONE,
    UNHASHABLE,
    Duration,
    Failure,
    OptionalValue,
    Panic,
    Timestamp,
    UInt,
    Unknowable,
    Value,
    certainly_equal,
    equal,
    found,
    go_type,
    member,
    no_such_overload,
    optional_member,
    unhashable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

Frame: TypeAlias = "list[Value]"
Step: TypeAlias = "Callable[[Frame], Value]"

_ADDABLE: Final = frozenset({bytes, float, Duration, int, str, Timestamp, UInt})


class PlanError(Exception):
    """A tree that is refused when a program is made of it, in upstream's words."""


class Lazy:
    """What a name is bound to: evaluated when it is first asked for, and then known, error or not."""

    __slots__ = ("_failure", "_step", "_value")

    def __init__(self, step: Step) -> None:
        self._step: Step | None = step
        self._value: Value = None
        self._failure: Failure | Unknowable | None = None

    def value(self, frame: Frame) -> Value:
        """The value. Raises what evaluating it raised."""
        if self._step is not None:
            step, self._step = self._step, None
            try:
                self._value = step(frame)
            except (Failure, Unknowable) as error:
                self._failure = error
        if self._failure is not None:
            raise self._failure
        return self._value


def load(slot: int) -> Step:
    """The value of a variable."""

    def load(frame: Frame) -> Value:
        value = frame[slot]
        return value.value(frame) if type(value) is Lazy else value

    return load


def field(operand: Step, name: str) -> Step:
    """A field of what a step gives, quick where that is a map."""
    failure = f"no such key: {name}"

    def read(frame: Frame) -> Value:
        container = operand(frame)
        if isinstance(container, dict):
            try:
                return container[name]
            except KeyError:
                raise Failure(failure) from None
        return optional_member(container, name) if isinstance(container, OptionalValue) else member(container, name)

    return read


def presence(operand: Step, name: str) -> Step:
    """Whether what a step gives has a field."""

    def test(frame: Frame) -> Value:
        container = operand(frame)
        while isinstance(container, OptionalValue):
            if container is NONE:
                return False
            container = container.value
        if type(container) in MAPS:
            return found(container, name) is not NONE
        if isinstance(container, list):
            raise Failure("unsupported index type 'string' in list")
        return False

    return test


def applied(implementation: Callable[..., Value], steps: list[Step]) -> Step:
    """A function applied to what the steps give."""
    if len(steps) == 1:
        (only,) = steps
        return lambda frame: implementation(only(frame))
    if len(steps) == 2:  # noqa: PLR2004 - most calls
        first, second = steps

        def apply(frame: Frame) -> Value:
            try:
                left = first(frame)
            except Failure:
                _attempt(second, frame)
                raise
            return implementation(left, second(frame))

        return apply
    return lambda frame: implementation(*[step(frame) for step in steps])


def _attempt(step: Step, frame: Frame) -> None:
    """Upstream evaluates both operands before it looks for errors: the second can panic, or exceed the limit, after the first failed."""
    with suppress(Failure, Unknowable):
        step(frame)


def dispatch(name: str, guarded: list[tuple[tuple[Callable[[Value], bool], ...], Callable[..., Value]]]) -> Callable[..., Value]:
    """The first of several implementations whose parameters take the arguments."""

    def call(*arguments: Value) -> Value:
        for guards, implementation in guarded:
            if all(map(_accepts, guards, arguments)):
                return implementation(*arguments)
        raise no_such_overload(name, arguments)

    return call


def _accepts(guard: Callable[[Value], bool], value: Value) -> bool:
    return guard(value)


def panicking(step: Step, *, needs_list: bool = False) -> Step:
    """The list of a function whose cost upstream counts by that list, whatever it is: it panics where it is none."""

    def evaluate(frame: Frame) -> Value:
        try:
            value = step(frame)
        except Failure:
            raise Panic("internal error: interface conversion: *types.Err is not traits.Lister: missing method Add") from None
        if needs_list and not isinstance(value, list):
            missing = "Contains" if type(value) in _ADDABLE else "Add"
            raise Panic(f"internal error: interface conversion: {go_type(value)} is not traits.Lister: missing method {missing}")
        return value

    return evaluate


def converted(implementation: Callable[..., Value], value: Value) -> Value:
    """Upstream converts constants when it makes the program, and refuses the expression where that fails."""
    try:
        return implementation(value)
    except Failure as error:
        raise PlanError(str(error)) from None


def with_pattern(name: str, pattern: Value, implementation: Callable[..., Value]) -> Callable[..., Value]:
    """A function with a constant pattern, which upstream compiles with the program, and which then asks for a text in fewer words."""
    try:
        if isinstance(pattern, str):
            regex.compiled(pattern)
    except regex.BadPattern as error:
        raise PlanError(str(error)) from None

    def search(text: Value, *arguments: Value) -> Value:
        if not isinstance(text, str) or not isinstance(pattern, str):
            raise Failure(NO_SUCH_OVERLOAD)
        if len(arguments) > 1 and type(arguments[1]) is not int:
            raise no_such_overload(name, (text, *arguments))
        return implementation(text, *arguments)

    return search


def absorbing(steps: list[Step], *, decisive: bool) -> Step:
    """`&&` and `||`: one decisive term settles it whatever the others are, errors included."""
    neutral = not decisive

    def evaluate(frame: Frame) -> Value:
        problem: Failure | Unknowable | None = None
        for step in steps:
            try:
                value = step(frame)
            except (Failure, Unknowable) as error:
                problem = worse(problem, error)
                continue
            if value is decisive:
                return decisive
            if value is not neutral:
                problem = problem or Failure(NO_SUCH_OVERLOAD)
        if problem is not None:
            raise problem
        return neutral

    return evaluate


def worse(first: Failure | Unknowable | None, other: Failure | Unknowable) -> Failure | Unknowable:
    """The first problem, but what is unknowable before what failed: it might have been decisive."""
    return other if first is None or (isinstance(first, Failure) and isinstance(other, Unknowable)) else first


def equals_text(operand: Step, text: str) -> Step:
    """Whether what a step gives equals a text."""

    def compare(frame: Frame) -> Value:
        value = operand(frame)
        return value == text if type(value) is str else equal(value, text)

    return compare


def in_constants(item: Step, constants: list[Value]) -> Step:
    """Whether what a step gives is one of several constants."""
    texts = frozenset(constant for constant in constants if isinstance(constant, str))
    is_set = all(isinstance(constant, bool | int | float | str) for constant in constants)

    def test(frame: Frame) -> Value:
        value = item(frame)
        if type(value) is str:
            return value in texts
        if is_set and type(value) in UNHASHABLE:
            raise unhashable(value)
        return any(certainly_equal(value, constant) for constant in constants)

    return test
