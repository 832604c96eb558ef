"""A field path → where that field stands in the text of the manifest.

Paths come as the API prints them, in two hands: validation writes map keys in brackets (``attributes[example.com/model]``), decoding with a
dot (``attributes.example.com/model.strings``), and both may speak of the v1 shape where the file has an older one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_dra.apimachinery.yaml_values import YamlNode

_SHAPES = ("exactly", "basic")
"""Steps that v1 has and older versions have not, or the other way round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A node of the text.

    ``key`` is the key in front of it, ``parent`` the mapping or list around it; ``rest`` is what of the path is missing.
    """

    node: YamlNode
    key: YamlNode | None = None
    parent: YamlNode | None = None
    rest: str = ""

    @property
    def line(self) -> int:
        """Where to look: the value; for what is missing, the beginning of what lacks it."""
        return self.node.start.line

    @property
    def column(self) -> int:
        """As :attr:`line`."""
        return self.node.start.column


def locate(root: YamlNode, path: str) -> Place:
    """The deepest node that ``path`` leads to."""
    return _walk(Place(node=root), path)


def _walk(place: Place, path: str) -> Place:
    path = path.removeprefix(".")
    if not path:
        return Place(node=place.node, key=place.key, parent=place.parent)
    candidates = [_walk(step, rest) for step, rest in _steps(place.node, path)]
    if candidates:
        return min(candidates, key=lambda found: len(found.rest))
    for shape in _SHAPES:
        if path.startswith((f"{shape}.", f"{shape}[")) or path == shape:
            return _walk(place, path[len(shape) :])
        child = place.node.child(shape)
        if child is not None:
            deeper = _walk(Place(node=child, key=place.node.key(shape), parent=place.node), path)
            if len(deeper.rest) < len(path):
                return deeper
    return Place(node=place.node, key=place.key, parent=place.parent, rest=path)


def _steps(node: YamlNode, path: str) -> list[tuple[Place, str]]:
    """Every way to take one step from ``node`` along ``path``, with what is left of the path."""
    if node.items is not None:
        number, closing, rest = path.removeprefix("[").partition("]")
        if path.startswith("[") and closing and number.isdigit() and int(number) < len(node.items):
            return [(Place(node=node.items[int(number)], parent=node), rest)]
        return []
    found = []
    for key, value in node.entries or ():
        name = key.scalar or ""
        for written in (name, f"[{name}]"):
            rest = path[len(written) :]
            if path.startswith(written) and (not rest or rest[0] in ".[") and name:
                found.append((Place(node=value, key=key, parent=node), rest))
    return found
