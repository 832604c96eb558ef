"""List functions: Kubernetes' own (`apiserver/pkg/cel/library/lists.go`) and those of `ext/lists.go`."""

from __future__ import annotations

from functools import cmp_to_key
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import function, method, operators
from kubectl_dra.cel.library.standard import FUNCTIONS as STANDARD
from kubectl_dra.cel.values import (
    NO_SUCH_OVERLOAD,
    ORDERED,
    Duration,
    Failure,
    Timestamp,
    UInt,
    Unknowable,
    Value,
    certainly_equal,
    order,
    type_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.declarations import Functions, Implementation

_SUMMABLE: Final[dict[str, Value]] = {"int": 0, "uint": UInt(0), "double": 0.0, "duration": Duration(0)}
_COMPARABLE: Final = ("int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes")
_LONGEST_RANGE: Final = 1_000_000
_LONGEST_LIST: Final = 10_000_000  # what fits into memory with ease; upstream before 1.37 tries any
_ADD: Final = STANDARD["_+_"][0].implementation


def _is_sorted(values: list[Value]) -> bool:
    """Whether each is at most the next; what stands behind the first that is not is never looked at."""
    for value in values[:1]:
        _require_ordered(value)
    for left, right in pairwise(values):
        _require_ordered(right)
        if _order_or_unknown(left, right) > 0:
            return False
    return True


def _require_ordered(value: Value) -> None:
    if type(value) not in ORDERED:
        raise Failure(NO_SUCH_OVERLOAD)


def _order_or_unknown(left: Value, right: Value) -> int:
    """Upstream takes what cannot be compared for sorted."""
    try:
        return order(left, right)
    except Failure:
        return 0


def _sum_from(zero: Value) -> Implementation:
    def total(values: list[Value]) -> Value:
        result = zero
        for value in values:
            result = _ADD(result, value)
        return result

    return total


def _extreme(name: str, replaces: int) -> Implementation:
    def find(values: list[Value]) -> Value:
        if not values:
            raise Failure(f"{name} called on empty list")
        result = values[0]
        _require_ordered(result)
        for value in values[1:]:
            _require_ordered(value)
            if _order_or_unknown(result, value) == replaces:
                result = value
        return result

    return find


def _first_index(values: list[Value], item: Value, indices: range) -> int:
    return next((index for index in indices if certainly_equal(values[index], item)), -1)


def _index_of(values: list[Value], item: Value) -> int:
    return _first_index(values, item, range(len(values)))


def _last_index_of(values: list[Value], item: Value) -> int:
    return _first_index(values, item, range(len(values) - 1, -1, -1))


KUBERNETES_FUNCTIONS: Final[Functions] = {
    "isSorted": tuple(method(f"(list<{kind}>): bool", _is_sorted) for kind in _COMPARABLE),
    "sum": tuple(method(f"(list<{kind}>): {kind}", _sum_from(zero)) for kind, zero in _SUMMABLE.items()),
    "max": tuple(method(f"(list<{kind}>): {kind}", _extreme("max", -1)) for kind in _COMPARABLE),
    "min": tuple(method(f"(list<{kind}>): {kind}", _extreme("min", 1)) for kind in _COMPARABLE),
    "indexOf": (method("(list<A>, A): int", _index_of),),
    "lastIndexOf": (method("(list<A>, A): int", _last_index_of),),
}


def _includes(target: Value, item: Value) -> bool:
    if isinstance(target, list):
        return any(certainly_equal(value, item) for value in target)
    return certainly_equal(target, item)


_LONGEST_INCLUDES: Final = 48


def _includes_in_1_36(target: Value, item: Value) -> bool:
    if not isinstance(target, list):
        return certainly_equal(target, item)
    for index, value in enumerate(target):
        if index >= _LONGEST_INCLUDES:
            raise Failure(f"'includes' function cannot be applied to lists longer than {_LONGEST_INCLUDES} values")
        if certainly_equal(value, item):
            return True
    return False


INCLUDES: Final[Functions] = {"includes": (method("(dyn, dyn): bool", _includes),)}
INCLUDES_IN_1_36: Final[Functions] = {"includes": (method("(dyn, dyn): bool", _includes_in_1_36),)}


def _slice(values: list[Value], start: int, end: int) -> list[Value]:
    if start < 0 or end < 0:
        raise Failure(f"cannot slice({start}, {end}), negative indexes not supported")
    if start > end:
        raise Failure(f"cannot slice({start}, {end}), start index must be less than or equal to end index")
    if len(values) < end:
        raise Failure(f"cannot slice({start}, {end}), list is length {len(values)}")
    return values[start:end]


def _flatten_once(values: Value) -> list[Value]:
    if not isinstance(values, list):
        raise Failure(f"{NO_SUCH_OVERLOAD}: {type_name(values)}.flatten()")
    return _flatten(values, 1)


def _flatten_to(values: Value, depth: Value) -> list[Value]:
    if not isinstance(values, list) or type(depth) is not int:
        raise Failure(f"{NO_SUCH_OVERLOAD}: {type_name(values)}.flatten({type_name(depth)})")
    return _flatten(values, depth)


def _flatten(values: list[Value], depth: int) -> list[Value]:
    if depth < 0:
        raise Failure("level must be non-negative")
    flat: list[Value] = []
    for value in values:
        if isinstance(value, list) and depth:
            flat.extend(_flatten(value, depth - 1))
        else:
            flat.append(value)
    return flat


def _sort(values: Value) -> list[Value]:
    if not isinstance(values, list):
        raise Failure(NO_SUCH_OVERLOAD if isinstance(values, str | Duration | Timestamp) else f"{NO_SUCH_OVERLOAD}: sort")
    return _sort_by_keys(values, values)


def _sort_by_keys(values: Value, keys: Value) -> list[Value]:
    if not isinstance(values, list):
        raise Failure(f"{NO_SUCH_OVERLOAD}: @sortByAssociatedKeys")
    if not isinstance(keys, list) or len(values) != len(keys):
        sizes = f"{len(values)} and {len(keys) if isinstance(keys, list) else 0}"
        raise Failure(
            f"@sortByAssociatedKeys() expected a list of the same size as the associated keys list, but got {sizes} elements respectively"
        )
    if not keys:
        return values
    if type(keys[0]) not in ORDERED:
        raise Failure("list elements must be comparable")
    if len(keys) > 1 and len(set(map(type, keys))) > 1:
        raise Failure("list elements must have the same type")
    ordered_keys = [cmp_to_key(_order_or_unknown)(key) for key in keys]
    return [values[index] for index in sorted(range(len(values)), key=ordered_keys.__getitem__)]


def _range(limit: int | None) -> Callable[[int], list[int]]:
    def numbers(count: int) -> list[int]:
        if limit is not None and count < 0:
            raise Failure(f"lists.range: size must be non-negative, got {count}")
        if limit is not None and count > limit:
            raise Failure(f"lists.range: size {count} exceeds maximum allowed ({limit})")
        if count > _LONGEST_LIST:
            raise Unknowable(f"a list of {count} numbers is not made here")
        return list(range(count))

    return numbers


def _distinct(values: list[Value]) -> list[Value]:
    kept: list[Value] = []
    for value in values:
        if not any(certainly_equal(value, other) for other in kept):
            kept.append(value)
    return kept


FUNCTIONS: Final[Functions] = {
    "slice": (method("(list<A>, int, int): list<A>", _slice),),
    "flatten": (
        *operators(_flatten_once, "(list<list<A>>): list<A>", is_method=True),
        *operators(_flatten_to, "(list<dyn>, int): list<dyn>", is_method=True),
    ),
    "sort": operators(_sort, *(f"(list<{kind}>): list<{kind}>" for kind in _COMPARABLE), is_method=True),
    "@sortByAssociatedKeys": operators(_sort_by_keys, *(f"(list<A>, list<{kind}>): list<A>" for kind in _COMPARABLE), is_method=True),
    "lists.range": (function("(int): list<int>", _range(_LONGEST_RANGE)),),
    "reverse": (method("(list<A>): list<A>", lambda values: values[::-1]),),
    "distinct": (method("(list<A>): list<A>", _distinct),),
}
FUNCTIONS_BEFORE_1_37: Final[Functions] = {"lists.range": (function("(int): list<int>", _range(None)),)}


def _insert(gathered: dict[Value, Value], *parts: Value) -> dict[Value, Value]:
    """Only comprehensions call it, which the evaluator runs in another way."""
    raise Failure(f"{NO_SUCH_OVERLOAD}: cel.@mapInsert({', '.join(map(type_name, (gathered, *parts)))})")


MAP_INSERTION: Final[Functions] = {
    "cel.@mapInsert": (function("(map<K, V>, K, V): map<K, V>", _insert), function("(map<K, V>, map<K, V>): map<K, V>", _insert)),
}
