"""The matrix of devices and requests → which request is at fault, and which devices would do but for some obstacles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.diagnosis.collect import obstacles_behind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.obstacles import Obstacle
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.diagnosis.causes import WayOut
    from kubectl_dra.diagnosis.collect import Cases


def would_do(examination: Examination, removed: Collection[Obstacle]) -> bool:
    """Whether the device would qualify for the request if these obstacles were gone."""
    return all(any(obstacle in removed for obstacle in obstacles_behind(rejection)) for rejection in examination.rejections)


def of_request(examinations: Iterable[Examination], view: RequestView) -> list[Examination]:
    """The row of a request."""
    return [one for one in examinations if one.request.claim_index == view.claim_index and one.request.name == view.name]


def views_in(examinations: Iterable[Examination]) -> list[RequestView]:
    """The requests of a matrix, in order."""
    found: dict[tuple[int, int, int], RequestView] = {}
    for one in examinations:
        found.setdefault(_place(one.request), one.request)
    return [found[place] for place in sorted(found)]


def _place(view: RequestView) -> tuple[int, int, int]:
    return view.claim_index, view.request_index, view.subrequest_index or 0


def at_fault(way: WayOut, obstacle: Obstacle) -> RequestView | None:
    """The request of the case that this obstacle stops: too few of its devices qualify, and more would without the obstacle."""
    removed = way.obstacles
    best: tuple[float, RequestView] | None = None
    for view in _views_on(way):
        row = of_request(way.case.matrix, view)
        qualifying = sum(1 for one in row if not one.rejections)
        without = sum(1 for one in row if would_do(one, removed))
        stopped = [
            one for one in row if any(obstacle in obstacles_behind(rejection) for rejection in one.rejections) and would_do(one, removed)
        ]
        wanted = without if view.wants_all else view.count or 1
        if not stopped or without < 1:
            continue
        # What lacks most comes first; a request that has enough is stopped by others' needs only.
        lack = (wanted - qualifying) / wanted if wanted else 0
        if best is None or lack > best[0]:
            best = (lack, view)
    return best[1] if best else None


def _views_on(way: WayOut) -> list[RequestView]:
    """The requests of the case, of alternatives the one that is chosen once the way is open."""
    views = views_in(way.case.matrix)
    if not any(view.parent_name for view in views):
        return views
    outcome = way.case.without(frozenset(way.obstacles))
    if not isinstance(outcome, Allocation):
        return views
    chosen = {_place(device.request) for devices in outcome.devices for device in devices}
    return [view for view in views if not view.parent_name or _place(view) in chosen]


def devices_behind(cases: Cases, view: RequestView, removed: Collection[Obstacle]) -> list[Examination]:
    """All devices of the cluster that would do for the request if these obstacles were gone, those that do already included."""
    key = view.claim_index, view.name, frozenset(removed)
    found = cases.behind.get(key)
    if found is None:
        found = cases.behind[key] = [one for one in of_request(cases.examinations(), view) if would_do(one, removed)]
    return found


def passes_class(examination: Examination) -> bool:
    """Whether the class selects the device."""
    return not any(
        isinstance(rejection, why.ClassSelectorFalse) or (isinstance(rejection, why.SelectorFails) and rejection.class_name)
        for rejection in examination.rejections
    )


def passes_selectors(examination: Examination) -> bool:
    """Whether class and request select the device."""
    return not any(
        isinstance(rejection, why.ClassSelectorFalse | why.RequestSelectorFalse | why.SelectorFails) for rejection in examination.rejections
    )


def is_held(examination: Examination) -> bool:
    """Whether other claims hold the device whole."""
    return any(isinstance(rejection, why.DeviceInUse) for rejection in examination.rejections)
