"""Cases → the smallest ways out: which obstacles, on which nodes, would have to go for the pod to fit, best first.

What asks for less (another device, fewer devices, less capacity, other nodes) always helps and so explains little: such obstacles
come after those that keep devices away which the pod did ask for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.scheduler.reasons import Plugin, ResourcesInsufficient

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.diagnosis.collect import Case, Removal

_KEEPS_AWAY = (
    Obstacle.INVALID_POOLS,
    Obstacle.INCOMPLETE_POOLS,
    Obstacle.BINDING_CONDITIONS,
    Obstacle.REQUEST_POLICIES,
    Obstacle.COUNTERS,
    Obstacle.CONSTRAINTS,
    Obstacle.TAINTS,
    Obstacle.IN_USE,
)
"""Obstacles between the pod and devices that it asked for, the most telling first: counters are spent because devices are in use."""

_ASKS_FOR_LESS = (
    Obstacle.CLASS_SELECTORS,
    Obstacle.REQUEST_SELECTORS,
    Obstacle.CAPACITY_REQUESTS,
    Obstacle.COUNTS,
    Obstacle.OTHER_REQUESTS,
    Obstacle.OTHER_CLAIMS,
    Obstacle.OTHER_NODES,
)
_PLUGINS = (
    Plugin.NODE_NAME,
    Plugin.NODE_AFFINITY,
    Plugin.NODE_UNSCHEDULABLE,
    Plugin.TAINT_TOLERATION,
    Plugin.NODE_RESOURCES_FIT,
    Plugin.NODE_PORTS,
)


_CHOSEN = frozenset({Plugin.NODE_NAME, Plugin.NODE_AFFINITY})
"""What keeps the pod from nodes that it does not ask for: said after what is wrong with those that it does."""


class WayOut(NamedTuple):
    """What would have to go for the pod to fit on the nodes of a case: obstacles to devices, and refusals of other plugins."""

    obstacles: tuple[Obstacle, ...]
    plugins: tuple[Plugin, ...]
    case: Case

    @property
    def size(self) -> int:
        """How many things would have to go."""
        return len(self.obstacles) + len(self.plugins)

    @property
    def asks_for_less(self) -> bool:
        """Whether the pod would get something else than it asked for."""
        return any(obstacle in _ASKS_FOR_LESS for obstacle in self.obstacles)


def ways_out(cases: Iterable[Case]) -> tuple[WayOut, ...]:
    """Every smallest way out on every kind of node, best first; empty where nothing that can be taken away would help."""
    found = [way for case in cases for way in _ways_of(case)]
    return tuple(sorted(found, key=_rank))


def _ways_of(case: Case) -> Iterator[WayOut]:
    plugins = tuple(refusal.plugin for refusal in case.refusals)
    for removal in case.removals:
        if removal or plugins:
            yield WayOut(in_order(removal), plugins, case)


def in_order(removal: Removal) -> tuple[Obstacle, ...]:
    """Obstacles, the most telling first."""
    return tuple(sorted(removal, key=_place))


def _place(obstacle: Obstacle) -> int:
    return (*_KEEPS_AWAY, *_ASKS_FOR_LESS).index(obstacle)


def _rank(way: WayOut) -> tuple[object, ...]:
    selects_none = not way.asks_for_less or _is_unselected(way)
    plugins = tuple(_PLUGINS.index(plugin) if plugin in _PLUGINS else len(_PLUGINS) for plugin in way.plugins)
    chosen = any(plugin in _CHOSEN for plugin in way.plugins) or _is_counted_by_plugin(way)
    everywhere = Obstacle.OTHER_NODES in way.obstacles  # devices of all nodes at once nearly always help
    told_late = (way.asks_for_less, everywhere, way.size, not selects_none, chosen)
    return (*told_late, tuple(map(_place, way.obstacles)), plugins, -len(way.case.nodes))


def _is_counted_by_plugin(way: WayOut) -> bool:
    """Whether the node lacks an extended resource that DRA backs and that a device plugin counts there; DRA devices tell more."""
    backed = way.case.scene.snapshot.backing_classes
    short = [one for refusal in way.case.refusals if isinstance(refusal, ResourcesInsufficient) for one in refusal.shortages]
    return any(one.name in backed for one in short)


def _is_unselected(way: WayOut) -> bool:
    """Whether what would have to go is what no device passes: selectors that are false everywhere, a capacity that no device has."""
    blocking = {
        Obstacle.CLASS_SELECTORS: (why.ClassSelectorFalse, why.SelectorFails),
        Obstacle.REQUEST_SELECTORS: (why.ClassSelectorFalse, why.RequestSelectorFalse, why.SelectorFails),
        Obstacle.CAPACITY_REQUESTS: (
            why.ClassSelectorFalse,
            why.RequestSelectorFalse,
            why.CapacityUndefined,
            why.CapacityInsufficient,
            why.CapacityPolicyViolated,
        ),
    }.get(way.obstacles[0] if way.obstacles else Obstacle.IN_USE)
    if blocking is None:
        return True
    by_request: dict[tuple[int, str], bool] = {}
    for one in way.case.matrix:
        key = (one.request.claim_index, one.request.name)
        by_request[key] = by_request.get(key, False) or not any(isinstance(rejection, blocking) for rejection in one.rejections)
    return not by_request or not all(by_request.values())
