"""Macros over a range as steps: `evalFold` of `interpreter/interpretable.go`, each macro evaluated in one loop instead of as its expansion.

What an expansion does with errors each does, too: `all` and `exists` absorb them, the others go on and end in one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kubectl_dra.cel.steps import Frame, Step, worse
from kubectl_dra.cel.values import NO_SUCH_OVERLOAD, NONE, Failure, LiteralMap, Unknowable, Value, found, go_type, no_such_overload, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Iterate: TypeAlias = "Callable[[Frame], Iterator[None]]"


def one_by_one(iterated: Step, slots: tuple[int, ...]) -> Iterate:
    """The elements of a list or the keys of a map, one after the other in a variable."""
    (slot,) = slots

    def iterate(frame: Frame) -> Iterator[None]:
        values = iterated(frame)
        if not isinstance(values, list | dict):
            raise Failure(f"got '{go_type(values)}', expected iterable type")
        for value in values:
            frame[slot] = value
            yield

    return iterate


def in_pairs(iterated: Step, slots: tuple[int, ...]) -> Iterate:
    """The indices and elements of a list, or the entries of a map, one after the other in two variables."""
    first, second = slots

    def iterate(frame: Frame) -> Iterator[None]:
        values = iterated(frame)
        if not isinstance(values, list | dict):
            raise Failure(f"unsupported comprehension range type: {go_type(values)}")
        for key, value in enumerate(values) if isinstance(values, list) else values.items():
            frame[first] = key
            frame[second] = value
            yield

    return iterate


def quantified(iterate: Iterate, predicate: Step, spend: Callable[[], None], *, decisive: bool) -> Step:
    """`all` and `exists`, which absorb errors as `&&` and `||` do."""
    neutral = not decisive

    def evaluate(frame: Frame) -> Value:
        problem: Failure | Unknowable | None = None
        for _ in iterate(frame):
            spend()
            try:
                value = predicate(frame)
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


def _decided(predicate: Step, frame: Frame) -> bool:
    value = predicate(frame)
    if isinstance(value, bool):
        return value
    raise Failure(NO_SUCH_OVERLOAD)


def exactly_one(iterate: Iterate, predicate: Step, spend: Callable[[], None]) -> Step:
    """Upstream goes on after an error, and tells the last one."""

    def evaluate(frame: Frame) -> Value:
        problem: Failure | Unknowable | None = None
        count = 0
        for _ in iterate(frame):
            spend()
            try:
                count += _decided(predicate, frame)
            except (Failure, Unknowable) as error:
                problem = error
        if problem is not None:
            raise problem
        return count == 1

    return evaluate


def gathered(iterate: Iterate, predicate: Step | None, transform: Step, spend: Callable[[], None]) -> Step:
    """`map`, `filter` and `transformList`; an error of the predicate takes the place of an earlier one, one of the transform does not."""

    def evaluate(frame: Frame) -> Value:
        problem: Failure | Unknowable | None = None
        values: list[Value] = []
        for _ in iterate(frame):
            spend()
            try:
                if predicate is not None and not _decided(predicate, frame):
                    continue
            except (Failure, Unknowable) as error:
                problem = error
                continue
            try:
                values.append(transform(frame))
            except (Failure, Unknowable) as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return values

    return evaluate


def inserted(iterate: Iterate, predicate: Step | None, key: Step | None, transform: Step, spend: Callable[[], None]) -> Step:
    """`transformMap`, and without a key `transformMapEntry`, whose transform gives a map."""

    def evaluate(frame: Frame) -> Value:
        problem: Failure | Unknowable | None = None
        values = LiteralMap()
        for _ in iterate(frame):
            spend()
            try:
                if predicate is not None and not _decided(predicate, frame):
                    continue
            except (Failure, Unknowable) as error:
                problem = error
                continue
            try:
                made = transform(frame)
                _insert(values, {key(frame): made} if key else made)
            except (Failure, Unknowable) as error:
                problem = problem or error
        if problem is not None:
            raise problem
        return values

    return evaluate


def _insert(values: dict[Value, Value], entries: Value) -> None:
    if not isinstance(entries, dict):
        raise no_such_overload("cel.@mapInsert", ({}, entries))
    for key, value in entries.items():
        if found(values, key) is not NONE:
            raise Failure(f"insert failed: key {shown(key)} already exists")
        values[key] = value
