"""What an evaluation costs: counted while it runs; `interpreter/runtimecost.go`, and `CallCost` of `apiserver/pkg/cel/library/cost.go`.

Costs are right as far as limits are concerned: what differs from upstream by a few units is not followed.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.cel.values import CostLimitExceeded, OptionalValue, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.checker import Reference
    from kubectl_dra.cel.environment import Quirks

    CallCost: TypeAlias = Callable[[tuple[Value, ...], Value], int]

TRAVERSAL: Final = 0.1
"""What one character costs."""
PATTERN: Final = 0.25
"""What one character of a regular expression costs."""
LIST_COST: Final = 10
MAP_COST: Final = 30
MESSAGE_COST: Final = 40


class Meter:
    """What an evaluation has cost so far, and its limit."""

    __slots__ = ("limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0

    def spend(self, cost: int) -> None:
        """Count a cost. Raises CostLimitExceeded once the limit is passed."""
        self.spent += cost
        if self.spent > self.limit:
            raise CostLimitExceeded("operation cancelled: actual cost limit exceeded")


def size_of(value: Value) -> int:
    """Characters, bytes, elements or entries; 1 for everything else."""
    if isinstance(value, OptionalValue) and value.value is not None:
        return size_of(value.value)
    if isinstance(value, str | bytes | list | dict):
        return len(value)
    return getattr(value, "size", 1)


def _traversal(size: float) -> int:
    return math.ceil(size * TRAVERSAL)


def _one(_arguments: tuple[Value, ...], _result: Value) -> int:
    return 1


def _by_text(factor: int) -> CallCost:
    return lambda arguments, _result: _traversal(size_of(arguments[0]) * factor)


def _by_elements(arguments: tuple[Value, ...], _result: Value) -> int:
    return _whole_traversal(arguments[0])


def _whole_traversal(value: Value) -> int:
    if isinstance(value, str):
        return int(len(value.encode()) * TRAVERSAL)
    if isinstance(value, bytes):
        return int(len(value) * TRAVERSAL)
    if isinstance(value, list):
        return sum(map(_whole_traversal, value))
    if isinstance(value, dict):
        return sum(_whole_traversal(key) + _whole_traversal(entry) for key, entry in value.items())
    return 1


def _by_pattern(arguments: tuple[Value, ...], _result: Value) -> int:
    return _traversal(1 + size_of(arguments[0])) * math.ceil(size_of(arguments[1]) * PATTERN)


def _join(_arguments: tuple[Value, ...], result: Value) -> int:
    return _traversal(size_of(result) * 2)


def _contains_address(arguments: tuple[Value, ...], _result: Value) -> int:
    parsed = _traversal(size_of(arguments[1])) if isinstance(arguments[1], str) else 0
    return _traversal(size_of(arguments[0]) * 2) + parsed


def _contains_network(arguments: tuple[Value, ...], result: Value) -> int:
    return _contains_address(arguments, result) + _traversal(size_of(arguments[0])) + 1


def _validate(arguments: tuple[Value, ...], _result: Value) -> int:
    return _traversal(1 + size_of(arguments[1])) * math.ceil(getattr(arguments[0], "pattern_size", 1) * PATTERN)


def _ip(arguments: tuple[Value, ...], _result: Value) -> int:
    return _traversal(size_of(arguments[0])) if isinstance(arguments[0], str) else 1


def _smaller(arguments: tuple[Value, ...], _result: Value) -> int:
    return _traversal(min(map(size_of, arguments)))


def _allocating(size: Callable[[tuple[Value, ...], Value], float]) -> CallCost:
    return lambda arguments, result: int(size(arguments, result)) + 1 + LIST_COST


def _with_itself(values: Value) -> float:
    first = values[0] if isinstance(values, list) and values else None
    return size_of(values) ** 2 * (2 + TRAVERSAL if isinstance(first, str | bytes) else 2)


def _flattened(arguments: tuple[Value, ...], _result: Value) -> float:
    depth = arguments[1] if len(arguments) > 1 else 1
    return size_of(arguments[0]) * (depth if isinstance(depth, int) and depth >= 0 else 1)


def _as_sets(factor: int) -> CallCost:
    return lambda arguments, _result: size_of(arguments[0]) * size_of(arguments[1]) * factor + 1


_BY_NAME: Final[dict[str, CallCost]] = {
    **dict.fromkeys(("isSorted", "sum", "max", "min", "indexOf", "lastIndexOf"), _by_elements),
    **dict.fromkeys(("url", "lowerAscii", "upperAscii", "substring", "trim"), _by_text(1)),
    **dict.fromkeys(("cidr", "isIP", "isCIDR", "quantity", "isQuantity", "semver", "isSemver"), _by_text(1)),
    **dict.fromkeys(("replace", "split", "ip.isCanonical"), _by_text(2)),
    **dict.fromkeys(("find", "findAll"), _by_pattern),
    "join": _join,
    "ip": _ip,
    "containsIP": _contains_address,
    "containsCIDR": _contains_network,
    "validate": _validate,
    "_==_": _smaller,
    "_!=_": _smaller,
    "slice": _allocating(lambda _arguments, result: size_of(result)),
    "lists.range": _allocating(lambda _arguments, result: size_of(result)),
    "reverse": _allocating(lambda _arguments, result: size_of(result)),
    "flatten": _allocating(_flattened),
    "distinct": _allocating(lambda arguments, _result: _with_itself(arguments[0])),
    "sort": _allocating(lambda arguments, _result: _with_itself(arguments[0])),
    "@sortByAssociatedKeys": _allocating(lambda arguments, _result: _with_itself(arguments[1])),
    "sets.contains": _as_sets(1),
    "sets.intersects": _as_sets(1),
    "sets.equivalent": _as_sets(2),
}
_COMPARISONS: Final = frozenset({"_<_", "_<=_", "_>_", "_>=_"})


def call_cost(reference: Reference, quirks: Quirks) -> CallCost:
    """What a call costs, by its arguments and result."""
    name = reference.name
    if name == "includes":
        return _by_elements if quirks.includes_cost_by_target else _one
    if name in _BY_NAME:
        return _BY_NAME[name]
    if len(reference.overloads) != 1:
        return _one
    return _standard_cost(name, reference, quirks)


def _standard_cost(name: str, reference: Reference, quirks: Quirks) -> CallCost:
    """The costs that upstream knows by overload, so only where the checker found one."""
    kinds = [parameter.kind for parameter in reference.overloads[0].signature.parameters]
    if name in {"startsWith", "endsWith"}:
        position = 1 if quirks.affix_cost_by_argument else 0
        return lambda arguments, _result: _traversal(size_of(arguments[position]))
    if name == "matches":
        return _by_pattern if quirks.matches_function_cost or reference.has_target else _one
    if name == "contains":
        return lambda arguments, _result: _traversal(size_of(arguments[0])) * _traversal(size_of(arguments[1]))
    if name == "@in" and kinds[1] == "list":
        return lambda arguments, _result: size_of(arguments[1])
    if name in _COMPARISONS and kinds[0] in {"string", "bytes"}:
        return _smaller
    if name == "_+_" and kinds[0] in {"string", "bytes"}:
        return lambda arguments, _result: _traversal(size_of(arguments[0]) + size_of(arguments[1]))
    if name in {"format", "strings.quote"} or (name in {"bytes", "string"} and kinds[0] in {"bytes", "string"} and kinds[0] != name):
        return _by_text(1)
    return _one
