"""How libraries declare functions, and what the checker and the evaluator read from a declaration."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, TypeAlias

import msgspec

from kubectl_dra.cel.celtypes import Type, parse_type
from kubectl_dra.cel.values import MAPS, Value, type_name

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Implementation: TypeAlias = Callable[..., Value]
    Functions: TypeAlias = Mapping[str, tuple["Overload", ...]]

_SIGNATURE: Final = re.compile(r"\((.*)\): (.*)")


class Signature(msgspec.Struct, frozen=True):
    """Parameter types, result type, and the names of the type parameters in them."""

    parameters: tuple[Type, ...]
    result: Type
    type_parameters: frozenset[str]


class Overload(msgspec.Struct, frozen=True):
    """One way to call a function.

    `implementation` is only ever called with values that the parameters take, unless `dispatches`: then it looks at them itself and
    raises upstream's failure.
    """

    written: str
    implementation: Implementation
    is_method: bool
    dispatches: bool = False

    @property
    def signature(self) -> Signature:
        """The types, read from the way they are written on first use."""
        return _signature(self.written)


def function(written: str, implementation: Implementation) -> Overload:
    """An overload called as `name(…)`; `written` is `(parameter, …): result`."""
    return Overload(written, implementation, is_method=False)


def method(written: str, implementation: Implementation) -> Overload:
    """An overload called as `target.name(…)`, the target being the first parameter."""
    return Overload(written, implementation, is_method=True)


def operators(implementation: Implementation, *written: str, is_method: bool = False) -> tuple[Overload, ...]:
    """Overloads that share one implementation, which looks at its arguments itself."""
    return tuple(Overload(one, implementation, is_method=is_method, dispatches=True) for one in written)


@lru_cache(maxsize=1024)
def _signature(written: str) -> Signature:
    match = _SIGNATURE.fullmatch(written)
    if match is None:
        raise ValueError(f"{written} is no signature")
    parameters = tuple(parse_type(text) for text in _split(match[1]))
    result = parse_type(match[2])
    return Signature(parameters, result, frozenset().union(*map(_type_parameters, (*parameters, result))))


def _split(text: str) -> list[str]:
    """The parts between the commas that stand outside of angle brackets."""
    parts: list[str] = []
    depth, start = 0, 0
    for index, letter in enumerate(text):
        depth += (letter == "<") - (letter == ">")
        if letter == "," and not depth:
            parts.append(text[start:index].strip())
            start = index + 1
    return [*parts, text[start:].strip()] if text else parts


def _type_parameters(subject: Type) -> frozenset[str]:
    if subject.kind == "param":
        return frozenset({subject.name})
    return frozenset().union(*map(_type_parameters, subject.parameters))


@lru_cache(maxsize=512)
def takes(parameter: Type) -> Callable[[Value], bool]:
    """Whether a parameter takes a value at run time; upstream looks at the first element of lists and maps only."""
    if parameter.kind in {"dyn", "any", "param"}:
        return lambda _value: True
    if parameter.kind == "list":
        element = takes(parameter.parameters[0])
        return lambda value: type(value) is list and (not value or element(value[0]))
    if parameter.kind == "map":
        key, entry = map(takes, parameter.parameters)
        return lambda value: type(value) in MAPS and _first_entry_fits(value, key, entry)
    name = parameter.type_name
    return lambda value: type_name(value) == name


def _first_entry_fits(value: Value, key: Callable[[Value], bool], entry: Callable[[Value], bool]) -> bool:
    for first in value.items() if isinstance(value, dict) else ():
        return key(first[0]) and entry(first[1])
    return True
