"""A manifest before it is text: fields in order, with the comments that say why they are there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = "str | int | bool | Block | tuple[Value, ...]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field; ``above`` are comment lines over it, ``beside`` a comment behind its value."""

    name: str
    value: Value
    above: tuple[str, ...] = ()
    beside: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A mapping; its fields in order. ``is_brief`` asks for one line in braces."""

    fields: tuple[Field, ...]
    is_brief: bool = False

    def plain(self) -> dict[str, object]:
        """The mapping as plain values, without comments."""
        return {field.name: _plain(field.value) for field in self.fields}


def block(**fields: Value) -> Block:
    """A mapping without comments; a field called ``from_`` would be ``from``."""
    return Block(fields=tuple(Field(name=name.rstrip("_"), value=value) for name, value in fields.items()))


def brief(**fields: Value) -> Block:
    """A mapping in braces."""
    return Block(fields=block(**fields).fields, is_brief=True)


def _plain(value: Value) -> object:
    if isinstance(value, Block):
        return value.plain()
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value
