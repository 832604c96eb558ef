"""The CEL environment in which selectors are compiled: the variable `device`, its types and the sizes that the API allows.

Follows `newCompiler` and `sizeEstimator` of `dynamic-resource-allocation/cel/compile.go`. Apart from `device_selector`, so that what only
names selectors need not load the engine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.cel.celtypes import ANY, BOOL, DYN, QUANTITY, STRING, Type, map_of
from kubectl_dra.cel.environment import (
    BINDINGS,
    INCLUDES,
    INCLUDES_IN_1_36,
    Environment,
    add_functions,
    base_functions,
    base_macros,
    quirks_of,
)
from kubectl_dra.cel.program import Program, compile_program

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.cel.declarations import Functions, Overload
    from kubectl_dra.cel.errors import CannotTell, CompileError
    from kubectl_dra.selection import device_selector

VARIABLE: Final = "device"
_DEVICE_TYPE: Final = Type("struct", "kubernetes.DRADevice")
_FIRST_WITH_LISTS: Final = 36
_FIRST_WITH_LISTS_ALWAYS: Final = 37
_FIRST_WITH_EXACT_OUTPUT: Final = 37
_MAX_DOMAIN: Final = 63
_MAX_DRIVER: Final = 63
_MAX_ID: Final = 32
_MAX_ENTRIES: Final = 32
_MAX_ATTRIBUTE: Final = 64
_NO_SIZE: Final = 0


def compile_expression(
    expression: str, environment: device_selector.Environment, *, cost_limit: int
) -> Program | CompileError | CannotTell:
    """The program of a selector's text."""
    attribute = attribute_type(environment)

    def validate_output(found: Type) -> str | None:
        if found in (BOOL, attribute) or (found == ANY and environment.minor < _FIRST_WITH_EXACT_OUTPUT):
            return None
        return f"must evaluate to bool or the unknown type, not {found}"

    return compile_program(expression, cel_environment(environment), cost_limit=cost_limit, validate_output=validate_output)


def attribute_type(environment: device_selector.Environment) -> Type:
    """The type of an attribute's value, of which no more is known before it is read."""
    if environment.minor < _FIRST_WITH_LISTS:
        return ANY
    always = environment.minor >= _FIRST_WITH_LISTS_ALWAYS and environment.stored
    return DYN if always or environment.list_type_attributes else ANY


@lru_cache(maxsize=32)
def cel_environment(environment: device_selector.Environment) -> Environment:
    """Everything that a selector may use."""
    release = environment.minor
    compatible_with = release if environment.stored else release - 1
    return Environment(
        variables={VARIABLE: _DEVICE_TYPE},
        structs={_DEVICE_TYPE.name: _fields(environment)},
        functions=_functions(environment, compatible_with),
        macros=dict(base_macros(compatible_with)) | dict(BINDINGS.macros),
        quirks=quirks_of(release),
        size_of=_size_of,
    )


def _fields(environment: device_selector.Environment) -> Mapping[str, Type]:
    fields = {
        "driver": STRING,
        "attributes": map_of(STRING, map_of(STRING, attribute_type(environment))),
        "capacity": map_of(STRING, map_of(STRING, QUANTITY)),
    }
    if environment.stored or environment.consumable_capacity:
        fields["allowMultipleAllocations"] = BOOL
    return fields


def _functions(environment: device_selector.Environment, compatible_with: int) -> Functions:
    functions: dict[str, tuple[Overload, ...]] = dict(base_functions(environment.minor, compatible_with))
    gated = environment.stored or environment.list_type_attributes
    if environment.minor >= _FIRST_WITH_LISTS and gated and "includes" not in functions:
        library = INCLUDES if environment.minor >= _FIRST_WITH_LISTS_ALWAYS else INCLUDES_IN_1_36
        add_functions(functions, library.functions)
    return functions


class _Declared(msgspec.Struct, frozen=True):
    """A part of a device, how many elements or characters it has at most, and what its parts are."""

    size: int
    element: _Declared | None = None
    key: _Declared | None = None
    fields: dict[str, _Declared] = {}
    names_any_element: bool = False
    """Whether a field's name leads to an element, as it does to an attribute but not to a capacity."""

    def step(self, name: str) -> _Declared | None:
        """What one name of a path leads to."""
        if name in {"@items", "@values"}:
            return self.element
        if name == "@keys":
            return self.key
        return self.fields.get(name) or (self.element if self.names_any_element else None)


_ATTRIBUTES: Final = _Declared(_MAX_ENTRIES, _Declared(_MAX_ATTRIBUTE), _Declared(_MAX_ID), names_any_element=True)
_CAPACITIES: Final = _Declared(_MAX_ENTRIES, _Declared(_NO_SIZE), _Declared(_MAX_ID))
_DEVICE_SIZES: Final = _Declared(
    _NO_SIZE,
    fields={
        "driver": _Declared(_MAX_DRIVER),
        "allowMultipleAllocations": _Declared(1),
        "attributes": _Declared(_MAX_ENTRIES, _ATTRIBUTES, _Declared(_MAX_DOMAIN)),
        "capacity": _Declared(_MAX_ENTRIES, _CAPACITIES, _Declared(_MAX_DOMAIN)),
    },
)


def _size_of(path: tuple[str, ...]) -> int | None:
    """How large what a path leads to can be; `sizeEstimator.EstimateSize`."""
    node: _Declared | None = _DEVICE_SIZES if path[:1] == (VARIABLE,) else None
    for name in path[1:]:
        if node is None:
            return None
        node = node.step(name)
    return node.size if node is not None else None
