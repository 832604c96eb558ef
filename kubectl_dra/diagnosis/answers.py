"""Case → why its nodes cannot give the pod its devices, in a few words: the request that lacks most, and how its devices stand there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.requests import views_of_claims
from kubectl_dra.diagnosis import matrix

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.rejections import Rejection
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene

_STANDINGS: tuple[tuple[tuple[type[Rejection], ...], str], ...] = (
    ((why.DeviceInUse,), "held"),
    ((why.TaintNotTolerated,), "tainted"),
    ((why.CountersInsufficient, why.CompatibilityGroupsDiffer), "short of counters"),
    ((why.CountersUnsupported,), "with counters, which are switched off"),
    ((why.CapacityInsufficient, why.CapacityNotRepresentable), "short of capacity"),
    ((why.CapacityUndefined,), "without such a capacity"),
    ((why.CapacityPolicyViolated,), "whose request policy does not allow the amount"),
    ((why.BindingConditionsUnsupported,), "with binding conditions, which are switched off"),
    ((why.NodeOperationsNotOptional,), "in need of node operations"),
    ((why.ConstraintAttributeMissing,), "without the attribute of a constraint"),
    ((why.ConstraintValuesDiffer, why.ConstraintValueRepeated, why.DerivedAttributeFails), "kept away by a constraint"),
)
"""How a selected device stands that a request cannot have; of several obstacles the first in this order tells most."""


class _Row(NamedTuple):
    """A request and the devices of the node that it can see."""

    view: RequestView
    devices: Sequence[Examination]
    selected: Sequence[Examination]
    """Those that class and request select."""

    @property
    def lack(self) -> float:
        """Which share of what is asked for is not to be had; for all devices, the share that stands in the way."""
        free = sum(1 for one in self.selected if not one.rejections)
        wanted = max(len(self.selected), 1) if self.view.wants_all else self.view.count or 1
        return max(0.0, (wanted - free) / wanted)


def device_answers(cases: Cases) -> dict[str, str]:
    """Each node that nothing but its devices refuses, and why they do."""
    drivers = _drivers_of_classes(cases) if any(case.unusable for case in cases.judged) else {}
    found: dict[str, str] = {}
    for case in cases.judged:
        if case.claims and not case.refusals:
            found |= dict.fromkeys(case.nodes, _answer(case, drivers))
    return found


def _drivers_of_classes(cases: Cases) -> dict[str, set[str]]:
    """Whose devices each class selects, anywhere."""
    drivers: dict[str, set[str]] = {}
    for case in cases.judged:
        for one in case.matrix:
            if matrix.passes_class(one):
                drivers.setdefault(one.request.device_class_name, set()).add(one.candidate.id.driver)
    return drivers


def _answer(case: Case, drivers: Mapping[str, set[str]]) -> str:
    worst = max(_needed(case), key=lambda row: row.lack, default=None)
    if worst is None:
        return "no devices"
    known = drivers.get(worst.view.device_class_name)
    pools = [f"pool {pool} is {state}" for pool, state in case.unusable if known is None or pool.driver in known]
    devices = _in_words(worst, case.scene) if worst.lack else "enough devices for each request, and no choice of them that does for all"
    # What the class would select of such a pool is known where it selects that driver's devices elsewhere.
    return ", and ".join(pools if pools and known and not worst.selected else [devices, *pools])


def _needed(case: Case) -> Iterator[_Row]:
    """A row for each request; of alternatives the one that lacks least."""
    by_request: dict[tuple[int, int], list[_Row]] = {}
    for row in _rows(case):
        by_request.setdefault((row.view.claim_index, row.view.request_index), []).append(row)
    for alternatives in by_request.values():
        yield min(alternatives, key=lambda row: row.lack)


def _rows(case: Case) -> Iterator[_Row]:
    for view in views_of_claims(case.claims):
        devices = [one for one in matrix.of_request(case.matrix, view) if not _is_elsewhere(one)]
        yield _Row(view, devices, [one for one in devices if matrix.passes_selectors(one)])


def _is_elsewhere(one: Examination) -> bool:
    return any(isinstance(rejection, why.DeviceOnOtherNode) for rejection in one.rejections)


def _in_words(row: _Row, scene: Scene) -> str:
    view, selected = row.view, row.selected
    if selected:
        wants = "all" if view.wants_all else str(view.count or 1)
        return f"{scene.asked(view).brief} wants {wants}: {', '.join(_standings(selected))}"
    of_class = sum(1 for one in row.devices if matrix.passes_class(one))
    if not of_class:
        return f"no device of class {view.device_class_name}"
    if of_class == 1:
        return f"request {view.name} does not select the device of its class"
    return f"request {view.name} selects none of the {of_class} devices of its class"


def _standings(selected: Iterable[Examination]) -> Iterator[str]:
    counts = Counter(_standing(one) for one in selected)
    for name in ("free", *(name for _, name in _STANDINGS)):
        if counts[name]:
            yield f"{counts[name]} {name}"


def _standing(one: Examination) -> str:
    for kinds, name in _STANDINGS:
        if any(isinstance(rejection, kinds) for rejection in one.rejections):
            return name
    return "free"
