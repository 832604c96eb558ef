"""Text functions: `ext/strings.go` at version 2. Positions count characters."""

from __future__ import annotations

import string
from typing import TYPE_CHECKING, Final

from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.library.formatting import format_text
from kubectl_dra.cel.values import Failure

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions

_LOWER: Final = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_UPPER: Final = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_QUOTED: Final = {"\a": "\\a", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\", '"': '\\"'}


def _out_of_range(index: int) -> Failure:
    return Failure(f"index out of range: {index}")


def _char_at(text: str, index: int) -> str:
    if not 0 <= index <= len(text):
        raise _out_of_range(index)
    return text[index : index + 1]


def _index_of(text: str, part: str, offset: int = 0) -> int:
    if offset < 0:
        raise _out_of_range(offset)
    if not part:
        return min(offset, len(text))
    return text.find(part, offset) if offset < len(text) else -1


def _last_index_of(text: str, part: str) -> int:
    return text.rfind(part)


def _last_index_of_offset(text: str, part: str, offset: int) -> int:
    if offset < 0:
        raise _out_of_range(offset)
    if not part:
        return min(offset, len(text))
    return text.rfind(part, 0, offset + len(part)) if offset < len(text) else -1


def _replace(text: str, old: str, new: str, count: int = -1) -> str:
    return text.replace(old, new, count)


def _split(text: str, separator: str, count: int = -1) -> list[str]:
    if count == 0:
        return []
    if separator:
        return text.split(separator, count - 1 if count > 0 else -1)
    if count < 0 or count >= len(text):
        return list(text)
    return [*text[: count - 1], text[count - 1 :]]


def _substring(text: str, start: int) -> str:
    if not 0 <= start <= len(text):
        raise _out_of_range(start)
    return text[start:]


def _substring_range(text: str, start: int, end: int) -> str:
    if start > end:
        raise Failure(f"invalid substring range. start: {start}, end: {end}")
    for index in (start, end):
        if not 0 <= index <= len(text):
            raise _out_of_range(index)
    return text[start:end]


def _join(texts: list[object], separator: str = "") -> str:
    for text in texts:
        if not isinstance(text, str):
            raise Failure(f"join: invalid input: {text}")
    return separator.join(map(str, texts))


def _quote(text: str) -> str:
    return '"' + "".join(_QUOTED.get(letter, letter) for letter in text) + '"'


FUNCTIONS: Final[Functions] = {
    "charAt": (method("(string, int): string", _char_at),),
    "indexOf": (method("(string, string): int", _index_of), method("(string, string, int): int", _index_of)),
    "lastIndexOf": (method("(string, string): int", _last_index_of), method("(string, string, int): int", _last_index_of_offset)),
    "lowerAscii": (method("(string): string", lambda text: text.translate(_LOWER)),),
    "upperAscii": (method("(string): string", lambda text: text.translate(_UPPER)),),
    "replace": (method("(string, string, string): string", _replace), method("(string, string, string, int): string", _replace)),
    "split": (method("(string, string): list<string>", _split), method("(string, string, int): list<string>", _split)),
    "substring": (method("(string, int): string", _substring), method("(string, int, int): string", _substring_range)),
    "trim": (method("(string): string", lambda text: text.strip(_SPACE)),),
    "join": (method("(list<string>): string", _join), method("(list<string>, string): string", _join)),
    "format": (method("(string, list<dyn>): string", format_text),),
    "strings.quote": (function("(string): string", _quote),),
}


def _index_of_before_1_37(text: str, part: str, offset: int = 0) -> int:
    if not part:
        return offset
    if offset < 0:
        raise _out_of_range(offset)
    return text.find(part, offset) if offset < len(text) else -1


def _last_index_of_before_1_37(text: str, part: str, offset: int) -> int:
    return offset if not part else _last_index_of_offset(text, part, offset)


FUNCTIONS_BEFORE_1_37: Final[Functions] = {
    "indexOf": (method("(string, string): int", _index_of), method("(string, string, int): int", _index_of_before_1_37)),
    "lastIndexOf": (method("(string, string): int", _last_index_of), method("(string, string, int): int", _last_index_of_before_1_37)),
}
