"""Values that may be absent; `cel/library.go`. `or` and `orValue` are evaluated by the evaluator, for they look at one side first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import function, method, operators
from kubectl_dra.cel.values import NO_SUCH_OVERLOAD, NONE, Failure, OptionalValue, Value, optional_member

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions


def _of_non_zero(value: Value) -> OptionalValue:
    if value is None or (isinstance(value, bool | int | float | str | bytes | list | dict) and not value):
        return NONE
    return OptionalValue(value)


def _value(optional: OptionalValue) -> Value:
    if optional is NONE:
        raise Failure("optional.none() dereference")
    return optional.value


def _unwrap(optionals: list[Value]) -> list[Value]:
    for optional in optionals:
        if not isinstance(optional, OptionalValue):
            raise Failure(f"value {optional} is not optional")
    return [optional.value for optional in optionals if isinstance(optional, OptionalValue) and optional is not NONE]


def _first(values: list[Value]) -> OptionalValue:
    return OptionalValue(values[0]) if values else NONE


def _last(values: list[Value]) -> OptionalValue:
    return OptionalValue(values[-1]) if values else NONE


def _lazy(*_arguments: Value) -> Value:
    raise Failure(NO_SUCH_OVERLOAD)


FUNCTIONS: Final[Functions] = {
    "optional.of": (function("(V): optional<V>", OptionalValue),),
    "optional.ofNonZeroValue": (function("(V): optional<V>", _of_non_zero),),
    "optional.none": (function("(): optional<V>", lambda: NONE),),
    "value": (method("(optional<V>): V", _value),),
    "hasValue": (method("(optional<V>): bool", lambda optional: optional is not NONE),),
    "or": operators(_lazy, "(optional<V>, optional<V>): optional<V>", is_method=True),
    "orValue": operators(_lazy, "(optional<V>, V): V", is_method=True),
    "_?._": operators(optional_member, "(dyn, string): optional<V>"),
    "_[?_]": operators(
        optional_member,
        "(list<V>, int): optional<V>",
        "(optional<list<V>>, int): optional<V>",
        "(map<K, V>, K): optional<V>",
        "(optional<map<K, V>>, K): optional<V>",
    ),
    "_[_]": operators(optional_member, "(optional<list<V>>, int): optional<V>", "(optional<map<K, V>>, K): optional<V>"),
    "last": (method("(list<V>): optional<V>", _last),),
    "first": (method("(list<V>): optional<V>", _first),),
    "optional.unwrap": (function("(list<optional<V>>): list<V>", _unwrap),),
    "unwrapOpt": (method("(list<optional<V>>): list<V>", _unwrap),),
}
