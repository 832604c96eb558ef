"""The text of a string or bytes literal → its value; `parser/unescape.go`."""

from __future__ import annotations

import re
from typing import Final

_ESCAPE: Final = re.compile(r"\\(?:([abfnrtv\"'\\?`])|([0-3][0-7][0-7])|[xX]([0-9a-fA-F]{2})|(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}))", re.DOTALL)
_LETTERS: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_SURROGATES: Final = range(0xD800, 0xE000)
_MAX_CODE_POINT: Final = 0x10FFFF


class UnescapeError(ValueError):
    """An escape that stands for nothing, in upstream's words."""


def unescaped(literal: str) -> str | bytes:
    """The value that a literal with its prefix and quotes stands for. Raises UnescapeError."""
    text = literal.replace("\r\n", "\n").replace("\r", "\n")
    is_bytes = text[0] in "bB"
    if is_bytes:
        text = text[1:]
    is_raw = text[0] in "rR"
    if is_raw:
        text = text[1:]
    quotes = 3 if len(text) >= 6 and text[:3] in {'"""', "'''"} else 1  # noqa: PLR2004 - two times three quotes
    inner = text[quotes:-quotes]
    if is_raw:
        return inner.encode() if is_bytes else inner
    return _bytes_of(inner) if is_bytes else _ESCAPE.sub(_character, inner)


def _character(match: re.Match[str]) -> str:
    letter, octal, hexadecimal, unicode = match.groups()
    if letter:
        return _LETTERS.get(letter, letter)
    code = int(octal, 8) if octal else int(hexadecimal or unicode[1:], 16)
    if code in _SURROGATES or code > _MAX_CODE_POINT:
        raise UnescapeError("invalid unicode code point")
    return chr(code)


def _bytes_of(inner: str) -> bytes:
    pieces, end = [], 0
    for match in _ESCAPE.finditer(inner):
        pieces.append(inner[end : match.start()].encode())
        pieces.append(_byte(match))
        end = match.end()
    return b"".join([*pieces, inner[end:].encode()])


def _byte(match: re.Match[str]) -> bytes:
    letter, octal, hexadecimal, unicode = match.groups()
    if unicode:
        raise UnescapeError("unable to unescape string")
    if letter:
        return _LETTERS.get(letter, letter).encode()
    return bytes([int(octal, 8) if octal else int(hexadecimal, 16)])
