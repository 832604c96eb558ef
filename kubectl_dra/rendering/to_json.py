"""A report's document → JSON."""

from __future__ import annotations

import msgspec


def write_json(document: object) -> str:
    """Indented JSON, as kubectl prints it."""
    return msgspec.json.format(msgspec.json.encode(document), indent=4).decode() + "\n"
