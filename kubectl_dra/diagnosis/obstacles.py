"""One obstacle on the way out → the facts of it: which request, which devices, how many, who, since when."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.result import AllocationError, ErrorKind
from kubectl_dra.diagnosis import changes, matrix
from kubectl_dra.diagnosis.collect import obstacles_behind
from kubectl_dra.diagnosis.constraining import constraint_facts
from kubectl_dra.diagnosis.elsewhere import selected_by_node
from kubectl_dra.diagnosis.holding import all_mode_facts, counter_facts, held_facts
from kubectl_dra.diagnosis.rows import counted, whole_row
from kubectl_dra.diagnosis.selecting import capacity_facts, class_selects_nothing, no_device_selected, selector_fails
from kubectl_dra.diagnosis.taints import covers_everything, rule_behind, taint_text
from kubectl_dra.diagnosis.together import capacity_together, counters_together, requests_compete
from kubectl_dra.findings import prose
from kubectl_dra.inventory.pools import has_compatibility_groups, is_ignored, node_matches

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Node, Pod
    from kubectl_dra.api.resource import DeviceTaint, DeviceToleration, ResourceSlice
    from kubectl_dra.diagnosis.causes import WayOut
    from kubectl_dra.diagnosis.collect import Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.asking import DeviceName
    from kubectl_dra.findings.finding import Change, Facts
    from kubectl_dra.inventory.inventory import DeviceID


def obstacle_facts(  # noqa: C901 - one line for each obstacle there is
    scene: Scene, pod: Pod, obstacle: Obstacle, way: WayOut, ways: Sequence[WayOut], cases: Cases
) -> Facts | None:
    """What an obstacle of a way out is; None where the objects do not show it."""
    view = matrix.at_fault(way, obstacle) or _first_view(way, obstacle)
    if view is None:
        return None
    match obstacle:
        case Obstacle.IN_USE:
            return held_facts(scene, pod, way, view, cases)
        case Obstacle.TAINTS:
            return _tainted(scene, view, way, cases)
        case Obstacle.COUNTERS:
            return _counters(scene, pod, view, way, cases)
        case Obstacle.CONSTRAINTS:
            also = any(other.obstacles == (Obstacle.IN_USE,) and not other.plugins for other in ways)
            return constraint_facts(scene, way.case, cases, also_in_use=also, timed_out=_timed_out(scene, pod))
        case Obstacle.REQUEST_POLICIES | Obstacle.CAPACITY_REQUESTS:
            short = capacity_facts(scene, view, _stopped(cases, view, way)) or capacity_together(scene, way, view)
            return short or too_few(scene, pod, view, way, cases)
        case Obstacle.BINDING_CONDITIONS:
            return _binding_conditions(scene, view, way, cases)
        case Obstacle.INCOMPLETE_POOLS | Obstacle.INVALID_POOLS:
            return _pools(scene, obstacle, way)
        case Obstacle.CLASS_SELECTORS:
            return _class_selectors(scene, view, way, cases)
        case Obstacle.REQUEST_SELECTORS:
            return _request_selectors(scene, view, way, cases)
        case Obstacle.COUNTS | Obstacle.OTHER_REQUESTS | Obstacle.OTHER_CLAIMS:
            elsewhere = _found_elsewhere(way, ways)
            return _other_nodes(scene, elsewhere, way, cases) if elsewhere else too_few(scene, pod, view, way, cases)
        case Obstacle.OTHER_NODES:
            return _other_nodes(scene, view, way, cases)


def _first_view(way: WayOut, obstacle: Obstacle) -> RequestView | None:
    """A request with a device that it selects and that meets the obstacle; else the first there is."""
    from kubectl_dra.allocator.requests import views_of_claims  # noqa: PLC0415 - seldom needed

    found = matrix.views_in(way.case.matrix)
    met = {
        (one.request.claim_index, one.request.name)
        for one in way.case.matrix
        if matrix.passes_selectors(one) and any(obstacle in obstacles_behind(rejection) for rejection in one.rejections)
    }
    if found:
        return next((view for view in found if (view.claim_index, view.name) in met), found[0])
    return next(views_of_claims(way.case.claims), None)


def _stopped(cases: Cases, view: RequestView, way: WayOut) -> list[Examination]:
    return [one for one in matrix.devices_behind(cases, view, way.obstacles) if one.rejections]


def _stopped_by(cases: Cases, view: RequestView, way: WayOut, kind: type[why.Rejection]) -> list[Examination]:
    """The devices that would do but for such a rejection; where others are in their way, too, those that the request selects."""
    stopped = [one for one in _stopped(cases, view, way) if any(isinstance(r, kind) for r in one.rejections)]
    return stopped or [
        one
        for one in matrix.of_request(cases.examinations(), view)
        if matrix.passes_selectors(one) and any(isinstance(r, kind) for r in one.rejections)
    ]


def _timed_out(scene: Scene, pod: Pod) -> bool:
    from kubectl_dra.diagnosis.words import last_said  # noqa: PLC0415 - seldom needed

    said = last_said(scene, pod)
    return said is not None and "timed out trying to allocate devices" in said.text


# ── taints ──


def _tainted(scene: Scene, view: RequestView, way: WayOut, cases: Cases) -> Facts | None:
    from kubectl_dra.findings.dra304_device_taint_not_tolerated import DeviceTaintNotTolerated, TaintOnDevices  # noqa: PLC0415

    stopped = _stopped_by(cases, view, way, why.TaintNotTolerated)
    if not stopped:
        return None
    found: dict[tuple[str, str], tuple[DeviceTaint, str, set[DeviceID]]] = {}
    for one in stopped:
        for r in one.rejections:
            if isinstance(r, why.TaintNotTolerated):
                rule = rule_behind(scene, one.candidate.id, r.taint)
                found.setdefault((taint_text(r.taint), rule), (r.taint, rule, set()))[2].add(one.candidate.id)
    order = sorted(found, key=lambda key: (-len(found[key][2]), key))
    taints = [found[key] for key in order]
    tolerations = tuple(_toleration_for(taint) for taint, _, _ in taints)
    rules = [rule for _, rule, _ in taints if rule]
    ids = {one.candidate.id for one in stopped}
    held = {
        one.candidate.id for one in matrix.of_request(cases.examinations(), view) if matrix.is_held(one) and matrix.passes_selectors(one)
    }
    return DeviceTaintNotTolerated(
        asked=scene.asked(view),
        devices=len(ids),
        held=len(held - ids),
        taints=tuple(
            TaintOnDevices(
                taint=taint_text(taint),
                devices=scene.names(ids),
                rule=rule,
                rule_covers_all=bool(rule) and covers_everything(scene.inventory.device_taint_rules[rule]),
                age=prose.age(taint.time_added, scene.inventory.now),
            )
            for taint, rule, ids in taints
        ),
        admin_access=bool(view.admin_access),
        tolerations=tuple(_toleration_text(one) for one in view.tolerations),
        toleration=", ".join(_toleration_text(one) for one in dict.fromkeys(tolerations)),
        change=changes.request_changed(view, tolerations=(*view.tolerations, *tolerations)),
        rule_change=changes.rule_gone(rules[0]) if rules else None,
    )


def _toleration_for(taint: DeviceTaint) -> DeviceToleration:
    from kubectl_dra.api.resource import DeviceToleration  # noqa: PLC0415 - beside its use

    if taint.value:
        return DeviceToleration(key=taint.key, operator="Equal", value=taint.value, effect=taint.effect)
    return DeviceToleration(key=taint.key, operator="Exists", effect=taint.effect)


def _toleration_text(one: DeviceToleration) -> str:
    parts = [f"key: {one.key}"] if one.key else []
    parts.append(f"operator: {one.operator or 'Equal'}")
    parts += [f'value: "{one.value}"'] if one.value else []
    parts += [f"effect: {one.effect}"] if one.effect else []
    return f"{{{', '.join(parts)}}}"


# ── counters, binding conditions, pools ──


def _counters(scene: Scene, pod: Pod, view: RequestView, way: WayOut, cases: Cases) -> Facts:
    stopped = _stopped(cases, view, way)
    if stopped and all(any(isinstance(r, why.CountersUnsupported) for r in one.rejections) for one in stopped):
        from kubectl_dra.findings.dra312_counters_unsupported import CountersUnsupported  # noqa: PLC0415 - one finding of many

        return CountersUnsupported(asked=scene.asked(view), devices=len(stopped))
    if any(isinstance(r, why.CountersInsufficient | why.CompatibilityGroupsDiffer) for one in stopped for r in one.rejections):
        return counter_facts(scene, view, stopped, way)
    # Each device alone has its counters; together the requests overdraw them.
    return counters_together(scene, way, view) or _unseen_counters(scene, view, way) or too_few(scene, pod, view, way, cases)


def _unseen_counters(scene: Scene, view: RequestView, way: WayOut) -> Facts | None:
    """Devices that are not looked at at all for what they consume: a counter that no slice declares, or groups whose feature is off."""
    if any(state == "invalid" for _, state in way.case.unusable):
        return _pools(scene, Obstacle.INVALID_POOLS, way)
    grouped = [one for one in scene.snapshot.slices if has_compatibility_groups(one) and is_ignored(one, scene.snapshot.behaviour)]
    passed_over = [one for one in grouped if _is_for(one, way.case.node)]
    if not passed_over:
        return None
    from kubectl_dra.findings.dra312_counters_unsupported import CountersUnsupported  # noqa: PLC0415 - one finding of many

    devices = sum(len(one.spec.devices) for one in passed_over)
    return CountersUnsupported(asked=scene.asked(view), devices=devices, gate="DRADeviceCompatibilityGroups")


def _is_for(slice_: ResourceSlice, node: Node) -> bool:
    return node_matches(node, slice_.spec.node_name, slice_.spec.all_nodes, slice_.spec.node_selector)


def _binding_conditions(scene: Scene, view: RequestView, way: WayOut, cases: Cases) -> Facts | None:
    from kubectl_dra.findings.dra311_binding_conditions_unsupported import BindingConditionsUnsupported  # noqa: PLC0415

    stopped = _stopped_by(cases, view, way, why.BindingConditionsUnsupported)
    if not stopped:
        return None
    conditions = dict.fromkeys(name for one in stopped for name in one.candidate.device.binding_conditions)
    gates = tuple(gate for gate in ("DRADeviceBindingConditions", "DRAResourceClaimDeviceStatus") if gate not in scene.snapshot.gates)
    return BindingConditionsUnsupported(
        asked=scene.asked(view), devices=len(stopped), gates=gates or ("DRADeviceBindingConditions",), conditions=tuple(conditions)
    )


def _pools(scene: Scene, obstacle: Obstacle, way: WayOut) -> Facts | None:
    from kubectl_dra.diagnosis.erring import incomplete_facts, invalid_facts  # noqa: PLC0415 - one way only
    from kubectl_dra.inventory.pools import PoolsUnreadable, SliceIndex, gather_pools  # noqa: PLC0415 - the same

    if isinstance(way.case.outcome, AllocationError) and way.case.outcome.pool:
        name = way.case.outcome.pool
        return incomplete_facts(scene, name) if obstacle is Obstacle.INCOMPLETE_POOLS else invalid_facts(scene, name)
    pools = gather_pools(SliceIndex(scene.snapshot.slices), way.case.node, scene.snapshot.behaviour)
    if isinstance(pools, PoolsUnreadable):
        return None
    unusable = [one for one in pools if (one.is_incomplete if obstacle is Obstacle.INCOMPLETE_POOLS else one.is_invalid)]
    name = str(unusable[0].id) if unusable else _unusable_in_cluster(scene, obstacle)
    if not name:
        return None
    return incomplete_facts(scene, name) if obstacle is Obstacle.INCOMPLETE_POOLS else invalid_facts(scene, name)


def _unusable_in_cluster(scene: Scene, obstacle: Obstacle) -> str:
    """A pool that the node does not see at all, since a newer generation of it exists for others only and is unusable."""
    from kubectl_dra.inventory.pools import overview_of_pools  # noqa: PLC0415 - seldom needed

    pools = overview_of_pools((one for one in scene.inventory.resource_slices if one.spec.pool), scene.snapshot.behaviour)
    for pool in pools:
        if obstacle is Obstacle.INCOMPLETE_POOLS and not pool.is_complete:
            return str(pool.id)
        if obstacle is Obstacle.INVALID_POOLS and pool.invalid_reason:
            return str(pool.id)
    return ""


# ── selectors ──


def _class_selectors(scene: Scene, view: RequestView, way: WayOut, cases: Cases) -> Facts | None:
    if error := _error_behind(way, view, of_class=True):
        return selector_fails(scene, view, cases, error)
    return class_selects_nothing(scene, view, cases, way.case) if view.device_class_name in scene.inventory.device_classes else None


def _request_selectors(scene: Scene, view: RequestView, way: WayOut, cases: Cases) -> Facts:
    if error := _error_behind(way, view, of_class=False):
        return selector_fails(scene, view, cases, error, later=way.case.error is None)
    alternatives = [
        (other.name, _obstacle_in_words(other, way))
        for other in matrix.views_in(way.case.matrix)
        if other.parent_name and other.parent_name == view.parent_name and other.name != view.name
    ]
    return no_device_selected(scene, view, cases, alternatives)


def _obstacle_in_words(view: RequestView, way: WayOut) -> str:
    """Why an alternative does not do on the case's node, in a few words."""
    row = matrix.of_request(way.case.matrix, view)
    selected = [one for one in row if matrix.passes_selectors(one)]
    free = [one for one in selected if not one.rejections]
    wanted = view.count or 1
    if not selected:
        return "its selectors are false on every device"
    if len(free) < wanted:
        return f"wants {wanted}, at most {len(free)} free on one node"
    return "its devices do not go together with the rest"


def _error_behind(way: WayOut, view: RequestView, *, of_class: bool) -> AllocationError | None:
    """A selector error on the case's node, met now or as soon as the devices are reached."""
    error = way.case.error
    if error and error.kind is ErrorKind.CEL_RUNTIME and bool(error.class_name) == of_class:
        return error
    for one in matrix.of_request(way.case.matrix, view):
        for r in one.rejections:
            if isinstance(r, why.SelectorFails) and bool(r.class_name) == of_class:
                return AllocationError(
                    text=getattr(r.error, "text", ""),
                    kind=ErrorKind.CEL_RUNTIME,
                    request=view,
                    device=one.candidate.id,
                    class_name=r.class_name,
                    selector_index=r.selector_index,
                    expression=r.expression,
                    error=r.error,
                )
    return None


# ── numbers ──


def too_few(scene: Scene, pod: Pod, view: RequestView, way: WayOut, cases: Cases) -> Facts:
    """Too few devices on any one node for one request, or for all together."""
    from kubectl_dra.findings.dra203_not_enough_on_one_node import NotEnoughOnOneNode  # noqa: PLC0415 - one finding of many

    free = {
        name: number
        for case in cases.judged
        if not case.refusals
        for number in [sum(1 for one in matrix.of_request(case.matrix, view) if _would_do(one, way))]
        for name in case.nodes
    }
    row = whole_row(scene, cases, view)
    every = counted(one for one in row if _would_do(one.examination, way))
    held = counted(one for one in row if matrix.is_held(one.examination) and matrix.passes_selectors(one.examination))
    most = max(free.values(), default=0)
    wanted = view.count or 1
    if view.wants_all:
        return all_mode_facts(scene, view, cases, way)
    if wanted > most:
        best = tuple(name for name, number in free.items() if number == most and number)
        return NotEnoughOnOneNode(
            asked=scene.asked(view),
            wanted=wanted,
            free=every,
            most=most,
            best_nodes=best,
            nodes=sum(1 for number in free.values() if number),
            held=held,
            others_gone=len(way.obstacles) > 1,
            change=_asking_for(scene, pod, view, most) if most else None,
        )
    return requests_compete(scene, way)


def _asking_for(scene: Scene, pod: Pod, view: RequestView, count: int) -> Change | None:
    resource = scene.resource_behind(view)
    return changes.extended_amount_changed(pod, resource, count) if resource else changes.request_changed(view, count=count)


def _would_do(examination: Examination, way: WayOut) -> bool:
    """Whether nothing keeps the device from the request but what the way out takes away besides."""
    gone = {*way.obstacles}
    if Obstacle.OTHER_REQUESTS in gone:  # a request that is left alone has no constraint either
        gone.add(Obstacle.CONSTRAINTS)
    return all(gone.intersection(obstacles_behind(rejection)) for rejection in examination.rejections)


def _found_elsewhere(way: WayOut, ways: Sequence[WayOut]) -> RequestView | None:
    """A request for which the case's node has nothing at all, where devices of other nodes would do; None where there is none."""
    if not any(other.obstacles == (Obstacle.OTHER_NODES,) for other in ways):
        return None
    views = matrix.views_in(way.case.matrix)
    bare = (view for view in views if not any(matrix.passes_selectors(one) for one in matrix.of_request(way.case.matrix, view)))
    return next((view for view in bare if not view.parent_name), None)


def _other_nodes(scene: Scene, view: RequestView, way: WayOut, cases: Cases) -> Facts:
    from kubectl_dra.findings.dra309_devices_on_other_nodes import DevicesOnOtherNodes  # noqa: PLC0415 - one finding of many

    fitting: Counter[str] = Counter()
    for case in cases.judged:
        number = sum(1 for one in matrix.of_request(case.matrix, view) if not one.rejections)
        if number:
            fitting.update(dict.fromkeys(case.nodes, number))
    fitting = fitting or selected_by_node(scene, view)
    gone = tuple(name for name in fitting if name and name not in scene.inventory.nodes)
    single = way.case.node.metadata.name if len(cases.judged) == 1 and len(way.case.nodes) == 1 else ""
    return DevicesOnOtherNodes(
        asked=scene.asked(view),
        devices=sum(fitting.values()),
        nodes=tuple(filter(None, fitting)),
        node=single,
        why_not=(f"{prose.listed(gone)} {prose.verb(len(gone), 'is')} no node of this cluster",) if gone and scene.inventory.nodes else (),
    )


def first_layer(scene: Scene, pod: Pod, cases: Cases) -> Facts | None:
    """The first layer at which a request loses every device of the cluster; None where each has some left."""
    examinations = list(cases.examinations())
    for view in _views(cases):
        row = matrix.of_request(examinations, view)
        selected = [one for one in row if matrix.passes_selectors(one)]
        if not any(matrix.passes_class(one) for one in row):
            return class_selects_nothing(scene, view, cases) if view.device_class_name in scene.inventory.device_classes else None
        if not selected:
            return no_device_selected(scene, view, cases)
        if facts := _node_operations(scene, view, selected):
            return facts
    del pod
    return None


def _node_operations(scene: Scene, view: RequestView, selected: list[Examination]) -> Facts | None:
    """Every device that would do is of a slice with ``skipNodeOperations``, on nodes that do not support it."""
    stopped = [one for one in selected if any(isinstance(r, why.NodeOperationsNotOptional) for r in one.rejections)]
    if not stopped or len(stopped) < len(selected):
        return None
    from kubectl_dra.findings.dra317_optional_node_operations_unsupported import OptionalNodeOperationsUnsupported  # noqa: PLC0415

    return OptionalNodeOperationsUnsupported(asked=scene.asked(view), devices=len({one.candidate.id for one in stopped}))


def _views(cases: Cases) -> list[RequestView]:
    from kubectl_dra.allocator.requests import views_of_claims  # noqa: PLC0415 - seldom needed

    case = next((case for case in cases.judged if case.claims), None)
    if case is None:
        return []
    return list(views_of_claims(case.claims))


def named(scene: Scene, ids: set[DeviceID]) -> tuple[DeviceName, ...]:
    """Devices by name."""
    return scene.names(ids)
