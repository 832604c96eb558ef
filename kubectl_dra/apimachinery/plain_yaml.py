"""YAML in the narrow form that programs write → plain values; None for anything else, which ``yaml_values`` then reads.

A kubeconfig is read at every start, and PyYAML costs 17 ms before it has read a byte. What is taken here is block style alone: keys and
values that are words, or in quotes with nothing to unescape, ``[]`` and ``{}``, and lists whose dashes stand at the key's column or to the
right of it. Whatever could mean anything else (numbers, dates, truths, comments after values, anchors, lines that go on) is not plain.
"""

from __future__ import annotations

import re
from typing import TypeAlias

PlainValue: TypeAlias = "dict[str, PlainValue] | list[PlainValue] | str | None"

_LINE = re.compile(r"( *)(.*\S)\Z")
_ENTRY = re.compile(r"([A-Za-z][A-Za-z0-9_./-]*):(?: (\S.*))?\Z")
_WORD = re.compile(r"[A-Za-z/][A-Za-z0-9_./@%+=~,-]*(?::[A-Za-z0-9_./@%+=~,-]+)*\Z")
_QUOTED = re.compile(r"\"([ !#-\[\]-~]*)\"\Z|'([ -&(-~]*)'\Z")
_MEANINGFUL = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""Words that are no texts, in whatever case."""


class _NotPlainError(Exception):
    """Something that has to be read with care."""


def load_plain(text: str) -> PlainValue:
    """The value of a document in plain form; None where it is empty, or not plain."""
    written = [line for line in text.split("\n") if line.strip(" ")]
    if not all(line.isprintable() for line in written):  # in a comment as well, no YAML may have a control character
        return None
    try:
        lines = [_split(line) for line in written if not line.lstrip(" ").startswith("#")]
        if not lines:
            return None
        value, following = _block(lines, 0, 0)
    except (_NotPlainError, RecursionError):
        return None
    return value if following == len(lines) else None


def _split(line: str) -> tuple[int, str]:
    """Indentation and what follows it."""
    found = _LINE.match(line)
    if found is None or not line.isascii():
        raise _NotPlainError
    return len(found[1]), found[2]


def _block(lines: list[tuple[int, str]], start: int, indent: int) -> tuple[PlainValue, int]:
    """The mapping or list whose first line is ``start``, and the number of the line behind it."""
    if lines[start][0] != indent:
        raise _NotPlainError
    return _sequence(lines, start, indent) if lines[start][1].startswith("- ") else _mapping(lines, start, indent)


def _mapping(lines: list[tuple[int, str]], start: int, indent: int) -> tuple[PlainValue, int]:
    values: dict[str, PlainValue] = {}
    index = start
    while index < len(lines) and lines[index][0] == indent and not lines[index][1].startswith("- "):
        entry = _ENTRY.match(lines[index][1])
        if entry is None or entry[1] in values or entry[1].lower() in _MEANINGFUL:
            raise _NotPlainError
        if entry[2] is None:
            values[entry[1]], index = _below(lines, index + 1, indent)
        else:
            values[entry[1]], index = _scalar(entry[2]), index + 1
            _refuse_deeper(lines, index, indent)
    if not values:
        raise _NotPlainError
    return values, index


def _below(lines: list[tuple[int, str]], index: int, indent: int) -> tuple[PlainValue, int]:
    """The value of a key that has none on its own line."""
    if index == len(lines) or lines[index][0] < indent:
        return None, index
    column, text = lines[index]
    if column == indent:
        return _sequence(lines, index, indent) if text.startswith("- ") else (None, index)
    return _block(lines, index, column)


def _sequence(lines: list[tuple[int, str]], start: int, indent: int) -> tuple[PlainValue, int]:
    values: list[PlainValue] = []
    index = start
    while index < len(lines) and lines[index][0] == indent and lines[index][1].startswith("- "):
        text = lines[index][1][2:]
        if text.startswith((" ", "- ")):
            raise _NotPlainError
        if _ENTRY.match(text):
            lines[index] = (indent + 2, text)
            value, index = _mapping(lines, index, indent + 2)
        else:
            value, index = _scalar(text), index + 1
            _refuse_deeper(lines, index, indent)
        values.append(value)
    return values, index


def _refuse_deeper(lines: list[tuple[int, str]], index: int, indent: int) -> None:
    """Raises for a line that would continue the value before it."""
    if index < len(lines) and lines[index][0] > indent:
        raise _NotPlainError


def _scalar(text: str) -> PlainValue:
    if text == "{}":
        return {}
    if text == "[]":
        return []
    if _WORD.match(text) and text.lower() not in _MEANINGFUL:
        return text
    quoted = _QUOTED.match(text)
    if quoted is None:
        raise _NotPlainError
    return quoted[1] if quoted[1] is not None else quoted[2]
