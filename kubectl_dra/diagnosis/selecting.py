"""Selectors that select nothing, fail, or speak of what is not there → facts, clause by clause."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.diagnosis import matrix
from kubectl_dra.diagnosis.drivers import driver_pods, driver_workloads, looks_like, selects
from kubectl_dra.diagnosis.rows import whole_row
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.findings import prose
from kubectl_dra.selection.clauses import ABSENT, tally
from kubectl_dra.selection.device_selector import Environment, compile_selector
from kubectl_dra.selection.groups import evaluate_selectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.allocator.result import AllocationError
    from kubectl_dra.api.resource import Device, DeviceClass, DeviceSelector
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.dra101_no_device_selected import ClauseCount
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.inventory.inventory import DeviceID
    from kubectl_dra.selection.clauses import ClauseTally, Tally

_DRIVER = re.compile(r"""device\.driver\s*==\s*["']([^"']+)["']|["']([^"']+)["']\s*==\s*device\.driver""")


def environment_of(scene: Scene) -> Environment:
    """How the scheduler of this release reads selectors."""
    behaviour = scene.snapshot.behaviour
    return Environment(
        release=str(scene.snapshot.release),
        consumable_capacity=behaviour.features.consumable_capacity,
        list_type_attributes=behaviour.cel_list_type_attributes,
    )


def named_driver(device_class: DeviceClass) -> str:
    """The one driver that the class's selectors ask for by name; empty where they name none, or several."""
    found = {
        name
        for selector in device_class.spec.selectors
        if selector.cel
        for pair in _DRIVER.findall(selector.cel.expression)
        for name in pair
        if name
    }
    alternatives = any("||" in selector.cel.expression for selector in device_class.spec.selectors if selector.cel)
    return found.pop() if len(found) == 1 and not alternatives else ""


# ── the class ──


def class_selects_something(scene: Scene, name: str) -> bool:
    """Whether the class selects any device that some slice lists, whatever node it is for."""
    selectors = [one.cel.expression for one in scene.inventory.device_classes[name].spec.selectors if one.cel]
    devices = [(id_.driver, device) for id_, (_, device) in scene.published.items()]
    rows = evaluate_selectors([compile_selector(text, environment_of(scene)) for text in selectors], devices)
    return any(all(row[index] is True for row in rows) for index in range(len(devices)))


def class_selects_nothing(scene: Scene, view: RequestView, cases: Cases, case: Case | None = None) -> Facts:
    """No device of the cluster passes the class's selectors: its driver publishes nothing, or the selectors ask for something else."""
    device_class = scene.inventory.device_classes[view.device_class_name]
    driver = named_driver(device_class)
    slices = [slice_ for slice_ in scene.inventory.resource_slices if slice_.spec.driver == driver]
    if driver and not any(slice_.spec.devices for slice_ in slices):
        return _driver_publishes_nothing(scene, view, driver, len(slices))
    from kubectl_dra.findings.dra105_class_selects_nothing import ClassSelectsNothing  # noqa: PLC0415 - one finding of many

    row = matrix.of_request(cases.examinations(), view)
    node = ""
    if case is not None and any(matrix.passes_class(one) for one in row):
        # It does select devices, of other nodes that would not do either: what is said is about this node.
        row, node = matrix.of_request(case.matrix, view), case.node.metadata.name
    expression = next((selector.cel.expression for selector in device_class.spec.selectors if selector.cel), "")
    devices = [(one.candidate.id.driver, one.candidate.device) for one in row]
    counted = _tally(scene, expression, devices) if expression and devices else None
    return ClassSelectsNothing(
        asked=scene.asked(view),
        devices=len(row),
        expression=expression,
        drivers=tuple(sorted({one.candidate.id.driver for one in row})),
        wanted_driver=driver,
        node=node,
        values=_values_of(counted.clauses[0].values_where_false) if counted and counted.clauses else (),
    )


def _driver_publishes_nothing(scene: Scene, view: RequestView, driver: str, slices: int) -> Facts:
    from kubectl_dra.findings.dra302_driver_publishes_nothing import DriverPublishesNothing, DriverWorkload  # noqa: PLC0415

    inventory = scene.inventory
    publishing = tuple(sorted({slice_.spec.driver for slice_ in inventory.resource_slices if slice_.spec.devices}))
    workloads = driver_workloads(inventory, driver)
    pods = driver_pods(inventory, driver)
    # One driver may publish under several names: the pods that look like this one's look like the other's as well.
    others = [
        name for name in publishing if pods and any(looks_like(name, (pod.metadata.name, *pod.metadata.labels.values())) for pod in pods)
    ]
    return DriverPublishesNothing(
        asked=scene.asked(view),
        driver=driver,
        slices=slices,
        workloads=tuple(
            DriverWorkload(
                name=f"DaemonSet {workload.metadata.key}",
                desired=workload.status.desired_number_scheduled,
                ready=workload.status.number_ready,
                node_selector=selects(workload),
            )
            for workload in workloads[:2]
        ),
        pods=tuple(str(pod.metadata.key) for pod in pods),
        publishing=publishing,
        nearest=nearest(driver, publishing),
        same_pods_publish=tuple(others),
    )


# ── the request ──


def _tally(scene: Scene, expression: str, devices: Sequence[tuple[str, Device]], counts: Sequence[int] | None = None) -> Tally:
    return tally(compile_selector(expression, environment_of(scene)), devices, counts)


def no_device_selected(scene: Scene, view: RequestView, cases: Cases, alternatives: Iterable[tuple[str, str]] = ()) -> Facts:
    """The request's selectors, clause by clause, on all devices that its class selects."""
    from kubectl_dra.findings.dra101_no_device_selected import Alternative, NoDeviceSelected, SelectorCounts  # noqa: PLC0415

    row = [one for one in whole_row(scene, cases, view) if matrix.passes_class(one.examination)]
    reaching = [(one.examination.candidate.id.driver, one.examination.candidate.device) for one in row]
    counts = [one.number for one in row]
    asked = scene.asked(view)
    selectors = []
    for index, selector in enumerate(view.selectors):
        if selector.cel is None:
            continue
        counted = _tally(scene, selector.cel.expression, reaching, counts)
        selectors.append(
            SelectorCounts(
                field_path=f"{asked.path}.selectors[{index}].cel.expression",
                clauses=tuple(_clause(clause) for clause in counted.clauses),
                holds=counted.selected,
                fails=counted.false,
            )
        )
    from kubectl_dra.diagnosis.repairing import nearest_miss, repairs_of  # noqa: PLC0415 - beside it

    return NoDeviceSelected(
        asked=asked,
        devices=sum(counts),
        selectors=tuple(selectors),
        nearest=nearest_miss(scene, environment_of(scene), view, row),
        repairs=repairs_of(scene, environment_of(scene), view, row),
        alternatives=tuple(Alternative(request=name, obstacle=obstacle) for name, obstacle in alternatives),
    )


def _clause(clause: ClauseTally) -> ClauseCount:
    from kubectl_dra.findings.dra101_no_device_selected import ClauseCount  # noqa: PLC0415 - one finding of many

    return ClauseCount(
        source=clause.text,
        holds=clause.true,
        fails=clause.false + clause.others,
        errors=clause.failed,
        values=_values_of(clause.values_where_false),
        holds_values=_values_of(clause.values),
    )


def _values_of(counts: Sequence[object]) -> tuple[tuple[str, int], ...]:
    """The values of the first thing that a clause reads, in words."""
    first = counts[0] if counts else None
    return tuple((value_text(count.value), count.devices) for count in first.values) if first else ()  # type: ignore[attr-defined]  # Counts


def value_text(value: object) -> str:
    """A value that an expression read, in words."""
    return "nothing" if value is ABSENT else prose.quoted(value)


# ── errors ──


def selector_fails(scene: Scene, view: RequestView, cases: Cases, error: AllocationError, *, later: bool = False) -> Facts:
    """A selector that ends in an error on devices that the scheduler reaches."""
    from kubectl_dra.findings.dra102_selector_fails_on_device import SelectorFailsOnDevice  # noqa: PLC0415

    row = matrix.of_request(cases.examinations(), view)
    failing = [one for one in row if _failure(one, error) is not None]
    if error.class_name:
        judged, field = row, f"spec.selectors[{error.selector_index or 0}].cel.expression"
    else:
        judged = [one for one in row if matrix.passes_class(one)]
        field = f"{scene.asked(view).path}.selectors[{error.selector_index or 0}].cel.expression"
    ids = {one.candidate.id for one in failing} or ({error.device} if error.device else set())
    text = getattr(error.error, "text", "") or error.text
    from kubectl_dra.diagnosis.repairing import error_repairs, reading_hint  # noqa: PLC0415 - beside it

    hint = reading_hint(environment_of(scene), error.expression, text, judged)
    drivers = tuple(sorted({one.candidate.id.driver for one in judged}))
    return SelectorFailsOnDevice(
        asked=scene.asked(view),
        expression=error.expression,
        error=text.partition(". consider using")[0],
        field=field,
        selector_index=error.selector_index or 0,
        class_name=error.class_name,
        devices=scene.names(ids),
        judged=len(judged),
        reading=hint.reading,
        missing_key=hint.key,
        has_key=hint.devices,
        nearest_names=hint.meant,
        fits_elsewhere=tuple(
            name for case in cases.judged if not case.refusals and isinstance(case.outcome, Allocation) for name in case.nodes
        ),
        repairs=error_repairs(scene, environment_of(scene), view, error, judged),
        class_selects_other_drivers=drivers if len(drivers) > 1 and not error.class_name else (),
        not_reached_yet=later,
    )


def _failure(examination: Examination, error: AllocationError) -> why.SelectorFails | None:
    for rejection in examination.rejections:
        if isinstance(rejection, why.SelectorFails) and (rejection.class_name, rejection.selector_index) == (
            error.class_name,
            error.selector_index,
        ):
            return rejection
    return None


def stored_selector_does_not_compile(scene: Scene, view: RequestView, error: AllocationError) -> Facts:
    """A selector that the scheduler's environment refuses."""
    from kubectl_dra.findings.dra103_stored_selector_does_not_compile import StoredSelectorDoesNotCompile  # noqa: PLC0415

    text = getattr(error.error, "text", "") or error.text
    return StoredSelectorDoesNotCompile(
        asked=scene.asked(view),
        expression=error.expression,
        error=text,
        selector_index=error.selector_index or 0,
        class_name=error.class_name,
    )


# ── capacity ──


def capacity_facts(scene: Scene, view: RequestView, row: Sequence[Examination]) -> Facts | None:
    """A capacity that no device has under that name, or an amount that none offers or allows."""
    from kubectl_dra.diagnosis.capacities import amount_not_allowed, capacity_not_offered, too_much_asked  # noqa: PLC0415

    kinds_: Counter[type] = Counter(type(rejection) for one in row for rejection in one.rejections)
    if kinds_[why.CapacityUndefined] and kinds_[why.CapacityUndefined] >= kinds_[why.CapacityInsufficient]:
        return capacity_not_offered(scene, view, row)
    if kinds_[why.CapacityPolicyViolated]:
        return amount_not_allowed(scene, view, row)
    if kinds_[why.CapacityInsufficient]:
        return too_much_asked(scene, view, row)
    return None


def selectors_text(selectors: Sequence[DeviceSelector]) -> str:
    """All expressions, for a fact."""
    return " && ".join(selector.cel.expression for selector in selectors if selector.cel)


def device_ids(rows: Iterable[Examination]) -> set[DeviceID]:
    """The devices of rows."""
    return {one.candidate.id for one in rows}
