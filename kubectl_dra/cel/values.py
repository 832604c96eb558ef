"""CEL's values as Python's: what stands for which type, when two are equal, and which comes first.

bool, int (64 bits), `UInt`, float, str, bytes, None, list, dict, `Duration`, `Timestamp`, `OptionalValue`, `TypeValue`, Quantity, Version,
and what libraries add with `name_type`. Follows `common/types` of cel-go, and `apiserver/pkg/cel` for Kubernetes' own.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Self, TypeAlias

import msgspec

from kubectl_dra.apimachinery.quantity import Quantity
from kubectl_dra.apimachinery.semver import Version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Value: TypeAlias = object
"""Any CEL value; which one is known at run time only, as in CEL."""

NO_SUCH_OVERLOAD: Final = "no such overload"
_MAX_INT64: Final = (1 << 63) - 1
_MIN_INT64: Final = -(1 << 63)
_MAX_UINT64: Final = (1 << 64) - 1


class Failure(Exception):
    """A CEL error on its way to whoever absorbs it; the text is upstream's."""


class Unknowable(Exception):
    """A value that upstream has and this program cannot compute; absorbed only where no value could matter."""


class Panic(Exception):
    """A panic of upstream, which ends the evaluation whatever stands around it; the text is upstream's."""


class CostLimitExceeded(Exception):
    """The evaluation cost more than its limit; nothing absorbs it."""


class UInt(int):
    """An unsigned integer of 64 bits."""

    __slots__ = ()


class Duration(int):
    """A span of time in nanoseconds."""

    __slots__ = ()


class Timestamp(int):
    """A moment, in nanoseconds since 1970-01-01T00:00:00Z, and how many minutes its zone is ahead of UTC, which only its text tells."""

    offset: int

    def __new__(cls, nanoseconds: int, offset: int = 0) -> Self:
        """Make one of both."""
        made = super().__new__(cls, nanoseconds)
        made.offset = offset
        return made


class OptionalValue(msgspec.Struct, frozen=True, eq=False):
    """`optional.of(value)`; the one without a value is `NONE`."""

    value: Value


NONE: Final = OptionalValue(None)


class TypeValue(msgspec.Struct, frozen=True):
    """What `type(x)` and the names of types are."""

    name: str


class MapWithDefault(dict[str, Value]):
    """A map in which each string that is no key leads to an empty map, while `in`, `size` and iteration see the keys alone."""

    __slots__ = ()

    def __missing__(self, key: str) -> Value:
        return {}


class LiteralMap(dict[Value, Value]):
    """A map that an expression makes: upstream keeps it by hash, and panics where a key that is asked for has none."""

    __slots__ = ()


class DerivedQuantity(Quantity, frozen=True, eq=False, kw_only=True):
    """What `add` and `sub` return; upstream hands out a pointer, which `==` then refuses on its right."""


_TYPE_NAMES: dict[type, str] = {
    bool: "bool",
    int: "int",
    UInt: "uint",
    float: "double",
    str: "string",
    bytes: "bytes",
    type(None): "null_type",
    list: "list",
    dict: "map",
    MapWithDefault: "map",
    LiteralMap: "map",
    Duration: "google.protobuf.Duration",
    Timestamp: "google.protobuf.Timestamp",
    OptionalValue: "optional_type",
    TypeValue: "type",
    Quantity: "kubernetes.Quantity",
    DerivedQuantity: "kubernetes.Quantity",
    Version: "kubernetes.Semver",
}
_GO_TYPES: dict[type, str] = {
    bool: "types.Bool",
    int: "types.Int",
    UInt: "types.Uint",
    float: "types.Double",
    str: "types.String",
    bytes: "types.Bytes",
    type(None): "types.Null",
    Duration: "types.Duration",
    Timestamp: "types.Timestamp",
    OptionalValue: "*types.Optional",
    TypeValue: "*types.Type",
    Quantity: "cel.Quantity",
    DerivedQuantity: "*cel.Quantity",
    Version: "cel.Semver",
}
_STRICT: set[type] = {Quantity, DerivedQuantity, Version}
"""Types whose values upstream refuses to compare with others."""

UNHASHABLE: set[type] = {bytes, Version}
"""Types whose values upstream cannot keep by hash."""
MAPS: Final = frozenset({dict, MapWithDefault, LiteralMap})
NUMBERS: Final = frozenset({int, UInt, float})
ORDERED: Final = frozenset({bool, int, UInt, float, str, bytes, Duration, Timestamp})


def name_type(python_type: type, name: str, go_type: str, *, hashable: bool = True) -> None:
    """Add a library's type: its CEL name, Go's, which some messages show, and whether upstream can keep its values by hash."""
    if not hashable:
        UNHASHABLE.add(python_type)
    _TYPE_NAMES[python_type] = name
    _GO_TYPES[python_type] = go_type
    _STRICT.add(python_type)


def type_name(value: Value) -> str:
    """The CEL name of a value's type."""
    return _TYPE_NAMES[type(value)]


def go_type(value: Value) -> str:
    """Go's name of a value's type, as some messages of upstream show it."""
    return _GO_TYPES.get(type(value), type(value).__name__)


def no_such_overload(function: str, arguments: Iterable[Value]) -> Failure:
    """The failure of a function that no overload takes these arguments for."""
    return Failure(f"{NO_SUCH_OVERLOAD}: {function}({', '.join(map(type_name, arguments))})")


def int64(number: int) -> int:
    """The number, or the failure that it does not fit."""
    if _MIN_INT64 <= number <= _MAX_INT64:
        return number
    raise Failure("integer overflow")


def uint64(number: int) -> UInt:
    """The number, or the failure that it does not fit."""
    if 0 <= number <= _MAX_UINT64:
        return UInt(number)
    raise Failure("unsigned integer overflow")


def equal(left: Value, right: Value) -> bool:
    """`left == right`; upstream's `Equal`, not symmetric: some types fail on the left of another."""
    left_type, right_type = type(left), type(right)
    if left_type is right_type:
        compare = _SAME_TYPE.get(left_type)
        return compare(left, right) if compare else left == right
    if left is None or right is None:
        return False
    if left_type in NUMBERS and right_type in NUMBERS:
        return _numbers_equal(left, right)
    if left_type in MAPS and right_type in MAPS:
        return _maps_equal(left, right)
    if left_type in _STRICT and not (left_type is DerivedQuantity and right_type is Quantity):
        raise Failure(NO_SUCH_OVERLOAD)
    return left_type is DerivedQuantity and left == right


def certainly_equal(left: Value, right: Value) -> bool:
    """Whether upstream's `Equal` says true, and neither false nor an error."""
    try:
        return equal(left, right)
    except Failure:
        return False


def _numbers_equal(left: Value, right: Value) -> bool:
    if isinstance(left, int) and isinstance(right, int):
        return left == right
    return _double(left) == _double(right)


def _double(number: Value) -> float:
    return float(number) if isinstance(number, int | float) else math.nan


def _lists_equal(left: Value, right: Value) -> bool:
    if not isinstance(left, list) or not isinstance(right, list):
        return False
    return len(left) == len(right) and not any(map(_certainly_unequal, left, right))


def _certainly_unequal(left: Value, right: Value) -> bool:
    try:
        return not equal(left, right)
    except Failure:
        return False


def _maps_equal(left: Value, right: Value) -> bool:
    if not isinstance(left, dict) or not isinstance(right, dict) or len(left) != len(right):
        return False
    for key, value in left.items():
        other = found(right, key)
        if other is NONE or _certainly_unequal(value, other.value):
            return False
    return True


def _optionals_equal(left: OptionalValue, right: OptionalValue) -> bool:
    if left is NONE or right is NONE:
        return left is right
    return equal(left.value, right.value)


def _refused(_left: Value, _right: Value) -> bool:
    raise Failure(NO_SUCH_OVERLOAD)


_SAME_TYPE: dict[type, Callable[..., bool]] = {
    list: _lists_equal,
    dict: _maps_equal,
    MapWithDefault: _maps_equal,
    LiteralMap: _maps_equal,
    OptionalValue: _optionals_equal,
    DerivedQuantity: _refused,
}


def order(left: Value, right: Value) -> int:
    """-1, 0 or 1; upstream's `Compare`."""
    left_type, right_type = type(left), type(right)
    if left_type in NUMBERS and right_type in NUMBERS:
        if left != left or right != right:  # noqa: PLR0124 - NaN is what differs from itself
            raise Failure("NaN values cannot be ordered")
        if float in (left_type, right_type) and left_type is not right_type:
            left, right = _double(left), _double(right)
    elif left_type is not right_type or left_type not in ORDERED:
        raise Failure(NO_SUCH_OVERLOAD)
    return bool(left > right) - bool(left < right)  # type: ignore[operator]  # both are of one ordered type


def found(container: Value, key: Value) -> OptionalValue:
    """What a map has under a key, as an optional; upstream's `Find`. Numbers of different types lead to the same entry."""
    kind = type(key)
    if not isinstance(container, dict):
        return NONE
    if type(container) is MapWithDefault:
        return OptionalValue(container[key] if isinstance(key, str) else {})
    if kind is str:
        return OptionalValue(container[key]) if key in container else NONE
    for other, value in container.items():
        if (type(other) is kind or (type(other) in NUMBERS and kind in NUMBERS)) and other == key:
            return OptionalValue(value)
    return NONE


def member(container: Value, key: Value) -> Value:
    """`container[key]` or `container.key`; the failure where there is nothing."""
    if isinstance(container, dict):
        entry = found(container, checked_key(key))
        if entry is NONE:
            raise Failure(f"no such key: {shown(key)}")
        return entry.value
    if isinstance(container, list):
        index = _list_index(key)
        if 0 <= index < len(container):
            return container[index]
        raise Failure(f"index out of bounds: {shown(key)}")
    raise Failure(f"no such key: {shown(checked_key(key))}")


def optional_member(container: Value, key: Value) -> OptionalValue:
    """`container[?key]` or `container.?key`."""
    if isinstance(container, OptionalValue):
        return NONE if container is NONE else optional_member(container.value, key)
    if isinstance(container, dict):
        return found(container, checked_key(key))
    if isinstance(container, list):
        index = _list_index(key)
        return OptionalValue(container[index]) if 0 <= index < len(container) else NONE
    checked_key(key)
    return NONE


def checked_key(key: Value) -> Value:
    """The key, or the failure that nothing can be looked up by it."""
    if type(key) in _KEY_TYPES:
        return key
    raise Failure(f"invalid qualifier type: {'*types.baseList' if isinstance(key, list) else go_type(key)}")


_KEY_TYPES: Final = frozenset({bool, int, UInt, float, str})


def _list_index(key: Value) -> int:
    if isinstance(key, int) and not isinstance(key, bool):
        return int(key)
    if isinstance(key, float) and key.is_integer():
        return int(key)
    if isinstance(key, float):
        raise Failure(f"unsupported index value {shown(key)} in list")
    raise Failure(f"unsupported index type '{type_name(checked_key(key))}' in list")


def contains(item: Value, container: Value) -> bool:
    """`item in container`."""
    if isinstance(container, list):
        return any(certainly_equal(item, element) for element in container)
    if not isinstance(container, dict):
        raise Failure(NO_SUCH_OVERLOAD)
    if isinstance(item, str):
        return item in container
    if type(container) is LiteralMap and type(item) in UNHASHABLE:
        raise unhashable(item)
    return any(certainly_equal(key, item) for key in container if type(key) is not str)


def unhashable(value: Value) -> Panic:
    """What upstream's panic looks like."""
    return Panic(f"internal error: runtime error: hash of unhashable type {go_type(value)}")


def shown(value: Value) -> str:
    """A key or index as messages show it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
