"""Roles → colours. The only place that knows an escape code; no colour is one more style, not an ``if``."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from kubectl_dra.rendering.document import Role


class Style(NamedTuple):
    """What is written before a span of each role; nothing is written behind one that has none."""

    codes: dict[Role, str]
    reset: str = ""

    def paint(self, text: str, role: Role) -> str:
        """``text`` in the colour of its role."""
        code = self.codes.get(role)
        return f"{code}{text}{self.reset}" if code else text


PLAIN = Style({})
COLORFUL = Style(
    {
        "good": "\x1b[32m",
        "bad": "\x1b[31m",
        "warn": "\x1b[33m",
        "dim": "\x1b[2m",
        "strong": "\x1b[1m",
        "accent": "\x1b[36m",
    },
    "\x1b[0m",
)


def escape(text: str) -> str:
    """``text`` with everything that could drive a terminal written out: control characters, escape codes, marks that turn the direction."""
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _written_out(character) for character in text)


_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


def _written_out(character: str) -> str:
    code = ord(character)
    return _NAMED.get(character) or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}")  # noqa: PLR2004
