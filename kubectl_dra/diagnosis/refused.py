"""A scheduling attempt → its root causes: what the filters refuse, which way out is shortest, and what each obstacle is."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.result import AllocationError, ErrorKind
from kubectl_dra.api import kinds
from kubectl_dra.diagnosis import changes, matrix, words
from kubectl_dra.diagnosis.causes import WayOut, ways_out
from kubectl_dra.diagnosis.collect import Cases, collect
from kubectl_dra.diagnosis.nodes import node_facts, node_summaries
from kubectl_dra.diagnosis.obstacles import obstacle_facts
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.diagnosis.selecting import class_selects_nothing, class_selects_something
from kubectl_dra.diagnosis.unavailable import unavailable_claims
from kubectl_dra.scheduler import dynamicresources
from kubectl_dra.scheduler.verdict import (
    ClassNotFound,
    CouldNotTell,
    Errors,
    Filtered,
    NoNodes,
    NotJudged,
    PreFilterFails,
    RefusedByPreFilter,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Pod
    from kubectl_dra.diagnosis.diagnosis import NodeSummary
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.scheduler.schedule import Scheduler
    from kubectl_dra.scheduler.verdict import NodeVerdict, PodVerdict

_MOST_WAYS = 3


class Attempt(NamedTuple):
    """What an attempt ends in: root causes, what else would be a way out, and the nodes."""

    roots: tuple[Facts, ...] = ()
    further: tuple[Facts, ...] = ()
    nodes: tuple[NodeSummary, ...] = ()
    together: bool = False
    """Whether the root causes are the obstacles of one way out, each of which has to go."""
    untold: int = 0
    """How many more sets of obstacles, as small, would do, and are not told."""


def explain_attempt(scene: Scene, scheduler: Scheduler, pod: Pod, verdict: PodVerdict) -> Attempt:
    """Why the scheduler refuses the pod; nothing but nodes where it fits."""
    del scheduler
    outcome = verdict.outcome
    match outcome:
        case RefusedByPreFilter():
            return Attempt(tuple(_refused_before(scene, pod, outcome)))
        case PreFilterFails():
            return Attempt(tuple(_not_understood(scene, pod, outcome.text)))
        case NoNodes():
            from kubectl_dra.findings.dra316_node_refuses_pod import NodeRefusesPod  # noqa: PLC0415 - one finding of many

            return Attempt((NodeRefusesPod(pod=subject_of_pod(pod), nodes=(), reasons=("there is no node",)),))
        case Filtered():
            return _of_nodes(scene, pod, verdict, outcome)
        case _:
            return Attempt()


def _of_nodes(scene: Scene, pod: Pod, verdict: PodVerdict, outcome: Filtered) -> Attempt:
    if verdict.word is Word.FITS:
        return Attempt(nodes=node_summaries(outcome))
    if verdict.word is Word.CANNOT_TELL:
        return Attempt((_undecided(pod, outcome),), nodes=node_summaries(outcome))
    devices = dynamicresources.pre_filter(scene.snapshot, pod)
    if not isinstance(devices, dynamicresources.PodDevices):
        return Attempt(_without_devices(scene, pod, outcome), nodes=node_summaries(outcome))
    cases = collect(scene, pod, devices)
    attempt = _explain_filtered(scene, pod, verdict, outcome, devices, cases)
    return attempt._replace(nodes=node_summaries(outcome, cases))


def _undecided(pod: Pod, outcome: Filtered) -> Facts:
    from kubectl_dra.findings.dra007_verdict_undecided import VerdictUndecided  # noqa: PLC0415 - one finding of many

    reasons: dict[str, None] = {}
    for group in outcome.groups:
        if isinstance(group.verdict, NotJudged):
            reasons[f"{', '.join(str(plugin) for plugin in group.verdict.by)} of the scheduler is not judged here"] = None
        elif isinstance(group.verdict, CouldNotTell):
            reasons[group.verdict.why] = None
    return VerdictUndecided(pod=subject_of_pod(pod), reasons=tuple(reasons))


# ── before any node is asked ──


def _refused_before(scene: Scene, pod: Pod, outcome: RefusedByPreFilter) -> Iterator[Facts]:
    if isinstance(outcome.fact, ClassNotFound):
        yield _class_not_found(scene, outcome.fact)
    else:
        yield from _not_understood(scene, pod, outcome.reason)


def _class_not_found(scene: Scene, fact: ClassNotFound) -> Facts:
    from kubectl_dra.allocator.requests import views_of  # noqa: PLC0415 - seldom needed
    from kubectl_dra.diagnosis.spelling import nearest  # noqa: PLC0415 - seldom needed
    from kubectl_dra.findings.asking import Repair  # noqa: PLC0415 - one finding of many
    from kubectl_dra.findings.dra104_device_class_not_found import DeviceClassNotFound  # noqa: PLC0415 - one finding of many

    views = [view for index in range(len(fact.claim.spec.devices.requests)) for view in views_of(fact.claim, 0, index)]
    view = next(one for one in views if one.name == fact.request)
    existing = tuple(sorted(scene.inventory.device_classes))
    close = nearest(fact.class_name, existing)
    change = changes.request_changed(view, device_class_name=close[0]) if close else None
    return DeviceClassNotFound(
        asked=scene.asked(view),
        existing=existing,
        nearest=close,
        repair=Repair(before=fact.class_name, after=close[0], field="deviceClassName", change=change) if close else None,
        are_hidden=scene.inventory.is_hidden(kinds.DEVICE_CLASS),
    )


def _not_understood(scene: Scene, pod: Pod, text: str) -> Iterator[Facts]:
    from kubectl_dra.findings.dra119_request_not_understood import RequestNotUnderstood  # noqa: PLC0415 - one finding of many
    from kubectl_dra.inventory.podclaims import pod_claims  # noqa: PLC0415 - seldom needed

    claims = pod_claims(scene.inventory, pod, scene.snapshot.gates).claims
    subject = scene.subject_of_claim(claims[0]) if claims else subject_of_pod(pod)
    yield RequestNotUnderstood(claim=subject, scheduler_text=text)


# ── node by node ──


def _explain_filtered(
    scene: Scene, pod: Pod, verdict: PodVerdict, outcome: Filtered, devices: dynamicresources.PodDevices, cases: Cases
) -> Attempt:
    if verdict.word is Word.ERROR:
        error = next(found for group in outcome.groups if (found := _error_of(group.verdict)))
        return Attempt((error_facts(scene, pod, error, cases),))
    from kubectl_dra.diagnosis.dropped_fields import dropped_facts  # noqa: PLC0415 - seldom needed
    from kubectl_dra.diagnosis.extended import extended_facts  # noqa: PLC0415 - seldom needed

    if pinned := unavailable_claims(scene, pod, devices, cases):
        return Attempt(pinned)
    ways = ways_out(cases.judged)
    if special := extended_facts(scene, pod, devices, cases, ways):
        return Attempt(special)
    attempt = _of_ways(scene, pod, ways, cases)
    lost = dropped_facts(scene, devices.claims, cases, ways[0].obstacles if ways else ())
    return attempt._replace(roots=(*lost, *attempt.roots), together=len(attempt.roots) > 1 and not lost)


def _error_of(verdict: NodeVerdict) -> AllocationError | None:
    match verdict:
        case Errors():
            return verdict.error
        case NotJudged(otherwise=Errors() as otherwise):
            return otherwise.error
        case _:
            return None


def _of_ways(scene: Scene, pod: Pod, ways: Sequence[WayOut], cases: Cases) -> Attempt:
    """The facts of the best way out, and of others that are as short."""
    unpublished = _unpublished(scene, cases, ways)
    if unpublished:
        return Attempt((unpublished,))
    if not ways:
        return Attempt(tuple(_nothing_helps(scene, pod, cases)))
    ways = _without_classes_met_elsewhere(scene, ways)
    best = ways[0]
    roots = way_facts(scene, pod, best, ways, cases)
    told = {facts.code for facts in roots}
    further: list[Facts] = []
    untold: set[frozenset[str]] = set()
    for way in ways[1:]:
        if (way.asks_for_less and not best.asks_for_less) or way.size > best.size or Obstacle.OTHER_NODES in way.obstacles:
            continue
        new = [facts for facts in way_facts(scene, pod, way, ways, cases) if facts.code not in told]
        for facts in new:
            if len(further) < _MOST_WAYS - 1:
                told.add(facts.code)
                further.append(facts)
        untold.add(frozenset(facts.code for facts in new))
    return Attempt(roots, tuple(further), untold=sum(1 for codes in untold if not codes <= told))


def _without_classes_met_elsewhere(scene: Scene, ways: Sequence[WayOut]) -> Sequence[WayOut]:
    """The ways out without those that blame a class which does select devices, of other nodes, where those would do."""
    if not any(way.obstacles == (Obstacle.OTHER_NODES,) for way in ways):
        return ways
    kept = [way for way in ways if Obstacle.CLASS_SELECTORS not in way.obstacles or not _selects_elsewhere(scene, way)]
    return kept or ways


def _selects_elsewhere(scene: Scene, way: WayOut) -> bool:
    view = matrix.at_fault(way, Obstacle.CLASS_SELECTORS)
    known = view is not None and view.device_class_name in scene.inventory.device_classes
    return view is not None and known and class_selects_something(scene, view.device_class_name)


def _unpublished(scene: Scene, cases: Cases, ways: Sequence[WayOut]) -> Facts | None:
    """A request whose class selects no device at all; None where something else explains more."""
    if ways and not ways[0].asks_for_less:
        return None
    for view in _needed_views(cases):
        rows = (matrix.of_request(case.matrix, view) for case in cases.judged)
        if any(matrix.passes_class(one) for row in rows for one in row) or view.device_class_name not in scene.inventory.device_classes:
            continue
        if not class_selects_something(scene, view.device_class_name):
            return class_selects_nothing(scene, view, cases)
    return None


def _needed_views(cases: Cases) -> Iterable[RequestView]:
    """Requests without an alternative, of the first node's claims."""
    from kubectl_dra.allocator.requests import views_of  # noqa: PLC0415 - seldom needed

    for case in cases.judged:
        for index, claim in enumerate(case.claims):
            for number in range(len(claim.spec.devices.requests)):
                views = views_of(claim, index, number)
                if len(views) == 1:
                    yield views[0]
        if case.claims:
            return


def way_facts(scene: Scene, pod: Pod, way: WayOut, ways: Sequence[WayOut], cases: Cases) -> tuple[Facts, ...]:
    """What each obstacle of a way out is: selectors that select none of the devices before what is wrong with those devices."""
    same = [other.case for other in ways if (other.obstacles, other.plugins) == (way.obstacles, way.plugins)]
    selectors = [one for one in way.obstacles if one in (Obstacle.CLASS_SELECTORS, Obstacle.REQUEST_SELECTORS)]
    others = [one for one in way.obstacles if one not in selectors]
    found: dict[str, Facts] = {}
    for facts in (
        *(obstacle_facts(scene, pod, obstacle, way, ways, cases) for obstacle in selectors),
        *(node_facts(scene, pod, same, plugin, others_gone=way.size > 1) for plugin in dict.fromkeys(way.plugins)),
        *(obstacle_facts(scene, pod, obstacle, way, ways, cases) for obstacle in others),
    ):
        if facts is not None:
            found.setdefault(facts.code, facts)
    return tuple(found.values())


def _nothing_helps(scene: Scene, pod: Pod, cases: Cases) -> Iterator[Facts]:
    """No set of obstacles that was tried lets the pod fit: the first layer at which every device is lost."""
    from kubectl_dra.diagnosis.obstacles import first_layer  # noqa: PLC0415 - seldom needed

    facts = first_layer(scene, pod, cases)
    if facts is not None:
        yield facts


def _without_devices(scene: Scene, pod: Pod, outcome: Filtered) -> tuple[Facts, ...]:
    """A pod without claims that the allocator would see: extended resources that nothing backs, or nodes that refuse it."""
    from kubectl_dra.diagnosis.extended import unknown_resources  # noqa: PLC0415 - seldom needed
    from kubectl_dra.findings.dra316_node_refuses_pod import NodeRefusesPod  # noqa: PLC0415 - one finding of many

    if unknown := unknown_resources(scene, pod):
        return unknown
    said = words.reasons_in(f"nodes are available: {', '.join(_reasons(outcome))}")
    nodes = tuple(name for group in outcome.groups for name in group.nodes)
    return (NodeRefusesPod(pod=subject_of_pod(pod), nodes=nodes, reasons=tuple(sorted(said)), with_devices=False),)


def _reasons(outcome: Filtered) -> Iterator[str]:
    for group in outcome.groups:
        yield from getattr(group.verdict, "reasons", ())


# ── errors ──


def error_facts(scene: Scene, pod: Pod, error: AllocationError, cases: Cases) -> Facts:
    """What an error of the allocator is about."""
    from kubectl_dra.diagnosis import erring  # noqa: PLC0415 - one way only

    match error.kind:
        case ErrorKind.CEL_RUNTIME if error.request:
            from kubectl_dra.diagnosis.selecting import selector_fails  # noqa: PLC0415

            return selector_fails(scene, error.request, cases, error)
        case ErrorKind.CEL_COMPILE if error.request:
            from kubectl_dra.diagnosis.selecting import stored_selector_does_not_compile  # noqa: PLC0415

            return stored_selector_does_not_compile(scene, error.request, error)
        case ErrorKind.POOL_INCOMPLETE:
            return erring.incomplete_pool(scene, error)
        case ErrorKind.POOL_INVALID:
            return erring.invalid_pool(scene, error)
        case ErrorKind.TOO_MANY_DEVICES | ErrorKind.COUNT_TOO_LARGE:
            return erring.too_many_devices(scene, pod, error)
        case ErrorKind.CONSTRAINT_OF_ALL:
            return erring.constraint_of_all(scene, error, cases)
        case _:
            return erring.not_understood(scene, pod, error)


__all__ = ["Attempt", "Obstacle", "error_facts", "explain_attempt", "way_facts"]
