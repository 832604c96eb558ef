"""Constraints that no combination meets → the candidates of each request, by value of the attribute."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.diagnosis import changes, matrix
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.findings import prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.resource import Device, DeviceConstraint, ResourceClaim
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts


def constraint_facts(scene: Scene, case: Case, cases: Cases, *, also_in_use: bool = False, timed_out: bool = False) -> Facts | None:
    """The constraint that stops the claims on the case's node: one whose attribute is missing first, else the one that alone would help."""
    found = _stopping_constraint(case)
    if found is None:
        return None
    claim, claim_index, index = found
    constraint = claim.spec.devices.constraints[index]
    attribute = constraint.match_attribute or constraint.distinct_attribute or ""
    views = [view for view in matrix.views_in(case.matrix) if view.claim_index == claim_index and _applies(constraint, view)]
    lacking = [(view, row) for view in views if (row := _lacking(case, view, index))]
    if lacking:
        return _attribute_missing(scene, cases, claim, index, attribute, lacking)
    from kubectl_dra.findings.dra401_constraint_not_satisfiable import Candidates, ConstraintNotSatisfiable  # noqa: PLC0415

    return ConstraintNotSatisfiable(
        asked=scene.asked(views[0]),
        attribute=attribute,
        match=constraint.match_attribute is not None,
        constraint_index=index,
        candidates=tuple(
            Candidates(request=view.name, wanted=view.count or 1, values=_candidates(case, view, attribute)) for view in views
        ),
        node=case.node.metadata.name,
        nodes=len(case.nodes),
        also_in_use=also_in_use,
        timed_out=timed_out,
        change=changes.constraint_dropped(claim, index),
    )


def _stopping_constraint(case: Case) -> tuple[ResourceClaim, int, int] | None:
    """Claim, its index and the constraint's: the first whose attribute no candidate has, else the first there is."""
    places = [(claim, number, index) for number, claim in enumerate(case.claims) for index in range(len(claim.spec.devices.constraints))]
    for claim, number, index in places:
        views = [
            view
            for view in matrix.views_in(case.matrix)
            if view.claim_index == number and _applies(claim.spec.devices.constraints[index], view)
        ]
        if any(_lacking(case, view, index) for view in views):
            return claim, number, index
    if len(places) > 1:
        from kubectl_dra.allocator.result import Allocation  # noqa: PLC0415 - seldom needed
        from kubectl_dra.allocator.search import allocate  # noqa: PLC0415 - seldom needed

        for claim, number, index in places:
            relaxed = list(case.claims)
            relaxed[number] = _without_constraint(claim, index)
            if isinstance(allocate(relaxed, case.node, case.scene.snapshot.context), Allocation):
                return claim, number, index
    return places[0] if places else None


def _without_constraint(claim: ResourceClaim, index: int) -> ResourceClaim:
    import msgspec  # noqa: PLC0415 - seldom needed

    devices = claim.spec.devices
    kept = (*devices.constraints[:index], *devices.constraints[index + 1 :])
    spec = msgspec.structs.replace(claim.spec, devices=msgspec.structs.replace(devices, constraints=kept))
    return msgspec.structs.replace(claim, spec=spec)


def _applies(constraint: DeviceConstraint, view: RequestView) -> bool:
    return not constraint.requests or view.name in constraint.requests or view.parent_name in constraint.requests


def _lacking(case: Case, view: RequestView, index: int) -> list[Examination]:
    """The devices that would do for the request but lack the attribute, where there is none that has it."""
    row = [one for one in matrix.of_request(case.matrix, view) if matrix.passes_selectors(one)]
    without = [
        one for one in row if any(isinstance(r, why.ConstraintAttributeMissing) and r.constraint_index == index for r in one.rejections)
    ]
    return without if without and len(without) == len(row) else []


def _attribute_missing(
    scene: Scene,
    cases: Cases,
    claim: ResourceClaim,
    index: int,
    attribute: str,
    lacking: Sequence[tuple[RequestView, Sequence[Examination]]],
) -> Facts:
    from kubectl_dra.findings.dra402_constraint_attribute_missing import ConstraintAttributeMissing  # noqa: PLC0415

    constraint = claim.spec.devices.constraints[index]
    view = lacking[0][0]
    everywhere = {one.candidate.id: one for case in cases.judged for one in _lacking(case, view, index)}
    names = Counter(name for one in everywhere.values() for name in _qualified(one.candidate.device, one.candidate.id.driver))
    identifier = attribute.rpartition("/")[2]
    close = [name for name in names if name.rpartition("/")[2].lower() == identifier.lower()]
    close += [name for name in nearest(attribute, names, limit=3) if name not in close]
    has_it = {
        one.candidate.id.driver for one in cases.examinations() if attribute in _qualified(one.candidate.device, one.candidate.id.driver)
    }
    return ConstraintAttributeMissing(
        asked=scene.asked(view),
        attribute=attribute,
        match=constraint.match_attribute is not None,
        constraint_index=index,
        requests=tuple(one.name for one, _ in lacking),
        devices=len(everywhere),
        drivers=tuple(sorted({id_.driver for id_ in everywhere})),
        alike=tuple((name, names[name]) for name in close),
        has_it=tuple(sorted(has_it)),
        change=changes.constraint_dropped(claim, index),
    )


def _qualified(device: Device, driver: str) -> Iterable[str]:
    for name in device.attributes:
        yield name if "/" in name else f"{driver}/{name}"


def _candidates(case: Case, view: RequestView, attribute: str) -> tuple[tuple[str, int], ...]:
    """The values that the devices which would do have, and how many have each."""
    counts: Counter[str] = Counter()
    for one in matrix.of_request(case.matrix, view):
        if not one.rejections:
            value = value_of(one.candidate.device, one.candidate.id.driver, attribute)
            counts[prose.quoted(value)] += 1
    return tuple(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


def value_of(device: Device, driver: str, attribute: str) -> object:
    """A device's value of a qualified attribute (upstream: ``lookupAttribute``); None where it has none."""
    found = device.attributes.get(attribute)
    domain, _, identifier = attribute.rpartition("/")
    if found is None and domain == driver:
        found = device.attributes.get(identifier)
    return found.value if found is not None else None
