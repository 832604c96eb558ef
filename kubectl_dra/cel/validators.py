"""What Kubernetes refuses of a tree whose types are right: `cel/validator.go`, and the format check of `ext/formatting.go`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.celtypes import Type, message_form, unwrapped
from kubectl_dra.cel.errors import Issue
from kubectl_dra.cel.library import regex
from kubectl_dra.cel.library.formatting import COMPLAINTS, FormatError, clauses
from kubectl_dra.cel.tree import Call, ListLiteral, Literal, MapLiteral, children
from kubectl_dra.cel.values import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.cel.checker import Checked
    from kubectl_dra.cel.tree import Expression

_STRINGABLE: Final = frozenset(
    {"list", "map", "int", "uint", "double", "bool", "string", "timestamp", "bytes", "duration", "type", "null", "dyn"}
)
_FORMATTABLE: Final[dict[str, frozenset[str]]] = {
    "d": frozenset({"int", "uint", "dyn"}),
    "f": frozenset({"double", "string", "dyn"}),
    "e": frozenset({"double", "string", "dyn"}),
    "b": frozenset({"int", "uint", "bool", "dyn"}),
    "x": frozenset({"int", "uint", "string", "bytes", "dyn"}),
    "X": frozenset({"int", "uint", "string", "bytes", "dyn"}),
    "o": frozenset({"int", "uint", "dyn"}),
}


def validate(checked: Checked) -> list[Issue]:
    """The complaints, validator by validator in upstream's order. Raises Unknowable where a pattern cannot be compiled here."""
    nodes = list(_formatted(checked.tree))
    calls = [node for node, _ in nodes if isinstance(node, Call)]
    issues: list[Issue] = []
    for node, within_format in nodes:
        if isinstance(node, ListLiteral) and not within_format:
            issues.extend(_list_issues(checked, node))
    for node, within_format in nodes:
        if isinstance(node, MapLiteral) and not within_format:
            issues.extend(_map_issues(checked, node))
    for name in ("duration", "timestamp", "matches"):
        issues.extend(_literal_issues(checked, calls, name))
    for call in calls:
        issues.extend(_format_issues(checked, call))
    return issues


def _formatted(node: Expression, within: bool = False) -> Iterator[tuple[Expression, bool]]:  # noqa: FBT001, FBT002 - carried down
    """Every node, and whether it stands within a call of `format`, whose lists may hold values of several types."""
    yield node, within
    inside = within or (isinstance(node, Call) and node.function == "format")
    for child in children(node):
        yield from _formatted(child, inside)


def _mismatch(node: Expression, expected: Type, actual: Type) -> Issue:
    return Issue(f"expected type '{message_form(expected)}' but found '{message_form(actual)}'", node.position)


def _list_issues(checked: Checked, node: ListLiteral) -> Iterator[Issue]:
    expected: Type | None = None
    for index, element in enumerate(node.elements):
        found = checked.types[element.id]
        if index in node.optional:
            found = unwrapped(found)
        if expected is None:
            expected = found
        elif found != expected:
            yield _mismatch(element, expected, found)
            return


def _map_issues(checked: Checked, node: MapLiteral) -> Iterator[Issue]:
    expected: tuple[Type, Type] | None = None
    for entry in node.entries:
        value = checked.types[entry.value.id]
        found = checked.types[entry.key.id], unwrapped(value) if entry.optional else value
        if expected is None:
            expected = found
            continue
        for part, wanted, actual in zip((entry.key, entry.value), expected, found, strict=True):
            if wanted != actual:
                yield _mismatch(part, wanted, actual)


def _literal_issues(checked: Checked, calls: list[Call], name: str) -> Iterator[Issue]:
    for call in calls:
        argument = call.arguments[0] if call.arguments else None
        if call.function != name or not isinstance(argument, Literal):
            continue
        if not _is_valid(checked, call, argument.value):
            yield Issue(f"invalid {name} argument", argument.position)


def _is_valid(checked: Checked, call: Call, value: object) -> bool:
    if call.function == "matches":
        return not isinstance(value, str) or _is_pattern(value)
    try:
        checked.references[call.id].overloads[0].implementation(value)
    except Failure:
        return False
    return True


def _is_pattern(text: str) -> bool:
    try:
        regex.compiled(text)
    except regex.BadPattern:
        return False
    return True


def _format_issues(checked: Checked, call: Call) -> Iterator[Issue]:
    arguments = call.arguments[0] if call.arguments else None
    if call.function != "format" or not isinstance(call.target, Literal) or not isinstance(arguments, ListLiteral):
        return
    if not isinstance(call.target.value, str):
        return
    yield from _clause_issues(checked, call, call.target.value, arguments.elements)


def _clause_issues(checked: Checked, call: Call, text: str, arguments: tuple[Expression, ...]) -> Iterator[Issue]:
    requested, failure = _requested(text, len(arguments))
    for argument, letter in zip(arguments, requested, strict=False):
        refused = _refused(checked, argument, letter)
        if refused is not None:
            given = checked.types[refused.id].type_name
            yield Issue(f"error during formatting: {COMPLAINTS[letter]}, was given {given}", refused.position)
            return
    if failure:
        yield Issue(failure, call.position)
    elif len(arguments) > len(requested):
        message = f"too many arguments supplied to string.format (expected {len(requested)}, got {len(arguments)})"
        yield Issue(message, call.position)


def _requested(text: str, count: int) -> tuple[list[str], str]:
    """The letters of the clauses, and why no more of them can be read."""
    failure = ""
    for shorter in range(len(text), -1, -1):
        try:
            parts = clauses(text[:shorter], count)
        except FormatError as error:
            failure = failure or str(error)
            continue
        letters = [letter for _, letter, _ in parts if letter]
        return letters, "" if shorter == len(text) else failure
    return [], ""


def _refused(checked: Checked, node: Expression, letter: str) -> Expression | None:
    """The node that a clause does not take; for `%s` it may be one within a list or map."""
    kind = checked.types[node.id].kind
    if letter != "s":
        return None if kind in _FORMATTABLE[letter] else node
    if kind not in _STRINGABLE:
        return node
    parts: tuple[Expression, ...] = children(node) if isinstance(node, ListLiteral | MapLiteral) else ()
    return next((refused for refused in (_refused(checked, part, letter) for part in parts) if refused is not None), None)
