"""What an expression may use: variables, types, functions and macros, by Kubernetes release; `apiserver/pkg/cel/environment/base.go`.

Releases differ in the table `_LIBRARIES` and in `Quirks`, nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.cel.celtypes import (
    BOOL,
    BYTES,
    DOUBLE,
    DURATION,
    DYN,
    INT,
    NULL,
    STRING,
    TIMESTAMP,
    TYPE,
    UINT,
    Type,
    list_of,
    map_of,
    type_of,
)
from kubectl_dra.cel.library import (
    addresses,
    authorization,
    formats,
    lists,
    optionals,
    quantities,
    regex,
    semantic_versions,
    sets,
    standard,
    strings,
    urls,
)
from kubectl_dra.cel.macros import BINDING_MACROS, OPTIONAL_MACROS, SORTING_MACROS, STANDARD_MACROS, TWO_VARIABLE_MACROS, Macros

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions, Overload

Minor = int
"""The minor part of a Kubernetes version 1.x."""

SizeOf = Callable[[tuple[str, ...]], int | None]
"""How many elements or characters there are at most where a path leads; None where that is not known."""


class Library(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """Functions and macros that Kubernetes has from one release on."""

    introduced: Minor
    functions: Functions = {}
    macros: Macros = {}


class Quirks(msgspec.Struct, frozen=True, kw_only=True):
    """What differs between the versions of cel-go, apart from libraries."""

    escaped_fields: bool
    """Fields may stand in backquotes."""
    affix_cost_by_argument: bool
    """`startsWith` and `endsWith` cost by the length of their argument, and not of their target."""
    matches_function_cost: bool
    """`matches(text, pattern)` costs what `text.matches(pattern)` costs, and not 1."""
    leading_dot_is_global: bool
    """`.x` is never the variable of a macro."""
    includes_cost_by_target: bool
    """`includes` costs by what it is called on, and not by the longest list that an attribute can be."""


_CEL_GO_0_26: Final = Quirks(
    escaped_fields=False,
    affix_cost_by_argument=False,
    matches_function_cost=False,
    leading_dot_is_global=False,
    includes_cost_by_target=False,
)
_CEL_GO_0_29: Final = Quirks(
    escaped_fields=True,
    affix_cost_by_argument=True,
    matches_function_cost=True,
    leading_dot_is_global=True,
    includes_cost_by_target=True,
)
_FIRST_WITH_CEL_GO_0_29: Final = 37

_LIBRARIES: Final = (
    Library(introduced=0, functions=standard.FUNCTIONS, macros=STANDARD_MACROS),
    Library(introduced=0, functions=urls.FUNCTIONS),
    Library(introduced=0, functions=regex.FUNCTIONS),
    Library(introduced=0, functions=lists.KUBERNETES_FUNCTIONS),
    Library(introduced=27, functions=authorization.FUNCTIONS),
    Library(introduced=28, functions=optionals.FUNCTIONS, macros=OPTIONAL_MACROS),
    Library(introduced=28, functions=quantities.FUNCTIONS),
    Library(introduced=29, functions=strings.FUNCTIONS),
    Library(introduced=29, functions=sets.FUNCTIONS),
    Library(introduced=30, functions=addresses.FUNCTIONS),
    Library(introduced=31, functions=formats.FUNCTIONS),
    Library(introduced=32, functions=lists.MAP_INSERTION, macros=TWO_VARIABLE_MACROS),
    Library(introduced=33, functions=semantic_versions.FUNCTIONS),
    Library(introduced=34, functions=lists.FUNCTIONS, macros=SORTING_MACROS),
    Library(introduced=37, functions=lists.INCLUDES),
)
"""In the order in which Kubernetes adds them."""
_BEFORE_CEL_GO_0_29: Final[tuple[Functions, ...]] = (
    standard.FUNCTIONS_BEFORE_1_37,
    strings.FUNCTIONS_BEFORE_1_37,
    lists.FUNCTIONS_BEFORE_1_37,
)
"""What was implemented otherwise; each overload takes the place of the one that is written alike."""

BINDINGS: Final = Library(introduced=31, macros=BINDING_MACROS)
INCLUDES: Final = Library(introduced=36, functions=lists.INCLUDES)
INCLUDES_IN_1_36: Final = Library(introduced=36, functions=lists.INCLUDES_IN_1_36)

TYPE_NAMES: Final[Mapping[str, Type]] = {
    "bool": BOOL,
    "bytes": BYTES,
    "double": DOUBLE,
    "int": INT,
    "list": list_of(DYN),
    "map": map_of(DYN, DYN),
    "null_type": NULL,
    "string": STRING,
    "type": TYPE,
    "uint": UINT,
    "google.protobuf.Duration": DURATION,
    "google.protobuf.Timestamp": TIMESTAMP,
    "net.IP": Type("opaque", "net.IP"),
    "net.CIDR": Type("opaque", "net.CIDR"),
    "optional_type": Type("opaque", "optional_type"),
}
UNDEFINED_TYPES: Final[Mapping[str, Type]] = {"duration": DURATION, "timestamp": TIMESTAMP}
"""Names that the checker takes for types, and the planner then does not find."""
CONSTANTS: Final[Mapping[str, int]] = {"google.protobuf.NullValue.NULL_VALUE": 0}
"""Values of enumerations."""
_MESSAGES: Final = "google.protobuf."


class Environment(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """What one expression is compiled in."""

    variables: Mapping[str, Type]
    structs: Mapping[str, Mapping[str, Type]]
    functions: Functions
    macros: Macros
    quirks: Quirks
    size_of: SizeOf

    def local_name(self, name: str) -> str:
        """The variable of a macro that a name may mean; empty where it means none."""
        if not name.startswith("."):
            return name
        return "" if self.quirks.leading_dot_is_global else name[1:]

    def variable(self, name: str) -> Type | None:
        """The type of a variable, or of the name of a type; None where there is neither."""
        if name in self.variables:
            return self.variables[name]
        if name in CONSTANTS:
            return INT
        named = TYPE_NAMES.get(name) or UNDEFINED_TYPES.get(name)
        if named is not None:
            return type_of(named)
        return type_of(Type("struct", name)) if name in self.structs else None


def is_message(name: str) -> bool:
    """Whether a name is that of a protocol buffer message that every CEL environment knows."""
    return name.startswith(_MESSAGES)


@lru_cache(maxsize=16)
def base_functions(release: Minor, compatible_with: Minor) -> Functions:
    """The functions of Kubernetes' base environment: as the release implements them, as far as `compatible_with` had them."""
    functions: dict[str, tuple[Overload, ...]] = {}
    for library in _LIBRARIES:
        if library.introduced <= compatible_with:
            add_functions(functions, library.functions)
    if release < _FIRST_WITH_CEL_GO_0_29:
        for older in _BEFORE_CEL_GO_0_29:
            _replace(functions, older)
    return functions


def add_functions(functions: dict[str, tuple[Overload, ...]], added: Functions) -> None:
    """Put a library's functions behind those that are there."""
    for name, overloads in added.items():
        functions[name] = functions.get(name, ()) + overloads


def _replace(functions: dict[str, tuple[Overload, ...]], older: Functions) -> None:
    for name, overloads in older.items():
        if name not in functions:
            continue
        replaced = {overload.written for overload in overloads}
        kept = tuple(overload for overload in functions[name] if overload.written not in replaced)
        functions[name] = overloads + kept


@lru_cache(maxsize=16)
def base_macros(compatible_with: Minor) -> Macros:
    """The macros of Kubernetes' base environment."""
    macros: dict[tuple[str, int, bool], object] = {}
    for library in _LIBRARIES:
        if library.introduced <= compatible_with:
            macros.update(library.macros)
    return macros  # type: ignore[return-value]  # only macros were put in


def quirks_of(release: Minor) -> Quirks:
    """What the release's version of cel-go does in its own way."""
    return _CEL_GO_0_29 if release >= _FIRST_WITH_CEL_GO_0_29 else _CEL_GO_0_26
