"""Calls that are macros → what they stand for: `parser/macro.go`, `cel/library.go`, and in `ext` comprehensions.go, bindings.go, lists.go.

A `Comprehension` carries both forms: the expansion, by which upstream checks types and counts costs, and the macro's own parts, by which
this program evaluates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias, TypedDict, TypeVar

from kubectl_dra.cel.tree import Call, Comprehension, Identifier, ListLiteral, Literal, MapEntry, MapLiteral, MessageLiteral, Select

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubectl_dra.cel.tree import Expression
    from kubectl_dra.cel.values import Value

ACCUMULATOR: Final = "@result"
_LEGACY_ACCUMULATOR: Final = "__result__"
_UNUSED: Final = "#unused"
_SORT_INPUT: Final = "@__sortBy_input__"


class Ids(Protocol):
    """Where the identifiers of new nodes come from."""

    def next_id(self) -> int:
        """An identifier that was not given before."""


class Place(TypedDict):
    """What every node is made with."""

    id: int
    start: int
    end: int
    position: int


class MacroError(Exception):
    """A macro whose arguments do not fit, in upstream's words, and where."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


_Part = TypeVar("_Part", bound="Expression | MapEntry")


class Builder:
    """Makes the nodes of one expansion, all of them standing for the text of the call."""

    __slots__ = ("_ids", "call", "target")

    def __init__(self, call: Call, ids: Ids) -> None:
        self._ids = ids
        self.call = call
        self.target = call.target if call.target is not None else call

    def place(self) -> Place:
        """The place of a new node."""
        return {"id": self._ids.next_id(), "start": self.call.start, "end": self.call.end, "position": self.call.position}

    def literal(self, value: Value) -> Literal:
        """A constant."""
        return Literal(**self.place(), value=value)

    def name(self, name: str) -> Identifier:
        """A name."""
        return Identifier(**self.place(), name=name)

    def accumulator(self) -> Identifier:
        """The name of what a comprehension has gathered so far."""
        return self.name(ACCUMULATOR)

    def list_of(self, *elements: Expression) -> ListLiteral:
        """A list."""
        return ListLiteral(**self.place(), elements=elements)

    def apply(self, function: str, *arguments: Expression, target: Expression | None = None) -> Call:
        """A call."""
        return Call(**self.place(), function=function, target=target, arguments=arguments)

    def copied(self, node: Expression) -> Expression:
        """The same expression with identifiers of its own; a node that stands in it twice does so in the copy."""
        return self._copied(node, {})  # type: ignore[return-value]  # an expression's copy is one

    def _copied(self, field: object, known: dict[int, Expression]) -> object:
        if isinstance(field, _NODES):
            copy = known.get(field.id)
            if copy is None:
                copy = known[field.id] = self._renumbered(field, known)
            return copy
        if isinstance(field, MapEntry):
            return self._renumbered(field, known)
        return tuple(self._copied(part, known) for part in field) if isinstance(field, tuple) else field

    def _renumbered(self, node: _Part, known: dict[int, Expression]) -> _Part:
        fields: dict[str, object] = {name: self._copied(getattr(node, name), known) for name in node.__struct_fields__}
        return type(node)(**(fields | {"id": self._ids.next_id()}))  # type: ignore[arg-type, return-value]  # its own fields again


_NODES: Final = (Literal, Identifier, Select, Call, ListLiteral, MapLiteral, MessageLiteral, Comprehension)

Macro: TypeAlias = "Callable[[Builder, tuple[Expression, ...]], Expression | None]"
MacroKey: TypeAlias = tuple[str, int, bool]
Macros: TypeAlias = "Mapping[MacroKey, Macro]"
"""Macros by name, number of arguments, and whether they are called on a target."""


def expand(call: Call, macros: Macros, ids: Ids) -> Expression:
    """What a call stands for; the call itself where it is no macro. Raises MacroError."""
    macro = macros.get((call.function, len(call.arguments), call.target is not None))
    return (macro(Builder(call, ids), call.arguments) if macro else None) or call


def _variable(argument: Expression, complaint: str) -> str:
    if not isinstance(argument, Identifier):
        raise MacroError(complaint, argument.position)
    return argument.name


def _iteration_variable(argument: Expression, complaint: str = "argument must be a simple name") -> str:
    name = _variable(argument, complaint)
    if name in {ACCUMULATOR, _LEGACY_ACCUMULATOR}:
        raise MacroError("iteration variable overwrites accumulator variable", argument.position)
    return name


def _two_variables(arguments: tuple[Expression, ...]) -> tuple[str, str]:
    first, second = (_variable(argument, "argument must be a simple name") for argument in arguments[:2])
    if first == second:
        raise MacroError(f"duplicate variable name: {first}", arguments[1].position)
    return _iteration_variable(arguments[0]), _iteration_variable(arguments[1])


def _has(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    operand = arguments[0]
    if not isinstance(operand, Select):
        raise MacroError("invalid argument to has() macro", operand.position)
    return Select(**build.place(), operand=operand.operand, field=operand.field, test_only=True)


def _all(build: Builder, first: str, second: str, predicate: Expression) -> Expression:
    return Comprehension(
        macro="all",
        variable=first,
        second_variable=second,
        iteration_range=build.target,
        accumulator=ACCUMULATOR,
        initial=build.literal(value=True),
        condition=build.apply("@not_strictly_false", build.accumulator()),
        step=build.apply("_&&_", build.accumulator(), predicate),
        result=build.accumulator(),
        predicate=predicate,
        **build.place(),
    )


def _exists(build: Builder, first: str, second: str, predicate: Expression) -> Expression:
    return Comprehension(
        macro="exists",
        variable=first,
        second_variable=second,
        iteration_range=build.target,
        accumulator=ACCUMULATOR,
        initial=build.literal(value=False),
        condition=build.apply("@not_strictly_false", build.apply("!_", build.accumulator())),
        step=build.apply("_||_", build.accumulator(), predicate),
        result=build.accumulator(),
        predicate=predicate,
        **build.place(),
    )


def _exists_one(build: Builder, first: str, second: str, predicate: Expression) -> Expression:
    return Comprehension(
        macro="exists_one",
        variable=first,
        second_variable=second,
        iteration_range=build.target,
        accumulator=ACCUMULATOR,
        initial=build.literal(0),
        condition=build.literal(value=True),
        step=build.apply("_?_:_", predicate, build.apply("_+_", build.accumulator(), build.literal(1)), build.accumulator()),
        result=build.apply("_==_", build.accumulator(), build.literal(1)),
        predicate=predicate,
        **build.place(),
    )


_Quantifier: TypeAlias = "Callable[[Builder, str, str, Expression], Expression]"


def _one_variable(quantifier: _Quantifier) -> Macro:
    return lambda build, arguments: quantifier(build, _iteration_variable(arguments[0]), "", arguments[1])


def _with_two_variables(quantifier: _Quantifier) -> Macro:
    return lambda build, arguments: quantifier(build, *_two_variables(arguments), arguments[2])


def _gathering(build: Builder, variables: tuple[str, str], predicate: Expression | None, transform: Expression, macro: str) -> Expression:
    """A comprehension that gathers a list: map, filter, transformList."""
    step: Expression = build.apply("_+_", build.accumulator(), build.list_of(transform))
    if predicate is not None:
        step = build.apply("_?_:_", predicate, step, build.accumulator())
    return Comprehension(
        macro=macro,
        variable=variables[0],
        second_variable=variables[1],
        iteration_range=build.target,
        accumulator=ACCUMULATOR,
        initial=build.list_of(),
        condition=build.literal(value=True),
        step=step,
        result=build.accumulator(),
        predicate=predicate,
        transform=transform,
        **build.place(),
    )


def _map(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    variable = _iteration_variable(arguments[0], "argument is not an identifier")
    predicate = arguments[1] if len(arguments) > 2 else None  # noqa: PLR2004 - map(x, filter, transform)
    return _gathering(build, (variable, ""), predicate, arguments[-1], "map")


def _filter(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    variable = _iteration_variable(arguments[0], "argument is not an identifier")
    return _gathering(build, (variable, ""), arguments[1], arguments[0], "filter")


def _transform_list(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    predicate = arguments[2] if len(arguments) > 3 else None  # noqa: PLR2004 - transformList(i, x, filter, transform)
    return _gathering(build, _two_variables(arguments), predicate, arguments[-1], "transformList")


def _inserting(build: Builder, arguments: tuple[Expression, ...], macro: str) -> Expression:
    """A comprehension that gathers a map: transformMap, transformMapEntry."""
    variables = _two_variables(arguments)
    predicate = arguments[2] if len(arguments) > 3 else None  # noqa: PLR2004 - transformMap(k, v, filter, transform)
    transform = arguments[-1]
    key = (build.name(variables[0]),) if macro == "transformMap" else ()
    step: Expression = build.apply("cel.@mapInsert", build.accumulator(), *key, transform)
    if predicate is not None:
        step = build.apply("_?_:_", predicate, step, build.accumulator())
    return Comprehension(
        macro=macro,
        variable=variables[0],
        second_variable=variables[1],
        iteration_range=build.target,
        accumulator=ACCUMULATOR,
        initial=MapLiteral(**build.place(), entries=()),
        condition=build.literal(value=True),
        step=step,
        result=build.accumulator(),
        predicate=predicate,
        transform=transform,
        **build.place(),
    )


def _transform_map(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    return _inserting(build, arguments, "transformMap")


def _transform_map_entry(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    return _inserting(build, arguments, "transformMapEntry")


def _binding(build: Builder, variable: str, value: Expression, result: Expression) -> Comprehension:
    """A name for a value within a result: a comprehension over nothing."""
    return Comprehension(
        macro="bind",
        variable=_UNUSED,
        second_variable="",
        iteration_range=build.list_of(),
        accumulator=variable,
        initial=value,
        condition=build.literal(value=False),
        step=build.name(variable),
        result=result,
        **build.place(),
    )


def _bind(build: Builder, arguments: tuple[Expression, ...]) -> Expression | None:
    if not isinstance(build.target, Identifier) or build.target.name != "cel":
        return None
    variable = _variable(arguments[0], "cel.bind() variable names must be simple identifiers")
    return _binding(build, variable, arguments[1], arguments[2])


def _optional_map(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    variable = _variable(arguments[0], "optMap() variable name must be a simple identifier")
    value = build.apply("value", target=build.copied(build.target))
    mapped = build.apply("optional.of", _binding(build, variable, value, arguments[1]))
    return build.apply("_?_:_", build.apply("hasValue", target=build.target), mapped, build.apply("optional.none"))


def _optional_flat_map(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    variable = _variable(arguments[0], "optFlatMap() variable name must be a simple identifier")
    value = build.apply("value", target=build.copied(build.target))
    mapped = _binding(build, variable, value, arguments[1])
    return build.apply("_?_:_", build.apply("hasValue", target=build.target), mapped, build.apply("optional.none"))


def _sort_by(build: Builder, arguments: tuple[Expression, ...]) -> Expression:
    if isinstance(build.target, Literal | MapLiteral | MessageLiteral):
        complaint = "sortBy can only be applied to a list, identifier, comprehension, call or select expression"
        raise MacroError(complaint, build.target.position)
    source = build.target
    build.target = build.name(_SORT_INPUT)
    keys = _map(build, arguments)
    return _binding(build, _SORT_INPUT, source, build.apply("@sortByAssociatedKeys", keys, target=build.name(_SORT_INPUT)))


STANDARD_MACROS: Final[Macros] = {
    ("has", 1, False): _has,
    ("all", 2, True): _one_variable(_all),
    ("exists", 2, True): _one_variable(_exists),
    ("exists_one", 2, True): _one_variable(_exists_one),
    ("map", 2, True): _map,
    ("map", 3, True): _map,
    ("filter", 2, True): _filter,
}
OPTIONAL_MACROS: Final[Macros] = {("optMap", 2, True): _optional_map, ("optFlatMap", 2, True): _optional_flat_map}
BINDING_MACROS: Final[Macros] = {("bind", 3, True): _bind}
TWO_VARIABLE_MACROS: Final[Macros] = {
    ("all", 3, True): _with_two_variables(_all),
    ("exists", 3, True): _with_two_variables(_exists),
    ("existsOne", 3, True): _with_two_variables(_exists_one),
    ("exists_one", 3, True): _with_two_variables(_exists_one),
    ("transformList", 3, True): _transform_list,
    ("transformList", 4, True): _transform_list,
    ("transformMap", 3, True): _transform_map,
    ("transformMap", 4, True): _transform_map,
    ("transformMapEntry", 3, True): _transform_map_entry,
    ("transformMapEntry", 4, True): _transform_map_entry,
}
SORTING_MACROS: Final[Macros] = {("sortBy", 2, True): _sort_by}
