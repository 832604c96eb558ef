"""Tree → types and overloads, or complaints in upstream's words; `checker/checker.go`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.cel.celtypes import (
    BOOL,
    BYTES,
    DOUBLE,
    DYN,
    ERROR,
    INT,
    NULL,
    STRING,
    UINT,
    Substitutions,
    Type,
    assignable,
    is_dyn,
    is_optional,
    list_of,
    map_of,
    message_form,
    most_general,
    optional_of,
    parameter,
    signature_form,
    substituted,
    unwrapped,
)
from kubectl_dra.cel.environment import CONSTANTS, TYPE_NAMES, is_message
from kubectl_dra.cel.errors import Issue
from kubectl_dra.cel.tree import Call, Comprehension, Identifier, ListLiteral, Literal, MapLiteral, MessageLiteral, Select
from kubectl_dra.cel.values import TypeValue, UInt, Unknowable, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.declarations import Overload, Signature
    from kubectl_dra.cel.environment import Environment
    from kubectl_dra.cel.tree import Expression

_LITERAL_TYPES: dict[type, Type] = {
    bool: BOOL,
    int: INT,
    UInt: UINT,
    float: DOUBLE,
    str: STRING,
    bytes: BYTES,
    type(None): NULL,
}


class Reference(msgspec.Struct, frozen=True, eq=False):
    """What a node refers to: a function and the overloads that may be meant, or the name or value of an identifier."""

    name: str
    overloads: tuple[Overload, ...] = ()
    has_target: bool = False
    value: Value = None
    is_local: bool = False


class Checked(msgspec.Struct, frozen=True, eq=False):
    """A tree with what the checker found; both maps go by the nodes' identifiers."""

    tree: Expression
    types: dict[int, Type]
    references: dict[int, Reference]
    issues: tuple[Issue, ...]

    @property
    def output_type(self) -> Type:
        """The type of the whole expression."""
        return self.types[self.tree.id]

    def operands(self, call: Call) -> tuple[Expression, ...]:
        """What a call is applied to; a namespace is no operand."""
        return call.operands if self.references[call.id].has_target else call.arguments


def check(tree: Expression, environment: Environment) -> Checked:
    """The types of a tree's nodes. Raises Unknowable for protocol buffer messages, which are not followed."""
    checker = _Checker(environment)
    checker.visit(tree)
    types = {node: substituted(checker.known, found, unknown_as_dyn=True) for node, found in checker.types.items()}
    return Checked(tree, types, checker.references, tuple(checker.issues))


class _Checker:
    __slots__ = ("_environment", "_fresh", "_scopes", "issues", "known", "references", "types")

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._scopes: list[dict[str, Type]] = []
        self._fresh = 0
        self.known = Substitutions()
        self.types: dict[int, Type] = {}
        self.references: dict[int, Reference] = {}
        self.issues: list[Issue] = []

    def visit(self, node: Expression) -> Type:
        """The type of a node, found once."""
        found = _VISITORS[type(node)](self, node)
        self.types[node.id] = found
        return found

    def _issue(self, node: Expression, message: str) -> Type:
        self.issues.append(Issue(message, node.position))
        return ERROR

    def _undeclared(self, node: Expression, name: str) -> Type:
        return self._issue(node, f"undeclared reference to '{name}' (in container '')")

    def _mismatch(self, node: Expression, expected: Type, actual: Type) -> Type:
        return self._issue(node, f"expected type '{message_form(expected)}' but found '{message_form(actual)}'")

    def _resolved(self, found: Type) -> Type:
        return substituted(self.known, found)

    def _unknown(self) -> Type:
        self._fresh += 1
        return parameter(f"_var{self._fresh - 1}")

    def _assign(self, left: Type, right: Type) -> bool:
        return self._assign_all((left,), (right,))

    def _assign_all(self, left: tuple[Type, ...], right: tuple[Type, ...]) -> bool:
        known = assignable(self.known, left, right)
        if known is None:
            return False
        self.known = known
        return True

    # literals and names

    def literal(self, node: Literal) -> Type:
        """The type of a constant."""
        return _LITERAL_TYPES[type(node.value)]

    def identifier(self, node: Identifier) -> Type:
        """The type of a local or global variable, or of a type's name."""
        local = self._local(node.name)
        if local is not None:
            self.references[node.id] = Reference(node.name, is_local=True)
            return local
        return self._global(node, node.name.removeprefix(".")) or self._undeclared(node, node.name)

    def _local(self, name: str) -> Type | None:
        local = self._environment.local_name(name)
        return next((scope[local] for scope in reversed(self._scopes) if local in scope), None)

    def _global(self, node: Expression, name: str) -> Type | None:
        found = self._environment.variable(name)
        if found is None:
            return None
        value: Value = CONSTANTS.get(name)
        if found.kind == "type" and name in TYPE_NAMES:
            value = TypeValue(TYPE_NAMES[name].type_name)
        self.references[node.id] = Reference(name, value=value)
        return found

    def select(self, node: Select) -> Type:
        """The type of a field, or of a qualified name."""
        names = None if node.test_only else _qualified(node)
        if names and self._local(names[0]) is None:
            found = self._global(node, ".".join(names).removeprefix("."))
            if found is not None:
                return found
        field = self._field(node, node.operand, node.field, optional=False)
        return BOOL if node.test_only else field

    def _field(self, node: Expression, operand: Expression, field: str, *, optional: bool) -> Type:
        container = self._resolved(self.visit(operand))
        target = unwrapped(container)
        result = self._field_of(node, target, field)
        return optional_of(self._resolved(result)) if optional or is_optional(container) else self._resolved(result)

    def _field_of(self, node: Expression, target: Type, field: str) -> Type:
        if target.kind == "map":
            return target.parameters[1]
        if target.kind == "struct":
            found = self._environment.structs.get(target.name, {}).get(field)
            if found is None and target.name not in self._environment.structs:
                return self._issue(node, f"unexpected failed resolution of '{target.name}'")
            return found or self._issue(node, f"undefined field '{field}'")
        if target.kind == "param":
            self._assign(DYN, target)
        elif not is_dyn(target) and target != ERROR:
            self._issue(node, f"type '{message_form(target)}' does not support field selection")
        return DYN

    # calls

    def call(self, node: Call) -> Type:
        """The result type of a call, by the overloads that take its arguments."""
        if node.function == "_?._":
            return self._optional_field(node)
        arguments = tuple(map(self.visit, node.arguments))
        if node.target is None:
            return self._function(node, node.function.removeprefix("."), arguments)
        namespace = _qualified(node.target)
        if namespace and f"{'.'.join(namespace).removeprefix('.')}.{node.function}" in self._environment.functions:
            return self._function(node, f"{'.'.join(namespace).removeprefix('.')}.{node.function}", arguments)
        target = self.visit(node.target)
        if node.function not in self._environment.functions:
            return self._undeclared(node, node.function)
        return self._resolve(node, node.function, (target, *arguments), is_method=True)

    def _optional_field(self, node: Call) -> Type:
        operand, field = node.arguments
        name = field.value if isinstance(field, Literal) else None
        overloads = self._environment.functions.get("_?._", ())
        self.references[node.id] = Reference("_?._", overloads)
        self.types[field.id] = STRING
        return self._field(node, operand, str(name), optional=True)

    def _function(self, node: Call, name: str, arguments: tuple[Type, ...]) -> Type:
        if name not in self._environment.functions:
            return self._undeclared(node, node.function)
        return self._resolve(node, name, arguments, is_method=False)

    def _resolve(self, node: Call, name: str, arguments: tuple[Type, ...], *, is_method: bool) -> Type:
        overloads = [overload for overload in self._environment.functions[name] if overload.is_method == is_method]
        if name in {"_&&_", "_||_"}:
            return self._logical(node, name, arguments, overloads[0])
        fitting: list[Overload] = []
        result: Type | None = None
        for overload in overloads:
            signature = self._instantiated(overload.signature)
            if not self._assign_all(arguments, signature.parameters):
                continue
            fitting.append(overload)
            found = self._resolved(signature.result)
            result = found if result is None else result if is_dyn(result) or result == found else DYN
        if result is None:
            return self._no_overload(node, name, arguments, is_method=is_method)
        self.references[node.id] = Reference(name, tuple(fitting), is_method)
        return result

    def _no_overload(self, node: Call, name: str, arguments: tuple[Type, ...], *, is_method: bool) -> Type:
        written = tuple(substituted(self.known, argument, unknown_as_dyn=True) for argument in arguments)
        return self._issue(node, f"found no matching overload for '{name}' applied to '{signature_form(written, is_method=is_method)}'")

    def _logical(self, node: Call, name: str, arguments: tuple[Type, ...], overload: Overload) -> Type:
        fits = True
        for operand, found in zip(node.arguments, arguments, strict=True):
            if not self._assign(found, BOOL):
                self._mismatch(operand, BOOL, found)
                fits = False
        if not fits:
            return ERROR
        self.references[node.id] = Reference(name, (overload,))
        return BOOL

    def _instantiated(self, signature: Signature) -> Signature:
        """The signature with type parameters of its own."""
        if not signature.type_parameters:
            return signature
        own = Substitutions({name: self._unknown() for name in sorted(signature.type_parameters)})
        parameters = tuple(substituted(own, inner) for inner in signature.parameters)
        return type(signature)(parameters, substituted(own, signature.result), frozenset())

    # lists, maps, messages

    def list_literal(self, node: ListLiteral) -> Type:
        """The type of a list by its elements."""
        joined: Type | None = None
        for index, element in enumerate(node.elements):
            found = self.visit(element)
            if index in node.optional:
                found = self._unwrapped_optional(element, found)
            joined = self._joined(joined, found)
        return list_of(joined or self._unknown())

    def map_literal(self, node: MapLiteral) -> Type:
        """The type of a map by its entries."""
        key: Type | None = None
        value: Type | None = None
        for entry in node.entries:
            key = self._joined(key, self.visit(entry.key))
            found = self.visit(entry.value)
            if entry.optional:
                found = self._unwrapped_optional(entry.value, found)
            value = self._joined(value, found)
        return map_of(key or self._unknown(), value or self._unknown())

    def _unwrapped_optional(self, node: Expression, found: Type) -> Type:
        if not is_optional(found) and not is_dyn(found):
            self._mismatch(node, optional_of(found), found)
        return unwrapped(found)

    def _joined(self, previous: Type | None, current: Type) -> Type:
        if previous is None:
            return current
        return most_general(previous, current) if self._assign(previous, current) else DYN

    def message(self, node: MessageLiteral) -> Type:
        """Messages are not followed: none is of use in a selector."""
        name = node.name.removeprefix(".")
        if is_message(name):
            raise Unknowable(f"the message {name} is not followed here")
        found = self._environment.variable(name)
        for _, value in node.fields:
            self.visit(value)
        if found is None:
            return self._undeclared(node, node.name)
        raise Unknowable(f"{name} is not made here")

    # comprehensions

    def comprehension(self, node: Comprehension) -> Type:
        """The type of what a comprehension gathers."""
        iterated = self._resolved(self.visit(node.iteration_range))
        accumulated = self.visit(node.initial)
        first, second = self._variables(node, iterated)
        self._scopes.append({node.accumulator: accumulated})
        self._scopes.append({node.variable: first} | ({node.second_variable: second} if node.second_variable else {}))
        self._assert(node.condition, BOOL)
        self._assert(node.step, accumulated)
        self._scopes.pop()
        result = self.visit(node.result)
        self._scopes.pop()
        return self._resolved(result)

    def _variables(self, node: Comprehension, iterated: Type) -> tuple[Type, Type]:
        """The types of the two variables; the second means nothing where there is one variable."""
        if iterated.kind == "list":
            element = iterated.parameters[0]
            return (INT, element) if node.second_variable else (element, element)
        if iterated.kind == "map":
            return iterated.parameters[0], iterated.parameters[1]
        if iterated.kind in {"dyn", "error", "param"}:
            self._assign(DYN, iterated)
            return DYN, DYN
        written = message_form(iterated)
        self._issue(
            node.iteration_range, f"expression of type '{written}' cannot be range of a comprehension (must be list, map, or dynamic)"
        )
        return ERROR, ERROR

    def _assert(self, node: Expression, expected: Type) -> None:
        found = self.visit(node)
        if not self._assign(expected, found):
            self._mismatch(node, expected, found)


_VISITORS: dict[type, Callable[..., Type]] = {
    Literal: _Checker.literal,
    Identifier: _Checker.identifier,
    Select: _Checker.select,
    Call: _Checker.call,
    ListLiteral: _Checker.list_literal,
    MapLiteral: _Checker.map_literal,
    MessageLiteral: _Checker.message,
    Comprehension: _Checker.comprehension,
}


def _qualified(node: Expression) -> tuple[str, ...] | None:
    """The names of `a.b.c`, where the node is nothing but names."""
    names: list[str] = []
    while isinstance(node, Select) and not node.test_only:
        names.append(node.field)
        node = node.operand
    if not isinstance(node, Identifier):
        return None
    return (node.name, *reversed(names))
