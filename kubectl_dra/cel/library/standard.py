"""CEL's standard functions and operators; `common/stdlib/standard.go` and `common/types`."""

from __future__ import annotations

import math
import operator
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import function, method, operators
from kubectl_dra.cel.library import regex, timestamps
from kubectl_dra.cel.numbers import double_text, double_to_int, double_to_uint, parse_double, parse_int, parse_uint
from kubectl_dra.cel.values import (
    NO_SUCH_OVERLOAD,
    NUMBERS,
    ORDERED,
    Duration,
    Failure,
    Timestamp,
    TypeValue,
    UInt,
    Value,
    contains,
    equal,
    int64,
    member,
    order,
    type_name,
    uint64,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.declarations import Functions, Implementation

_RECEIVERS: Final = frozenset({str, Duration, Timestamp})
"""Types that upstream asks once more before it gives up on an operator, so that its message has no name in it."""
_ADDABLE: Final = frozenset({bytes, float, Duration, int, list, str, Timestamp, UInt})
_SUBTRACTABLE: Final = frozenset({float, Duration, int, Timestamp, UInt})


def _missing(symbol: str, left: Value) -> Failure:
    return Failure(NO_SUCH_OVERLOAD if type(left) in _RECEIVERS else f"{NO_SUCH_OVERLOAD}: {symbol}")


def _unequal(left: Value, right: Value) -> bool:
    try:
        return not equal(left, right)
    except Failure:
        return True


def _comparison(symbol: str, accepts: Callable[[int], bool]) -> Implementation:
    def compare(left: Value, right: Value) -> bool:
        if type(left) not in ORDERED:
            raise _missing(symbol, left)
        return accepts(order(left, right))

    return compare


def _add(left: Value, right: Value) -> Value:
    kind = type(left)
    if kind not in _ADDABLE:
        raise _missing("_+_", left)
    if isinstance(left, Duration) and isinstance(right, Timestamp):
        return timestamps.moved(right, left)
    if isinstance(left, Timestamp) and isinstance(right, Duration):
        return timestamps.moved(left, right)
    if kind is not type(right) or kind is Timestamp:
        raise Failure(NO_SUCH_OVERLOAD)
    return _REBUILD[kind](left + right)  # type: ignore[operator]  # both of one type that adds


def _subtract(left: Value, right: Value) -> Value:
    kind = type(left)
    if kind not in _SUBTRACTABLE:
        raise _missing("_-_", left)
    if isinstance(left, Timestamp):
        return _subtract_from_timestamp(left, right)
    if kind is not type(right):
        raise Failure(NO_SUCH_OVERLOAD)
    return _REBUILD[kind](left - right)  # type: ignore[operator]  # both of one type that subtracts


def _subtract_from_timestamp(moment: Timestamp, right: Value) -> Value:
    if isinstance(right, Duration):
        return timestamps.moved(moment, Duration(-int(right)))
    if isinstance(right, Timestamp):
        return _duration(int(moment) - int(right))
    raise Failure(NO_SUCH_OVERLOAD)


def _duration(nanoseconds: int) -> Duration:
    if -(1 << 63) <= nanoseconds < 1 << 63:
        return Duration(nanoseconds)
    raise Failure("duration overflow")


def _same(value: Value) -> Value:
    return value


_REBUILD: Final[dict[type, Callable[..., Value]]] = {
    int: int64,
    UInt: uint64,
    float: _same,
    str: _same,
    bytes: _same,
    list: _same,
    Duration: _duration,
}


def _arithmetic(symbol: str, whole: Callable[[int, int], int], fraction: Callable[[float, float], float] | None) -> Implementation:
    def calculate(left: Value, right: Value) -> Value:
        kind = type(left)
        if kind not in NUMBERS or (kind is float and fraction is None):
            raise _missing(symbol, left)
        if kind is not type(right):
            raise Failure(NO_SUCH_OVERLOAD)
        if isinstance(left, float) and isinstance(right, float) and fraction:
            return fraction(left, right)
        return _REBUILD[kind](whole(int(left), int(right)))  # type: ignore[call-overload]  # both whole numbers

    return calculate


def _quotient(left: int, right: int) -> int:
    if not right:
        raise Failure("division by zero")
    magnitude = abs(left) // abs(right)
    return magnitude if (left < 0) == (right < 0) else -magnitude


def _remainder(left: int, right: int) -> int:
    if not right:
        raise Failure("modulus by zero")
    return int(math.copysign(1, left)) * (abs(left) % abs(right))


def _ratio(left: float, right: float) -> float:
    if right:
        return left / right
    if not left or math.isnan(left):
        return math.nan
    return math.copysign(math.inf, left) * math.copysign(1, right)


def _negate(value: Value) -> Value:
    if isinstance(value, Duration):
        return _duration(-int(value))
    if type(value) is int:
        return int64(-value)
    if isinstance(value, float):
        return -value
    if isinstance(value, bool):
        raise Failure(NO_SUCH_OVERLOAD)
    raise _missing("-_", value)


def _not(value: Value) -> bool:
    if isinstance(value, bool):
        return not value
    raise Failure(NO_SUCH_OVERLOAD)


def _size(value: Value) -> int:
    if isinstance(value, str | bytes | list | dict):
        return len(value)
    raise _missing("size", value)


def _type(value: Value) -> TypeValue:
    return TypeValue(type_name(value)) if not isinstance(value, TypeValue) else TypeValue("type")


def _text_predicate(test: Callable[[str, str], bool]) -> Implementation:
    def predicate(text: Value, part: Value) -> bool:
        if isinstance(text, str) and isinstance(part, str):
            return test(text, part)
        raise Failure(NO_SUCH_OVERLOAD)

    return predicate


def _matches(text: Value, pattern: Value) -> bool:
    if not isinstance(text, str):
        raise _missing("matches", text)
    if not isinstance(pattern, str):
        raise Failure(NO_SUCH_OVERLOAD)
    return regex.matches(text, pattern)


def _conversion_failure(source: str, target: str) -> Failure:
    return Failure(f"type conversion error from '{source}' to '{target}'")


def _text_to_bool(text: str) -> bool:
    if text in {"1", "t", "T", "TRUE", "true", "True"}:
        return True
    if text in {"0", "f", "F", "FALSE", "false", "False"}:
        return False
    raise _conversion_failure("string", "bool")


def _text_to_int(text: str) -> int:
    number = parse_int(text)
    if number is None:
        raise _conversion_failure("string", "int")
    return number


def _text_to_uint(text: str) -> UInt:
    number = parse_uint(text)
    if number is None:
        raise _conversion_failure("string", "uint")
    return UInt(number)


def _text_to_double(text: str) -> float:
    number = parse_double(text)
    if number is None:
        raise _conversion_failure("string", "double")
    return number


def _bytes_to_text(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise Failure("invalid UTF-8 in bytes, cannot convert to string") from None


def _int_to_duration(_number: int) -> Value:
    """Declared, and never possible."""
    raise _conversion_failure("int", "google.protobuf.Duration")


_NUMERIC: Final = ("int", "uint", "double")
_COMPARABLE: Final = (
    "(bool, bool): bool",
    *(f"({left}, {right}): bool" for left in _NUMERIC for right in _NUMERIC),
    *(f"({kind}, {kind}): bool" for kind in ("string", "bytes", "timestamp", "duration")),
)

FUNCTIONS: Final[Functions] = {
    "_?_:_": operators(_same, "(bool, A, A): A"),
    "_&&_": operators(_same, "(bool, bool): bool"),
    "_||_": operators(_same, "(bool, bool): bool"),
    "!_": operators(_not, "(bool): bool"),
    "@not_strictly_false": operators(_same, "(bool): bool"),
    "_==_": operators(equal, "(A, A): bool"),
    "_!=_": operators(_unequal, "(A, A): bool"),
    "_+_": operators(
        _add,
        "(bytes, bytes): bytes",
        "(double, double): double",
        "(duration, duration): duration",
        "(duration, timestamp): timestamp",
        "(timestamp, duration): timestamp",
        "(int, int): int",
        "(list<A>, list<A>): list<A>",
        "(string, string): string",
        "(uint, uint): uint",
    ),
    "_/_": operators(_arithmetic("_/_", _quotient, _ratio), "(double, double): double", "(int, int): int", "(uint, uint): uint"),
    "_%_": operators(_arithmetic("_%_", _remainder, None), "(int, int): int", "(uint, uint): uint"),
    "_*_": operators(_arithmetic("_*_", operator.mul, operator.mul), "(double, double): double", "(int, int): int", "(uint, uint): uint"),
    "-_": operators(_negate, "(double): double", "(int): int"),
    "_-_": operators(
        _subtract,
        "(double, double): double",
        "(duration, duration): duration",
        "(int, int): int",
        "(timestamp, duration): timestamp",
        "(timestamp, timestamp): duration",
        "(uint, uint): uint",
    ),
    "_<_": operators(_comparison("_<_", lambda sign: sign < 0), *_COMPARABLE),
    "_<=_": operators(_comparison("_<=_", lambda sign: sign <= 0), *_COMPARABLE),
    "_>_": operators(_comparison("_>_", lambda sign: sign > 0), *_COMPARABLE),
    "_>=_": operators(_comparison("_>=_", lambda sign: sign >= 0), *_COMPARABLE),
    "_[_]": operators(member, "(list<A>, int): A", "(map<A, B>, A): B"),
    "@in": operators(contains, "(A, list<A>): bool", "(A, map<A, B>): bool"),
    "size": (
        *operators(_size, "(bytes): int", "(list<A>): int", "(map<A, B>): int", "(string): int"),
        *operators(_size, "(bytes): int", "(list<A>): int", "(map<A, B>): int", "(string): int", is_method=True),
    ),
    "type": operators(_type, "(A): type<A>"),
    "bool": (function("(bool): bool", _same), function("(string): bool", _text_to_bool)),
    "bytes": (function("(bytes): bytes", _same), function("(string): bytes", str.encode)),
    "double": (
        function("(double): double", _same),
        function("(int): double", float),
        function("(string): double", _text_to_double),
        function("(uint): double", float),
    ),
    "duration": (
        function("(duration): duration", _same),
        function("(string): duration", timestamps.parse_duration),
    ),
    "dyn": operators(_same, "(A): dyn"),
    "int": (
        function("(int): int", _same),
        function("(double): int", double_to_int),
        function("(duration): int", int),
        function("(string): int", _text_to_int),
        function("(timestamp): int", timestamps.seconds),
        function("(uint): int", lambda number: int64(int(number))),
    ),
    "string": (
        function("(string): string", _same),
        function("(bool): string", lambda value: "true" if value else "false"),
        function("(bytes): string", _bytes_to_text),
        function("(double): string", double_text),
        function("(duration): string", timestamps.duration_text),
        function("(int): string", str),
        function("(timestamp): string", timestamps.timestamp_text),
        function("(uint): string", str),
    ),
    "timestamp": (
        function("(timestamp): timestamp", _same),
        function("(int): timestamp", lambda number: timestamps.checked(number * timestamps.SECOND)),
        function("(string): timestamp", timestamps.parse_timestamp),
    ),
    "uint": (
        function("(uint): uint", _same),
        function("(double): uint", double_to_uint),
        function("(int): uint", uint64),
        function("(string): uint", _text_to_uint),
    ),
    "contains": operators(_text_predicate(lambda text, part: part in text), "(string, string): bool", is_method=True),
    "endsWith": operators(_text_predicate(str.endswith), "(string, string): bool", is_method=True),
    "startsWith": operators(_text_predicate(str.startswith), "(string, string): bool", is_method=True),
    "matches": (
        *operators(_matches, "(string, string): bool"),
        *operators(_matches, "(string, string): bool", is_method=True),
    ),
    **{
        name: tuple(method(f"({parameters}): int", implementation) for parameters, implementation in overloads)
        for name, overloads in timestamps.ACCESSORS.items()
    },
}

FUNCTIONS_BEFORE_1_37: Final[Functions] = {
    "duration": (
        function("(duration): duration", _same),
        function("(int): duration", _int_to_duration),
        function("(string): duration", timestamps.parse_duration),
    ),
}
