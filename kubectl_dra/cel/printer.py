"""Tree → text: an expression written in one way, with parentheses where they are needed; `parser/unparser.go`.

What a person wrote is better shown as it was written: every node has the span of its text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.library.formatting import plain_text
from kubectl_dra.cel.tree import (
    Call,
    Comprehension,
    Expression,
    Identifier,
    ListLiteral,
    Literal,
    MapEntry,
    MapLiteral,
    MessageLiteral,
    Select,
)
from kubectl_dra.cel.values import UInt

if TYPE_CHECKING:
    from collections.abc import Callable

_BINARY: Final = {
    "_||_": ("||", 2),
    "_&&_": ("&&", 3),
    "_==_": ("==", 4),
    "_!=_": ("!=", 4),
    "_<_": ("<", 4),
    "_<=_": ("<=", 4),
    "_>_": (">", 4),
    "_>=_": (">=", 4),
    "@in": ("in", 4),
    "_+_": ("+", 5),
    "_-_": ("-", 5),
    "_*_": ("*", 6),
    "_/_": ("/", 6),
    "_%_": ("%", 6),
}
_CONDITIONAL: Final = 1
_UNARY: Final = 7
_PRIMARY: Final = 8
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_RESERVED: Final = frozenset({"in", "true", "false", "null"})
_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def quoted(text: str) -> str:
    """A text as a CEL literal."""
    return '"' + "".join(_ESCAPES.get(letter) or (letter if letter.isprintable() else _escaped(letter)) for letter in text) + '"'


def _escaped(letter: str) -> str:
    code = ord(letter)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane


def member(container: str, name: str) -> str:
    """A field or entry of what a text stands for: with a dot where the name can stand behind one, else in brackets."""
    return f"{container}.{name}" if is_name(name) else f"{container}[{quoted(name)}]"


def is_name(text: str) -> bool:
    """Whether a text can stand behind a dot."""
    return bool(_NAME.fullmatch(text)) and text not in _RESERVED


def printed(node: Expression) -> str:
    """The text of a tree."""
    return _PRINTERS[type(node)](node)


def _within(node: Expression, binding: int) -> str:
    """The text of an operand, in parentheses where it binds less than it must."""
    text = printed(node)
    return text if _binding(node) >= binding else f"({text})"


def _binding(node: Expression) -> int:
    if not isinstance(node, Call):
        return _UNARY if isinstance(node, Literal) and printed(node).startswith("-") else _PRIMARY
    if node.function in _BINARY:
        return _BINARY[node.function][1]
    if node.function == "_?_:_":
        return _CONDITIONAL
    return _UNARY if node.function in {"!_", "-_"} else _PRIMARY


def _literal(node: Literal) -> str:
    value = node.value
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bytes):
        return 'b"' + "".join(f"\\x{byte:02x}" for byte in value) + '"'
    if value is None:
        return "null"
    text = plain_text(value) or ""
    if isinstance(value, UInt):
        return f"{text}u"
    return f"{text}.0" if isinstance(value, float) and text.lstrip("-").isdecimal() else text


def _select(node: Select) -> str:
    field = node.field if is_name(node.field) else f"`{node.field}`"
    text = f"{_within(node.operand, _PRIMARY)}.{field}"
    return f"has({text})" if node.test_only else text


def _call(node: Call) -> str:
    if node.function in _BINARY:
        symbol, binding = _BINARY[node.function]
        left, right = node.arguments
        return f"{_within(left, binding)} {symbol} {_within(right, binding + (0 if symbol in {'&&', '||'} else 1))}"
    if node.function in _FORMS:
        return _FORMS[node.function](node)
    arguments = ", ".join(map(printed, node.arguments))
    target = "" if node.target is None else f"{_within(node.target, _PRIMARY)}."
    return f"{target}{node.function}({arguments})"


def _conditional(node: Call) -> str:
    condition, accepted, refused = node.arguments
    return f"{_within(condition, _CONDITIONAL + 1)} ? {_within(accepted, _CONDITIONAL + 1)} : {printed(refused)}"


def _index(question: str) -> Callable[[Call], str]:
    return lambda node: f"{_within(node.arguments[0], _PRIMARY)}[{question}{printed(node.arguments[1])}]"


def _optional_field(node: Call) -> str:
    field = node.arguments[1]
    name = str(field.value) if isinstance(field, Literal) else ""
    return f"{_within(node.arguments[0], _PRIMARY)}.?{name}"


_FORMS: Final[dict[str, Callable[[Call], str]]] = {
    "_?_:_": _conditional,
    "_[_]": _index(""),
    "_[?_]": _index("?"),
    "_?._": _optional_field,
    "!_": lambda node: f"!{_within(node.arguments[0], _UNARY)}",
    "-_": lambda node: f"-{_within(node.arguments[0], _UNARY)}",
}


def _list(node: ListLiteral) -> str:
    elements = (("?" if index in node.optional else "") + printed(element) for index, element in enumerate(node.elements))
    return f"[{', '.join(elements)}]"


def _map(node: MapLiteral) -> str:
    return f"{{{', '.join(map(_entry, node.entries))}}}"


def _entry(entry: MapEntry) -> str:
    return f"{'?' if entry.optional else ''}{printed(entry.key)}: {printed(entry.value)}"


def _message(node: MessageLiteral) -> str:
    return f"{node.name}{{{', '.join(f'{name}: {printed(value)}' for name, value in node.fields)}}}"


def _comprehension(node: Comprehension) -> str:
    if node.macro == "bind":
        return f"cel.bind({node.accumulator}, {printed(node.initial)}, {printed(node.result)})"
    parts = [node.variable, *filter(None, (node.second_variable,))]
    parts += [
        printed(part)
        for part in (node.predicate, node.transform)
        if part is not None and (node.macro != "filter" or part is node.predicate)
    ]
    return f"{_within(node.iteration_range, _PRIMARY)}.{node.macro}({', '.join(parts)})"


_PRINTERS: Final[dict[type, Callable[..., str]]] = {
    Literal: _literal,
    Identifier: lambda node: node.name,
    Select: _select,
    Call: _call,
    ListLiteral: _list,
    MapLiteral: _map,
    MessageLiteral: _message,
    Comprehension: _comprehension,
}
