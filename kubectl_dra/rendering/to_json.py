"""A report's document → JSON."""

from __future__ import annotations

import msgspec


def write_json(document: object) -> str:
    """Indented JSON, as kubectl prints it; what could drive a terminal is written as JSON's own escapes."""
    text = msgspec.json.format(msgspec.json.encode(document), indent=4).decode() + "\n"
    if text.isascii():  # JSON's encoder has escaped ASCII's control characters
        return text
    return "".join(character if character.isprintable() or character == "\n" else _escaped(character) for character in text)


def _escaped(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[index : index + 2].hex()}" for index in range(0, len(units), 2))
