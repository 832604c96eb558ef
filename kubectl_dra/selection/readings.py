"""Selector → what it reads of a device, found in its text before any device is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.apimachinery.override import override
from kubectl_dra.cel.printer import is_name, member, quoted
from kubectl_dra.cel.tree import Call, Comprehension, Expression, Identifier, Literal, Select, children

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.selection.device_selector import CompiledSelector

    Path = tuple[str, ...]

_DEVICE: Final = "device"
_DEEPEST: Final = 3  # attributes, domain, identifier
_INDEXING: Final = frozenset({"_[_]", "_[?_]", "_?._"})


class Reading(msgspec.Struct, frozen=True, order=True):
    """A part of a device that an expression reads.

    `path` is `("attributes", DOMAIN, IDENTIFIER)`, `("capacity", DOMAIN, IDENTIFIER)`, `("driver",)`, `("allowMultipleAllocations",)`,
    or shorter where all that a domain or the device has is read, as by `exists` or a computed key.
    """

    path: tuple[str, ...]

    @property
    def identifier(self) -> str:
        """The last name of the path; "device" for the whole."""
        return self.path[-1] if self.path else _DEVICE

    @override
    def __str__(self) -> str:
        """As an expression writes it: `device.attributes["gpu.example.com"].model`."""
        text = _DEVICE
        for depth, name in enumerate(self.path):
            text = f"{text}[{quoted(name)}]" if depth == 1 else member(text, name) if is_name(name) else f"{text}[{quoted(name)}]"
        return text


def readings_of(selector: CompiledSelector) -> tuple[Reading, ...]:
    """Everything that a selector reads, each once and in the order of the text; nothing for one that does not compile."""
    return readings_in(selector.program.tree) if selector.program is not None else ()


def readings_in(node: Expression, names: Mapping[str, tuple[str, ...] | None] | None = None) -> tuple[Reading, ...]:
    """Everything that a part of an expression reads; `names` says what part of a device a local name stands for, None for no part."""
    return tuple(dict.fromkeys(Reading(path) for path in _paths(node, names or {})))


def _paths(node: Expression, names: Mapping[str, Path | None]) -> Iterator[Path]:
    path = path_of(node, names)
    if path is not None:
        yield path
        return
    if isinstance(node, Comprehension):
        yield from _comprehension_paths(node, names)
        return
    for child in children(node):
        yield from _paths(child, names)


def _comprehension_paths(node: Comprehension, names: Mapping[str, Path | None]) -> Iterator[Path]:
    if node.macro == "bind":
        bound = path_of(node.initial, names)
        if bound is None:
            yield from _paths(node.initial, names)
        yield from _paths(node.result, {**names, node.accumulator: bound})
        return
    yield from _paths(node.iteration_range, names)
    inner = {**names, node.variable: None, node.second_variable: None}
    for part in (node.predicate, node.transform):
        if part is not None:
            yield from _paths(part, inner)


def path_of(node: Expression, names: Mapping[str, tuple[str, ...] | None]) -> tuple[str, ...] | None:
    """Where a node leads within a device; None where it does not, or where that is not known before it is evaluated."""
    if isinstance(node, Identifier):
        name = node.name.removeprefix(".")
        return names.get(name, () if name == _DEVICE else None)
    if isinstance(node, Select):
        return _deeper(path_of(node.operand, names), node.field)
    if isinstance(node, Call) and node.function in _INDEXING:
        container, key = node.arguments
        if isinstance(key, Literal) and isinstance(key.value, str):
            return _deeper(path_of(container, names), key.value)
    return None


def _deeper(path: Path | None, name: str) -> Path | None:
    if path is None or len(path) >= _DEEPEST or path[:1] in {("driver",), ("allowMultipleAllocations",)}:
        return None
    return (*path, name)
