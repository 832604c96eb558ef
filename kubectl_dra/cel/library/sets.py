"""Lists as sets; `ext/sets.go`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import function
from kubectl_dra.cel.values import Value, contains

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions


def _contains(values: list[Value], others: list[Value]) -> bool:
    return all(contains(other, values) for other in others)


def _equivalent(values: list[Value], others: list[Value]) -> bool:
    return _contains(values, others) and _contains(others, values)


def _intersects(values: list[Value], others: list[Value]) -> bool:
    return any(contains(value, others) for value in values)


FUNCTIONS: Final[Functions] = {
    "sets.contains": (function("(list<T>, list<T>): bool", _contains),),
    "sets.equivalent": (function("(list<T>, list<T>): bool", _equivalent),),
    "sets.intersects": (function("(list<T>, list<T>): bool", _intersects),),
}
