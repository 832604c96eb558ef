"""The types of CEL, how messages write them, and when one may stand for another: `checker/types.go`, `format.go`, `types/types.go`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

import msgspec

from kubectl_dra.apimachinery.override import override

Kind = Literal[
    "any",
    "bool",
    "bytes",
    "double",
    "duration",
    "dyn",
    "error",
    "int",
    "list",
    "map",
    "null",
    "opaque",
    "param",
    "string",
    "struct",
    "timestamp",
    "type",
    "uint",
]
_DECLARED_NAMES: Final = {
    "any": "google.protobuf.Any",
    "duration": "google.protobuf.Duration",
    "timestamp": "google.protobuf.Timestamp",
    "null": "null_type",
    "error": "*error*",
}
_MESSAGE_NAMES: Final = {"any": "any", "duration": "duration", "timestamp": "timestamp", "null": "null", "error": "!error!"}


class Type(msgspec.Struct, frozen=True):
    """A type; `name` is set for opaque types, structs and type parameters."""

    kind: Kind
    name: str = ""
    parameters: tuple[Type, ...] = ()

    @property
    def type_name(self) -> str:
        """The name without parameters."""
        return self.name or _DECLARED_NAMES.get(self.kind, self.kind)

    @override
    def __str__(self) -> str:
        return _with_parameters(self.type_name, map(str, self.parameters))


BOOL: Final = Type("bool")
INT: Final = Type("int")
UINT: Final = Type("uint")
DOUBLE: Final = Type("double")
STRING: Final = Type("string")
BYTES: Final = Type("bytes")
NULL: Final = Type("null")
DURATION: Final = Type("duration")
TIMESTAMP: Final = Type("timestamp")
DYN: Final = Type("dyn")
ANY: Final = Type("any")
ERROR: Final = Type("error")
TYPE: Final = Type("type")
QUANTITY: Final = Type("struct", "kubernetes.Quantity")
SEMVER: Final = Type("struct", "kubernetes.Semver")


def list_of(element: Type) -> Type:
    """`list(element)`."""
    return Type("list", "", (element,))


def map_of(key: Type, value: Type) -> Type:
    """`map(key, value)`."""
    return Type("map", "", (key, value))


def optional_of(value: Type) -> Type:
    """`optional_type(value)`."""
    return Type("opaque", "optional_type", (value,))


def type_of(value: Type) -> Type:
    """`type(value)`."""
    return Type("type", "", (value,))


def parameter(name: str) -> Type:
    """A type that is to be found."""
    return Type("param", name)


def is_dyn(subject: Type) -> bool:
    """Whether the type is known at run time only."""
    return subject.kind in {"dyn", "any"}


def is_optional(subject: Type) -> bool:
    """Whether the type is an optional."""
    return subject.kind == "opaque" and subject.name == "optional_type"


def unwrapped(subject: Type) -> Type:
    """What an optional may hold; any other type as it is."""
    return subject.parameters[0] if is_optional(subject) else subject


def message_form(subject: Type) -> str:
    """As the checker's messages write the type; upstream's `FormatCELType`."""
    name = _MESSAGE_NAMES.get(subject.kind) or subject.name or subject.kind
    return _with_parameters(name, map(message_form, subject.parameters))


def signature_form(arguments: tuple[Type, ...], *, is_method: bool) -> str:
    """As the checker's messages write the types a function is applied to."""
    written = [message_form(argument) for argument in arguments]
    return f"{written[0]}.({', '.join(written[1:])})" if is_method else f"({', '.join(written)})"


def _with_parameters(name: str, parameters: map[str]) -> str:
    written = ", ".join(parameters)
    return f"{name}({written})" if written else name


class Substitutions(dict[str, Type]):
    """What type parameters stand for, by name."""

    __slots__ = ()


def substituted(known: Substitutions, subject: Type, *, unknown_as_dyn: bool = False) -> Type:
    """The type with what is known put in for parameters."""
    if subject.kind == "param":
        if subject.name in known:
            return substituted(known, known[subject.name], unknown_as_dyn=unknown_as_dyn)
        return DYN if unknown_as_dyn else subject
    if not subject.parameters:
        return subject
    parameters = tuple(substituted(known, inner, unknown_as_dyn=unknown_as_dyn) for inner in subject.parameters)
    return Type(subject.kind, subject.name, parameters)


def assignable(known: Substitutions, left: tuple[Type, ...], right: tuple[Type, ...]) -> Substitutions | None:
    """What is known after each type on the left was assigned to its counterpart; None where that is impossible. `isAssignableList`."""
    copy = Substitutions(known)
    return copy if _all_assignable(copy, left, right) else None


def _all_assignable(known: Substitutions, left: tuple[Type, ...], right: tuple[Type, ...]) -> bool:
    return len(left) == len(right) and all(_is_assignable(known, *pair) for pair in zip(left, right, strict=True))


def _is_assignable(known: Substitutions, left: Type, right: Type) -> bool:
    if right.kind == "param":
        valid, has_substitute = _substitutes(known, left, right)
        if valid or has_substitute:
            return valid
    if left.kind == "param":
        return _substitutes(known, right, left)[0]
    if is_dyn(left) or is_dyn(right) or ERROR in (left, right):
        return True
    if left.kind == "null":
        return _is_nullable(right)
    if right.kind == "null":
        return _is_nullable(left)
    if left.kind == "type":
        return right.kind == "type"
    return left.kind == right.kind and left.name == right.name and _all_assignable(known, left.parameters, right.parameters)


def _is_nullable(subject: Type) -> bool:
    return subject.kind in {"null", "opaque", "struct", "any", "duration", "timestamp"}


def _substitutes(known: Substitutions, subject: Type, unknown: Type) -> tuple[bool, bool]:
    """Whether a type may stand for a parameter, and whether one stands for it already; `isValidTypeSubstitution`."""
    if subject == unknown:
        return True, True
    if unknown.name in known:
        present = known[unknown.name]
        if subject == present:
            return True, True
        if not _is_assignable(known, subject, present):
            return False, True
        general = most_general(subject, present)
        if _is_free_of(known, unknown, general):
            known[unknown.name] = general
        return True, True
    if _is_free_of(known, unknown, subject):
        known[unknown.name] = subject
        return True, False
    return False, False


def _is_free_of(known: Substitutions, unknown: Type, within: Type) -> bool:
    if unknown == within:
        return False
    if within.kind == "param":
        return within.name not in known or _is_free_of(known, unknown, known[within.name])
    return all(_is_free_of(known, unknown, inner) for inner in within.parameters)


def most_general(left: Type, right: Type) -> Type:
    """The one of two types that says less."""
    return left if _says_less_or_equal(left, right) else right


def _says_less_or_equal(left: Type, right: Type) -> bool:
    if is_dyn(left) or left.kind == "param":
        return True
    if is_dyn(right) or right.kind == "param" or left.kind != right.kind:
        return False
    if left.kind == "type":
        return True
    if left.name != right.name or len(left.parameters) != len(right.parameters):
        return False
    return all(_says_less_or_equal(*pair) for pair in zip(left.parameters, right.parameters, strict=True))


_TYPE_WORD: Final = re.compile(r"[\w.]+|[<>,]")
_AUTHORIZATION: Final = ("Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision")
_SHORT_NAMES: Final = {
    "Quantity": QUANTITY,
    "Semver": SEMVER,
    "URL": Type("struct", "kubernetes.URL"),
    "Format": Type("struct", "kubernetes.NamedFormat"),
    "IP": Type("opaque", "net.IP"),
    "CIDR": Type("opaque", "net.CIDR"),
    **{
        name: Type("struct", f"kubernetes.authorization.{name}")
        for name in ("Authorizer", "PathCheck", "GroupCheck", "ResourceCheck", "Decision")
    },
}


@lru_cache(maxsize=512)
def parse_type(text: str) -> Type:
    """A type as the libraries' signatures write it: `map<K, list<Quantity>>`, one capital letter for a parameter."""
    words = _TYPE_WORD.findall(text)
    subject, rest = _parse_words(words)
    if rest:
        raise ValueError(f"{text} is no type")
    return subject


def _parse_words(words: list[str]) -> tuple[Type, list[str]]:
    name, rest = words[0], words[1:]
    parameters: list[Type] = []
    if rest and rest[0] == "<":
        while rest[0] != ">":
            inner, rest = _parse_words(rest[1:])
            parameters.append(inner)
        rest = rest[1:]
    return _named(name, tuple(parameters)), rest


def _named(name: str, parameters: tuple[Type, ...]) -> Type:
    if name == "optional":
        return Type("opaque", "optional_type", parameters)
    if name in _SHORT_NAMES:
        return _SHORT_NAMES[name]
    if len(name) == 1:
        return parameter(name)
    return Type(name, "", parameters)  # type: ignore[arg-type]  # the libraries write kinds only
