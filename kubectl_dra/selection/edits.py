"""Expression and vocabulary → small changes that may be meant, none of them tried yet.

Each function finds one kind of slip that people make with selectors. What they offer is compiled and tried in `repairs`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from kubectl_dra.apimachinery.quantity import QuantityError, parse_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_normalized_version, parse_version
from kubectl_dra.cel.printer import quoted
from kubectl_dra.cel.tree import Call, Expression, Identifier, Select, walk
from kubectl_dra.cel.tree import Literal as LiteralNode
from kubectl_dra.selection.clauses import terms_of
from kubectl_dra.selection.nearest import Section, Vocabulary, nearest, nearest_readings, nearest_texts
from kubectl_dra.selection.readings import Reading, path_of, readings_in

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Slip: TypeAlias = Literal[
    "tutorial-field",
    "missing-domain",
    "wrong-name",
    "quantity-comparison",
    "version-comparison",
    "unlike-types",
    "unknown-text",
    "missing-driver",
    "missing-guard",
    "unknown-field",
    "other-language",
]
"""What is wrong: a field of the attribute's union in the API (`.string`), an identifier where a domain belongs, a domain, identifier or
section that no device has, an operator that quantities or versions do not have, a text compared with a number, a text that no device has,
no restriction to one driver, no `has()`, a field that a device does not have, a word of another language."""


class Edit(msgspec.Struct, frozen=True):
    """One change of a text: what stands from `start` to `end` gives way to `replacement`."""

    slip: Slip
    start: int
    end: int
    replacement: str

    def applied(self, text: str) -> str:
        """The text after the change."""
        return text[: self.start] + self.replacement + text[self.end :]


class Draft(msgspec.Struct, frozen=True, eq=False):
    """An expression that is being changed, its tree where it can be parsed, and what devices have."""

    text: str
    tree: Expression | None
    vocabulary: Vocabulary
    normalizes_versions: bool
    """Whether the release has `semver(text, true)`."""


_UNION_FIELDS: Final = frozenset(
    {"string", "int", "bool", "version", "stringValue", "intValue", "boolValue", "versionValue", "quantity", "value", "strings", "ints"}
)
_ORDERINGS: Final = {"_<_": "<", "_<=_": "<=", "_>_": ">", "_>=_": ">="}
_COMPARISONS: Final = _ORDERINGS | {"_==_": "==", "_!=_": "!="}
_COMPARING_METHODS: Final = frozenset({"compareTo", "isGreaterThan", "isLessThan", "add", "sub"})
_FIELDS: Final = ("driver", "attributes", "capacity", "allowMultipleAllocations")
_FIELD_COUNTS: Final = dict.fromkeys(_FIELDS, 1)
_MOST_DRIVERS: Final = 4
_MOST_DOMAINS: Final = 4


def edits_of(draft: Draft) -> Iterator[Edit]:
    """The changes that may be meant, those that explain most first."""
    if draft.tree is None:
        yield from _words_of_other_languages(draft)
        return
    for find in (_tutorial_fields, _missing_domains, _unknown_fields, _wrong_names):
        yield from find(draft)
    for find in (_comparisons, _method_arguments, _loose_versions, _unlike_types, _unknown_texts):
        yield from find(draft)
    yield from _missing_drivers(draft)
    yield from _missing_guards(draft)


def _text(draft: Draft, node: Expression) -> str:
    return draft.text[node.start : node.end]


def _replace(slip: Slip, node: Expression, replacement: str) -> Edit:
    return Edit(slip, node.start, node.end, replacement)


# names


def _nodes(draft: Draft) -> Iterator[Expression]:
    """Each node that stands in the text, once; what macros add stands for the whole call and is left out."""
    seen: set[tuple[type, int, int]] = set()
    for node in walk(draft.tree) if draft.tree is not None else ():
        key = (type(node), node.start, node.end)
        if key not in seen:
            seen.add(key)
            yield node


def _tutorial_fields(draft: Draft) -> Iterator[Edit]:
    """`device.attributes["type"].string`: the field of the API's union, behind an identifier where a domain belongs."""
    for node in _nodes(draft):
        path = path_of(node, {})
        if path is not None and len(path) == 3 and path[2] in _UNION_FIELDS and not draft.vocabulary.count(Reading(path)):  # noqa: PLR2004
            for reading in _qualified(path[0], path[1], draft.vocabulary):
                yield _replace("tutorial-field", node, str(reading))
        elif isinstance(node, Select) and node.field in _UNION_FIELDS and len(path_of(node.operand, {}) or ()) == 3:  # noqa: PLR2004
            yield _replace("tutorial-field", node, _text(draft, node.operand))


def _missing_domains(draft: Draft) -> Iterator[Edit]:
    """`device.attributes["type"]` and `device.attributes["example.com/type"]` where a value is meant."""
    for node in _nodes(draft):
        path = path_of(node, {})
        if (
            path is None
            or len(path) != 2  # noqa: PLR2004 - a section and a name
            or path[0] not in {"attributes", "capacity"}
            or path[1] in draft.vocabulary.domains(_section(path[0]))
        ):
            continue
        for reading in _qualified(path[0], path[1], draft.vocabulary):
            yield _replace("missing-domain", node, str(reading))


def _section(name: str) -> Section:
    return "attributes" if name == "attributes" else "capacity"


def _qualified(section: str, name: str, vocabulary: Vocabulary) -> Iterator[Reading]:
    """What an identifier may mean, with the domain written before it or without."""
    domain, slash, identifier = name.partition("/")
    if slash:
        yield Reading((section, domain, identifier))
        return
    for where in (_section(section), _section("capacity" if section == "attributes" else "attributes")):
        domains = sorted(vocabulary.domains(where, name).items(), key=lambda pair: (-pair[1], pair[0]))
        for owner, _ in domains[:_MOST_DOMAINS]:
            yield Reading((where, owner, name))


def _unknown_fields(draft: Draft) -> Iterator[Edit]:
    """`device.Driver`, `device.driverName`, and `driver` or `attributes` without `device`."""
    for node in _nodes(draft):
        if isinstance(node, Select) and path_of(node.operand, {}) == () and node.field not in _FIELDS:
            for near in nearest(node.field, _FIELD_COUNTS, limit=2):
                yield Edit("unknown-field", node.end - len(node.field), node.end, near.text)
        elif isinstance(node, Identifier) and node.name in _FIELDS and _text(draft, node) == node.name:
            yield _replace("unknown-field", node, f"device.{node.name}")


def _wrong_names(draft: Draft) -> Iterator[Edit]:
    """A domain, identifier or section that no device has."""
    for node in _nodes(draft):
        path = path_of(node, {})
        if path is None or len(path) != 3 or draft.vocabulary.count(Reading(path)):  # noqa: PLR2004
            continue
        for suggestion in nearest_readings(Reading(path), draft.vocabulary):
            yield _replace("wrong-name", node, _rewritten(draft, node, suggestion.reading))


def _rewritten(draft: Draft, node: Expression, reading: Reading) -> str:
    """The reading, as optional as what it takes the place of."""
    written = str(reading)
    if isinstance(node, Call) and node.function in {"_?._", "_[?_]"}:
        container, _, name = written.rpartition(".")
        return f"{container}.?{name}" if container else written
    presence = isinstance(node, Select) and node.test_only
    return f"has({written})" if presence and _text(draft, node).startswith("has") else written


# comparisons


def _kind(draft: Draft, node: Expression) -> str:
    """What an operand is by its looks: quantity, version, text, number, or nothing that is known."""
    if isinstance(node, Call) and node.function in {"quantity", "semver"} and node.target is None:
        return "quantity" if node.function == "quantity" else "version"
    if isinstance(node, LiteralNode):
        return {str: "text", int: "number", float: "number", bool: "bool"}.get(type(node.value), "")
    path = path_of(node, {})
    if path is None or len(path) != 3:  # noqa: PLR2004
        return ""
    if path[0] == "capacity":
        return "quantity"
    texts = draft.vocabulary.texts.get((path[1], path[2]), {})
    return "version" if texts and all(map(_is_version, texts)) else ""


def _comparisons(draft: Draft) -> Iterator[Edit]:
    """Quantities and versions have methods where numbers have operators, and are compared with their own kind only."""
    for node in _nodes(draft):
        if not isinstance(node, Call) or node.function not in _COMPARISONS:
            continue
        left, right = node.arguments
        kinds = _kind(draft, left), _kind(draft, right)
        for kind, slip in _METHOD_KINDS.items():
            if kind in kinds:
                yield from _compared(draft, node, kind, slip)


_METHOD_KINDS: Final[dict[str, Slip]] = {"quantity": "quantity-comparison", "version": "version-comparison"}
_MIRRORED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


def _compared(draft: Draft, node: Call, kind: str, slip: Slip) -> Iterator[Edit]:
    left, right = node.arguments
    symbol = _COMPARISONS[node.function]
    if _kind(draft, left) != kind or isinstance(left, Call):
        left, right, symbol = right, left, _MIRRORED.get(symbol, symbol)
    other = _as_kind(draft, right, kind)
    if other is None:
        return
    if symbol in {"==", "!="} and kind == "version":
        yield _replace(slip, node, f"{_text(draft, left)} {symbol} {other}")
    elif symbol in _MIRRORED or other != _text(draft, right):
        yield _replace(slip, node, f"{_text(draft, left)}.compareTo({other}) {symbol} 0")


def _as_kind(draft: Draft, node: Expression, kind: str) -> str | None:
    """The text of an operand as a quantity or version; None where it is neither and cannot be read as one."""
    if not isinstance(node, LiteralNode):
        return _text(draft, node)
    text = str(node.value) if isinstance(node.value, str | int | float) and not isinstance(node.value, bool) else ""
    if kind == "quantity":
        return f"quantity({quoted(text)})" if _is_quantity(text) else None
    if _is_version(text):
        return f"semver({quoted(text)})"
    return f"semver({quoted(text)}, true)" if draft.normalizes_versions and _is_loose_version(text) else None


def _is_quantity(text: str) -> bool:
    try:
        parse_quantity(text)
    except QuantityError:
        return False
    return True


def _is_version(text: str) -> bool:
    try:
        parse_version(text)
    except VersionError:
        return False
    return True


def _is_loose_version(text: str) -> bool:
    try:
        parse_normalized_version(text)
    except VersionError:
        return False
    return True


def _method_arguments(draft: Draft) -> Iterator[Edit]:
    """`memory.isGreaterThan("40Gi")`: the argument is a text where a quantity or version is meant."""
    for node in _nodes(draft):
        if not isinstance(node, Call) or node.target is None or node.function not in _COMPARING_METHODS or len(node.arguments) != 1:
            continue
        (argument,) = node.arguments
        kind = _kind(draft, node.target)
        if kind not in _METHOD_KINDS or not isinstance(argument, LiteralNode):
            continue
        other = _as_kind(draft, argument, kind)
        if other is not None:
            yield _replace(_METHOD_KINDS[kind], argument, other)


def _loose_versions(draft: Draft) -> Iterator[Edit]:
    """`semver("580.95.05")`: no semantic version until it is normalized."""
    for node in _nodes(draft):
        if not isinstance(node, Call) or node.function != "semver" or len(node.arguments) != 1 or not draft.normalizes_versions:
            continue
        (argument,) = node.arguments
        if (
            isinstance(argument, LiteralNode)
            and isinstance(argument.value, str)
            and not _is_version(argument.value)
            and _is_loose_version(argument.value)
        ):
            yield _replace("version-comparison", node, f"semver({quoted(argument.value)}, true)")


def _unlike_types(draft: Draft) -> Iterator[Edit]:
    """`index == "3"` and `ecc == "true"`, or a number where devices have a text."""
    for node, operand, literal in _literal_comparisons(draft):
        if isinstance(literal.value, str) and re.fullmatch(r"-?[0-9]{1,18}|true|false", literal.value):
            yield _replace("unlike-types", literal, literal.value)
        elif not isinstance(literal.value, str) and literal.value is not None and node.function in {"_==_", "_!=_"} and operand is not None:
            yield _replace("unlike-types", literal, quoted(_text(draft, literal)))


def _literal_comparisons(draft: Draft) -> Iterator[tuple[Call, Expression, LiteralNode]]:
    for node in _nodes(draft):
        if not isinstance(node, Call) or node.function not in _COMPARISONS:
            continue
        left, right = node.arguments
        for operand, literal in ((left, right), (right, left)):
            if isinstance(literal, LiteralNode) and path_of(operand, {}) is not None:
                yield node, operand, literal


def _unknown_texts(draft: Draft) -> Iterator[Edit]:
    """A text that no device has, where devices have similar ones."""
    for node, operand, literal in _literal_comparisons(draft):
        path = path_of(operand, {})
        if node.function != "_==_" or path is None or not isinstance(literal.value, str):
            continue
        reading = Reading(path)
        if literal.value in _texts_at(reading, draft.vocabulary):
            continue
        for near in nearest_texts(reading, literal.value, draft.vocabulary):
            yield _replace("unknown-text", literal, quoted(near.text))


def _texts_at(reading: Reading, vocabulary: Vocabulary) -> Mapping[str, int]:
    if reading.path == ("driver",):
        return vocabulary.drivers
    return vocabulary.texts.get((reading.path[1], reading.path[2]), {}) if len(reading.path) == 3 else {}  # noqa: PLR2004


# guards


def _missing_drivers(draft: Draft) -> Iterator[Edit]:
    """A selector that fails on the devices of other drivers."""
    if draft.tree is None or any(reading.path == ("driver",) for reading in readings_in(draft.tree)):
        return
    domains = dict.fromkeys(reading.path[1] for reading in readings_in(draft.tree) if len(reading.path) == 3)  # noqa: PLR2004
    owners = [domain for domain in domains if domain in draft.vocabulary.drivers] or list(draft.vocabulary.drivers)[:_MOST_DRIVERS]
    for driver in owners:
        yield _guarded(draft, draft.tree, f"device.driver == {quoted(driver)}", "missing-driver")


def _missing_guards(draft: Draft) -> Iterator[Edit]:
    """A clause that fails where a device lacks what it reads."""
    if draft.tree is None:
        return
    terms = terms_of(draft.tree, "_&&_")
    for term in terms:
        readings = [reading for reading in readings_in(term) if len(reading.path) == 3 and _is_rare(reading, draft.vocabulary)]  # noqa: PLR2004
        readings = [reading for reading in readings if f"has({reading})" not in draft.text]
        if readings and "has(" not in _text(draft, term):
            guard = " && ".join(f"has({reading})" for reading in readings)
            yield _guarded(draft, term, guard, "missing-guard")


def _is_rare(reading: Reading, vocabulary: Vocabulary) -> bool:
    return 0 < vocabulary.count(reading) < vocabulary.devices


def _guarded(draft: Draft, node: Expression, guard: str, slip: Slip) -> Edit:
    """The clause behind a guard, in parentheses where it binds less than `&&`."""
    text = _text(draft, node)
    loose = isinstance(node, Call) and node.function in {"_||_", "_?_:_"} and not text.startswith("(")
    return _replace(slip, node, f"{guard} && ({text})" if loose else f"{guard} && {text}")


# other languages


_WORDS: Final[dict[str, str]] = {"and": "&&", "AND": "&&", "or": "||", "OR": "||", "is": "==", "eq": "==", "===": "==", "<>": "!="}
_FOREIGN: Final = re.compile(
    r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'|\b(?:and|AND|or|OR|is|eq)\b|===|<>|(?<![=!<>])=(?!=)|\b(?:not|NOT)\b\s*|\)+$"
)


def _words_of_other_languages(draft: Draft) -> Iterator[Edit]:
    """`and`, `or`, `not`, a single `=`, and a parenthesis too many: all of a kind at once, for they come together."""
    mended = _FOREIGN.sub(_mended, draft.text)
    balanced = _balanced(mended)
    for text in dict.fromkeys((mended, balanced)):
        if text != draft.text:
            yield Edit("other-language", 0, len(draft.text), text)


def _mended(match: re.Match[str]) -> str:
    word = match.group()
    if word.strip() in {"not", "NOT"}:
        return "!"
    return "==" if word == "=" else _WORDS.get(word, word)


def _balanced(text: str) -> str:
    """The text without closing parentheses that nothing opens at its end, or with those that are missing there."""
    bare = re.sub(r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'", "", text)
    surplus = bare.count(")") - bare.count("(")
    if surplus > 0 and text.rstrip().endswith(")" * surplus):
        return text.rstrip()[:-surplus]
    return text + ")" * -surplus if surplus < 0 else text
