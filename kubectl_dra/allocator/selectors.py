"""The selectors of a class and a request on a kind of device: selected, or which one says no, or which one fails.

Upstream: ``selectorsMatch`` in ``allocator_experimental.go``. Nothing here knows the search.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.cel.errors import CannotTell
from kubectl_dra.selection.device_selector import Environment, compile_selector, device_value
from kubectl_dra.selection.readings import readings_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.allocator.kinds import DeviceKind, Names
    from kubectl_dra.api.resource import DeviceClass, DeviceSelector
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.releases.behaviour import Behaviour
    from kubectl_dra.selection.device_selector import CompiledSelector

_FULL_PATH = 3


class PlacedSelector(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A compiled selector and where it stands: in a class (``class_name``) or in the request, at which index."""

    class_name: str
    index: int
    compiled: CompiledSelector


class Unselected(msgspec.Struct, frozen=True, kw_only=True):
    """The selector that does not select a device: false, or failing with an error."""

    selector: PlacedSelector
    error: CelError | None = None


def environment_of(behaviour: Behaviour) -> Environment:
    """The CEL environment of the release's scheduler."""
    return Environment(
        release=str(behaviour.release),
        stored=True,
        consumable_capacity=behaviour.features.consumable_capacity,
        list_type_attributes=behaviour.cel_list_type_attributes,
    )


def placed_selectors(class_: DeviceClass, selectors: Iterable[DeviceSelector], environment: Environment) -> tuple[PlacedSelector, ...]:
    """The class's selectors, then the request's, in the order in which they are asked."""
    ours = _placed("", selectors, environment)
    return (*_placed(class_.metadata.name, class_.spec.selectors, environment), *ours)


def _placed(class_name: str, selectors: Iterable[DeviceSelector], environment: Environment) -> Iterator[PlacedSelector]:
    for index, selector in enumerate(selectors):
        expression = selector.cel.expression if selector.cel else ""
        yield PlacedSelector(class_name=class_name, index=index, compiled=compile_selector(expression, environment))


def verdict(selectors: Iterable[PlacedSelector], kind: DeviceKind) -> Unselected | None:
    """None where every selector selects the kind, else the first that does not."""
    for selector in selectors:
        selected = evaluate(selector.compiled, kind)
        if selected is not True:
            return Unselected(selector=selector, error=None if selected is False else selected)
    return None


def evaluate(compiled: CompiledSelector, kind: DeviceKind) -> bool | CelError:
    """What one selector says of a kind."""
    if compiled.error is not None:
        return compiled.error
    value = kind.values
    if value is None:
        value = kind.values = device_value(kind.driver, kind.device, compiled.environment)
    return compiled.evaluate_value(value)


def names_read(compiled: Iterable[CompiledSelector]) -> Names | None:
    """The attributes that expressions read, by domain and identifier; None where one may read any. All capacity counts as read anyway."""
    found: set[tuple[str, str]] = set()
    for path in (reading.path for expression in compiled for reading in readings_of(expression)):
        if not path or (path[0] == "attributes" and len(path) < _FULL_PATH):
            return None
        if path[0] == "attributes":
            found.add((path[1], path[2]))
    return frozenset(found)


def is_unknown(error: CelError | None) -> bool:
    """Whether upstream has an answer that this program does not know."""
    return isinstance(error, CannotTell)
