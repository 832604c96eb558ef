"""Regular expressions, as RE2 reads them: `matches` of CEL, `find` and `findAll` of Kubernetes (`apiserver/pkg/cel/library/regex.go`).

Go's regexp and google-re2 accept the same language. Where that wheel is missing nothing is matched, and the value is unknowable.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Protocol, cast

from kubectl_dra.cel.declarations import method
from kubectl_dra.cel.values import Failure, Unknowable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.cel.declarations import Functions


class _Match(Protocol):
    def group(self) -> str: ...

    def end(self) -> int: ...

    def start(self) -> int: ...


class _Pattern(Protocol):
    def search(self, text: str) -> _Match | None: ...

    def finditer(self, text: str) -> Iterator[_Match]: ...


_DEEPEST: Final = 900
_LONG_REPEAT: Final = re.compile(r"\{[0-9]{0,8},?[0-9]{9}")
"""Go refuses both; RE2 counts the depth in another way, and takes an overlong repetition for the letters that it is written in."""


_ANY_BYTE: Final = re.compile(r"(?<!\\)(?:\\\\)*\\C")
"""RE2 takes ``\\C``, Go does not."""


class BadPattern(ValueError):
    """A text that is no regular expression, in Go's words."""


@lru_cache(maxsize=1024)
def compiled(pattern: str) -> _Pattern:
    """The pattern, ready to be searched for. Raises BadPattern, and Unknowable where google-re2 is not installed or is not like Go's."""
    if pattern.count("(") > _DEEPEST or _LONG_REPEAT.search(pattern):
        raise Unknowable("a regular expression nested or repeated beyond Go's limits is not evaluated here")
    if _ANY_BYTE.search(pattern):
        raise BadPattern("error parsing regexp: invalid escape sequence: `\\C`")
    try:
        re2 = importlib.import_module("re2")
    except ImportError:
        raise Unknowable("regular expressions cannot be evaluated here, for the Python package google-re2 is not installed") from None
    options = re2.Options()
    options.log_errors = False
    try:
        return cast("_Pattern", re2.compile(pattern, options=options))
    except re2.error as error:
        raise BadPattern(_go_message(error, pattern)) from None


_GO_WORDS: Final = {
    "missing ]": "missing closing ]",
    "missing )": "missing closing )",
    "unexpected )": "unexpected )",
    "trailing \\": "trailing backslash at end of expression",
    "no argument for repetition operator": "missing argument to repetition operator",
    "bad repetition operator": "invalid nested repetition operator",
    "invalid repetition size": "invalid repeat count",
    "invalid perl operator": "invalid or unsupported Perl syntax",
    "invalid named capture group": "invalid named capture",
    "invalid escape sequence": "invalid escape sequence",
    "invalid character class range": "invalid character class range",
    "invalid UTF-8": "invalid UTF-8",
}


def _go_message(error: Exception, pattern: str) -> str:
    """The message that Go's regexp/syntax has for what RE2 complains about."""
    message = error.args[0] if error.args else ""
    text = message.decode(errors="replace") if isinstance(message, bytes) else str(message)
    words, _, part = text.partition(": ")
    return f"error parsing regexp: {_GO_WORDS.get(words, words)}: `{part or pattern}`"


def _pattern(pattern: str) -> _Pattern:
    try:
        return compiled(pattern)
    except BadPattern as error:
        raise Failure(f"Illegal regex: {error}") from None


def matches(text: str, pattern: str) -> bool:
    """Whether the pattern is found anywhere in the text."""
    try:
        return compiled(pattern).search(text) is not None
    except BadPattern as error:
        raise Failure(str(error)) from None


def _find(text: str, pattern: str) -> str:
    match = _pattern(pattern).search(text)
    return match.group() if match else ""


def _find_all(text: str, pattern: str, limit: int = -1) -> list[str]:
    """Go leaves out an empty match that touches the match before it."""
    texts: list[str] = []
    end = -1
    for match in _pattern(pattern).finditer(text):
        if limit >= 0 and len(texts) >= limit:
            break
        if match.start() != match.end() or match.start() != end:
            texts.append(match.group())
        end = match.end()
    return texts


FUNCTIONS: Final[Functions] = {
    "find": (method("(string, string): string", _find),),
    "findAll": (method("(string, string): list<string>", _find_all), method("(string, string, int): list<string>", _find_all)),
}
