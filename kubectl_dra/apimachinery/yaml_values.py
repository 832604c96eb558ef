"""YAML text → plain values, read as kubectl reads them; and, on demand, where every value stands.

kubectl reads YAML through ``sigs.k8s.io/yaml``, which is go.yaml.in/yaml/v2: YAML 1.1 with its own ideas of numbers. ``yes`` is true,
``0o17`` and ``017`` are fifteen, dates and ``12:30`` stay strings, keys become strings. Followed here: ``resolve.go`` ``resolve``,
``decode.go`` ``scalar``, ``mapping`` and ``merge``, ``yaml.go`` ``convertToJSONableObject``, and apimachinery's ``util/yaml/decoder.go``.
In one thing this reader is stricter: of two equal keys in one mapping kubectl keeps the later one without a word, here the document is
refused.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Value: TypeAlias = "dict[str, Value] | list[Value] | str | int | float | bool | None"
Scalar: TypeAlias = "str | int | float | bool | None"

MAX_DEPTH = 200
"""How deep values may be nested; the deepest field of a real object lies at about 20."""

_MAX_EXPANSION = 1_000_000
"""How many values aliases may stand for in one document; go.yaml.in refuses by a ratio, which serves the same purpose."""

_TAG = "tag:yaml.org,2002:"
_TRUE = ("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON")
_FALSE = ("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF")
_NULL = ("", "~", "null", "Null", "NULL")
_WORDS: dict[str, Scalar] = {**dict.fromkeys(_TRUE, True), **dict.fromkeys(_FALSE, False), **dict.fromkeys(_NULL, None)}
_NOT_NUMBERS = frozenset(
    sign + word for sign, words in {"": (".nan", ".NaN", ".NAN"), "+": (), "-": ()}.items() for word in (*words, ".inf", ".Inf", ".INF")
)
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_INT = re.compile(r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]([0-7]+)|0[bB]([01]+)|(0[0-7]+)|(0|[1-9][0-9]*))\Z")
_TIMESTAMP = re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt ]|\Z)")
_SEPARATOR = re.compile(r"^---[ \t]*([^\s#].*)", re.MULTILINE)


class YamlError(ValueError):
    """The text is not YAML that kubectl would read.

    ``problem`` is the clause that says why; ``line`` and ``column`` count from one and are zero where there is no place.
    """

    def __init__(self, problem: str, *, line: int = 0, column: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
        self.column = column


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlDocument:
    """One document: its value, where it starts (counted from one), and where each entry of its top-level ``items`` starts."""

    value: Value
    line: int
    column: int
    items: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A place in a text: ``index`` in characters from zero, ``line`` and ``column`` from one."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class YamlNode:
    """A value with the span of text that it was read from.

    Exactly one of ``scalar``, ``entries`` (a mapping's keys and values) and ``items`` (a sequence's) is not None. ``is_quoted`` tells of
    a scalar that stands in quotes, ``is_flow`` of a mapping or sequence in braces or brackets. ``end`` is where the last character of the
    value itself ends: comments and empty lines behind it are not part of it.
    """

    start: Position
    end: Position
    scalar: str | None = None
    entries: tuple[tuple[YamlNode, YamlNode], ...] | None = None
    items: tuple[YamlNode, ...] | None = None
    is_quoted: bool = False
    is_block_scalar: bool = False
    is_flow: bool = False

    def key(self, name: str) -> YamlNode | None:
        """The key called ``name``, the later one of two."""
        return next((key for key, _ in reversed(self.entries or ()) if key.scalar == name), None)

    def child(self, step: str | int) -> YamlNode | None:
        """The value under a key, or the entry of that number; None where there is none."""
        if isinstance(step, int):
            return self.items[step] if self.items is not None and 0 <= step < len(self.items) else None
        return next((value for key, value in reversed(self.entries or ()) if key.scalar == step), None)


def load_yaml(text: str) -> list[YamlDocument]:
    """Every document of ``text`` that is not empty, in order.

    Raises :class:`YamlError` where kubectl would not read it, and for a key that stands twice in one mapping.
    """
    _refuse_separators(text)
    try:
        return list(_Construction(yaml.CSafeLoader(text)).documents())
    except yaml.YAMLError as error:
        raise _told(error) from error


def load_first_yaml(text: str) -> YamlDocument | None:
    """The first document of ``text``, whatever follows it; None where there is none, or an empty one.

    That is how kubectl reads files of one document, such as a kubeconfig. Raises :class:`YamlError`.
    """
    try:
        return next(_Construction(yaml.CSafeLoader(text)).documents(), None)
    except yaml.YAMLError as error:
        raise _told(error) from error


def resolve_plain(text: str) -> Scalar:
    """The value of a scalar without quotes and tag, as go.yaml.in/yaml/v2 ``resolve`` resolves it.

    Raises :class:`YamlError` for infinities and for what is not a number: JSON has none.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text in _NOT_NUMBERS:
        raise YamlError(f"{text} has no JSON form")
    first = text[0]
    if first == ".":
        return _float_or_text(text, text) if _FLOAT.match(text.replace("_", "")) and not re.search(r"_(?!\d)|(?<!\d)_", text) else text
    if first not in "+-0123456789" or _TIMESTAMP.match(text):
        return text
    plain = text.replace("_", "")
    whole = _INT.match(plain)
    if whole is not None:
        number = _integer(whole)
        if -(1 << 63) <= number < 1 << 64:
            return number
    return _float_or_text(plain, text) if _FLOAT.match(plain) else text


def compose_positions(text: str) -> list[YamlNode]:
    """Every document of ``text`` that is not empty as a tree of spans, in the order of :func:`load_yaml`.

    An alias stands for the node it names, so its span is that of the anchor. Raises :class:`YamlError`.
    """
    loader = yaml.CSafeLoader(text)
    roots = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None:
                roots.append(_spanned(node, text, 0))
    except yaml.YAMLError as error:
        raise _told(error) from error
    return [root for root in roots if not (root.scalar is not None and root.scalar in _NULL and not root.is_quoted)]


def _refuse_separators(text: str) -> None:
    found = _SEPARATOR.search(text)
    if found is not None:
        raise YamlError(
            f"nothing but a comment may follow --- on its line, here stands {found[1].strip()!r}",
            line=_line_of(text, found.start()),
            column=1,
        )


def _line_of(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _told(error: yaml.YAMLError) -> YamlError:
    if isinstance(error, yaml.MarkedYAMLError):
        mark = error.problem_mark or error.context_mark
        problem = error.problem or "the text is not YAML"
        return YamlError(problem, line=mark.line + 1 if mark else 0, column=mark.column + 1 if mark else 0)
    if isinstance(error, yaml.reader.ReaderError):
        return YamlError(f"{error.reason}: character {error.character!r}" if isinstance(error.character, int) else error.reason)
    return YamlError(str(error))


def _integer(whole: re.Match[str]) -> int:
    sign, hexadecimal, octal, binary, old_octal, decimal = whole.groups()
    for digits, base in ((hexadecimal, 16), (octal, 8), (binary, 2), (old_octal, 8), (decimal, 10)):
        if digits is not None:
            number = int(digits, base)
            return -number if sign == "-" else number
    raise AssertionError(whole)


def _float_or_text(plain: str, text: str) -> float | str:
    number = float(plain)
    return text if number in (float("inf"), float("-inf")) else number


def _key_of(value: Value) -> str:
    """The string that a key becomes, as ``convertToJSONableObject`` makes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _short_float(value)
    raise YamlError("null cannot be a key" if value is None else "a mapping or a list cannot be a key")


def _short_float(number: float) -> str:
    """The shortest decimal that a 32-bit float reads back, Go's ``FormatFloat(number, 'g', -1, 32)``."""
    try:
        single = struct.unpack("f", struct.pack("f", number))[0]
    except OverflowError:
        return "+Inf" if number > 0 else "-Inf"
    for digits in range(1, 10):
        shortest = f"{number:.{digits}g}"
        if struct.unpack("f", struct.pack("f", float(shortest)))[0] == single:
            return shortest
    return repr(number)


@dataclass
class _Construction:
    """Builds values straight from the parser's events: half the time of building nodes first."""

    loader: yaml.CSafeLoader
    anchors: dict[str, tuple[Value, int]] = field(default_factory=dict)
    known: dict[str, Scalar] = field(default_factory=dict)
    size: int = 0
    expansion: int = 0
    item_places: list[tuple[int, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.next_event = cast("Callable[[], yaml.Event]", self.loader.get_event)

    def documents(self) -> Iterator[YamlDocument]:
        while not isinstance(event := self.next_event(), yaml.StreamEndEvent):
            if not isinstance(event, yaml.DocumentStartEvent):
                continue
            self.anchors.clear()
            self.item_places.clear()
            self.size = self.expansion = 0
            root = self.next_event()
            value = self.construct(root, 0)
            if value is not None:
                line, column = _place(root)
                yield YamlDocument(value=value, line=line, column=column, items=tuple(self.item_places))

    def construct(self, event: yaml.Event, depth: int) -> Value:
        """The value that begins with ``event``."""
        self.size += 1
        if isinstance(event, yaml.ScalarEvent):
            scalar = self._scalar(event)
            if event.anchor is not None:
                self.anchors[event.anchor] = (scalar, 1)
            return scalar
        if isinstance(event, yaml.AliasEvent):
            return self._aliased(event)
        if depth >= MAX_DEPTH:
            raise _at(event, f"values are nested more than {MAX_DEPTH} deep")
        before = self.size
        value: Value = self._mapping(event, depth + 1) if isinstance(event, yaml.MappingStartEvent) else self._sequence(depth + 1, [])
        anchor = cast(yaml.CollectionStartEvent, event).anchor
        if anchor is not None:
            self.anchors[anchor] = (value, self.size - before)
        return value

    def _scalar(self, event: yaml.ScalarEvent) -> Scalar:
        text: str = event.value
        if event.tag is None:
            if not event.implicit[0]:
                return text
            if text in self.known:
                return self.known[text]
        try:
            value = resolve_plain(text) if event.tag is None else _tagged(event.tag, text)
        except YamlError as error:
            raise _at(event, error.problem) from error
        if event.tag is None:
            self.known[text] = value
        return value

    def _mapping(self, start: yaml.Event, depth: int) -> dict[str, Value]:
        next_event = self.next_event
        values: dict[str, Value] = {}
        own: set[str] = set()
        while not isinstance(event := next_event(), yaml.MappingEndEvent):
            if isinstance(event, yaml.ScalarEvent) and event.value == "<<" and (event.implicit[0] or event.tag == _TAG + "merge"):
                place = next_event()
                _merge(place, values, self.construct(place, depth))
                continue
            key = self._key(event, depth)
            if key in own:
                raise _at(event, f"key {key!r} stands twice in the mapping of line {_place(start)[0]}")
            own.add(key)
            event = next_event()
            if depth == 1 and key == "items" and isinstance(event, yaml.SequenceStartEvent):
                values[key] = self._sequence(depth + 1, self.item_places)
            else:
                values[key] = self.construct(event, depth)
        return values

    def _key(self, event: yaml.Event, depth: int) -> str:
        value = self.construct(event, depth)
        if isinstance(value, str):
            return value
        try:
            return _key_of(value)
        except YamlError as error:
            raise _at(event, error.problem) from error

    def _sequence(self, depth: int, places: list[tuple[int, int]]) -> list[Value]:
        next_event = self.next_event
        values: list[Value] = []
        while not isinstance(event := next_event(), yaml.SequenceEndEvent):
            if depth == 2:  # noqa: PLR2004  (the entries of a List's items)
                places.append(_place(event))
            values.append(self.construct(event, depth))
        return values

    def _aliased(self, event: yaml.AliasEvent) -> Value:
        if event.anchor not in self.anchors:
            raise _at(event, f"alias *{event.anchor} names no anchor")
        value, size = self.anchors[event.anchor]
        self.size += size
        self.expansion += size
        if self.expansion > _MAX_EXPANSION:
            raise _at(event, "aliases stand for more than a million values")
        return value


def _tagged(tag: str, text: str) -> Scalar:
    """The value of a scalar with an explicit tag; a tag that go.yaml.in does not know leaves the text as it is."""
    name = tag.removeprefix(_TAG)
    if name == "binary":
        try:
            return base64.b64decode(text, validate=False).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise YamlError("a !!binary value is not base64 of text") from error
    if name not in {"bool", "int", "float", "null", "timestamp"}:
        return text
    value = resolve_plain(text)
    if name == "float" and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if name == "timestamp" and isinstance(value, str) and _TIMESTAMP.match(text):
        return text
    if name != {bool: "bool", int: "int", float: "float", type(None): "null"}.get(type(value)):
        raise YamlError(f"{text!r} is not a !!{name}")
    return value


def _merge(event: yaml.Event, values: dict[str, Value], merged: Value) -> None:
    mappings = merged if isinstance(merged, list) else [merged]
    for mapping in reversed(mappings):
        if not isinstance(mapping, dict):
            raise _at(event, "<< merges mappings only")
        values.update(mapping)


def _at(event: yaml.Event, problem: str) -> YamlError:
    line, column = _place(event)
    return YamlError(problem, line=line, column=column)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (0, 0)


def _position(mark: yaml.Mark) -> Position:
    return Position(index=mark.index, line=mark.line + 1, column=mark.column + 1)


def _spanned(node: yaml.Node, text: str, depth: int) -> YamlNode:
    if depth > MAX_DEPTH:
        raise YamlError(f"values are nested more than {MAX_DEPTH} deep", line=node.start_mark.line + 1, column=node.start_mark.column + 1)
    start, end = _position(node.start_mark), _trimmed_end(node, text)
    if isinstance(node, yaml.ScalarNode):
        style = node.style
        return YamlNode(start=start, end=end, scalar=node.value, is_quoted=style in {"'", '"'}, is_block_scalar=style in {"|", ">"})
    is_flow = bool(cast(yaml.CollectionNode, node).flow_style)
    if isinstance(node, yaml.SequenceNode):
        items = tuple(_spanned(entry, text, depth + 1) for entry in node.value)
        return YamlNode(start=start, end=_last_end(items, end, is_flow=is_flow), items=items, is_flow=is_flow)
    entries = tuple((_spanned(key, text, depth + 1), _spanned(value, text, depth + 1)) for key, value in node.value)
    values = tuple(value for _, value in entries)
    return YamlNode(start=start, end=_last_end(values, end, is_flow=is_flow), entries=entries, is_flow=is_flow)


def _last_end(children: tuple[YamlNode, ...], end: Position, *, is_flow: bool) -> Position:
    """Where a block collection ends: with its last child, for its own mark lies beyond comments and empty lines."""
    if is_flow or not children:
        return end
    return max((child.end for child in children), key=lambda position: position.index)


def _trimmed_end(node: yaml.Node, text: str) -> Position:
    end = _position(node.end_mark)
    if isinstance(node, yaml.ScalarNode) and node.style in {"|", ">"}:
        body = text[node.start_mark.index : end.index].rstrip()
        index = node.start_mark.index + len(body)
        return Position(index=index, line=node.start_mark.line + 1 + body.count("\n"), column=index - (text.rfind("\n", 0, index) + 1) + 1)
    return end
