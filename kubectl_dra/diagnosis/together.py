"""Requests that each fit alone, and not together → facts: what they share, how much of it is left, and how much of it they want."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.apimachinery.quantity import Quantity, from_int, read_quantity
from kubectl_dra.diagnosis import matrix
from kubectl_dra.findings import prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.resource import Device
    from kubectl_dra.diagnosis.causes import WayOut
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.dra205_counters_exhausted import CounterUse
    from kubectl_dra.findings.dra213_requests_compete import Leaving
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.inventory.inventory import DeviceID


def requests_compete(scene: Scene, way: WayOut) -> Facts:
    """Each request has enough devices on the node, and all together have not."""
    from kubectl_dra.findings.dra213_requests_compete import RequestsCompete  # noqa: PLC0415 - one finding of many

    views = matrix.views_in(way.case.matrix)
    claims = tuple(dict.fromkeys(view.claim.metadata.key for view in views))
    subjects = tuple(
        scene.subject_of_claim(scene.inventory.resource_claims[key]) for key in claims if key in scene.inventory.resource_claims
    )
    return RequestsCompete(
        claims=subjects or (scene.subject_of_claim(way.case.claims[0]),),
        requests=_names(scene, views),
        node=way.case.node.metadata.name,
        nodes=len(way.case.nodes),
        evidence_lines=tuple(_wanted(scene, way, view, name) for view, name in zip(views, _names(scene, views), strict=True)),
        leavings=tuple(_leavings(scene, views)),
    )


def _leavings(scene: Scene, views: Sequence[RequestView]) -> Iterator[Leaving]:
    """Each request that some claim has, the last first: the pod without it."""
    from kubectl_dra.diagnosis import changes  # noqa: PLC0415 - one finding of many
    from kubectl_dra.findings.dra213_requests_compete import Leaving  # noqa: PLC0415 - the same

    for view in reversed(_one_of_alternatives(views)):
        change = changes.request_dropped(view)
        if change is not None:
            asked = scene.asked(view)
            place = asked.place().partition(".exactly")[0].partition(".firstAvailable")[0]
            yield Leaving(request=f"request {view.parent_name or view.name}", place=place, then=asked.then, change=change)


def _names(scene: Scene, views: Sequence[RequestView]) -> tuple[str, ...]:
    """The requests by name, with their claims where there are several."""
    several = len({view.claim_index for view in views}) > 1
    return tuple(asked.name if several else asked.brief for asked in map(scene.asked, views))


def _wanted(scene: Scene, way: WayOut, view: RequestView, name: str) -> str:
    free = _free(way, view)
    names = prose.span([str(one) for one in scene.names({one.candidate.id for one in free})])
    wanted = "all" if view.wants_all else str(view.count or 1)
    return f"{name} wants {wanted} of {len(free)}: {names}" if free else f"{name} wants {wanted} of none"


def _free(way: WayOut, view: RequestView) -> list[Examination]:
    return [one for one in matrix.of_request(way.case.matrix, view) if not one.rejections]


# ── capacity ──


def capacity_together(scene: Scene, way: WayOut, view: RequestView) -> Facts | None:
    """Devices that each have enough capacity alone, and not for all that is asked of them together; None where none has capacity."""
    from kubectl_dra.findings.dra206_capacity_exhausted import CapacityExhausted, Remainder  # noqa: PLC0415 - one finding of many

    free = [one for one in _free(way, view) if one.candidate.device.capacity]
    if not free:
        return None
    capacity = next(iter({**(view.capacity_requests or {}), **free[0].candidate.device.capacity}))
    remainders = [_remainder(scene, one, capacity) for one in free if capacity in one.candidate.device.capacity]
    order = sorted(remainders, key=lambda pair: pair[1], reverse=True)
    named = (view.capacity_requests or {}).get(capacity)
    return CapacityExhausted(
        asked=scene.asked(view),
        capacity=capacity,
        asked_amount=str(named) if named is not None else "",
        wanted=str(named) if named is not None else "",
        remainders=tuple(
            Remainder(device=scene.name(one.candidate.id), total=str(one.candidate.device.capacity[capacity].value), left=str(left))
            for one, left in order
        ),
        most_left=str(order[0][1]) if order else "0",
        together=True,
    )


def _remainder(scene: Scene, one: Examination, capacity: str) -> tuple[Examination, Quantity]:
    gone = scene.snapshot.context.allocated.aggregated_capacity.get(one.candidate.id, {}).get(capacity)
    total = read_quantity(one.candidate.device.capacity[capacity].value)
    return one, total.sub(gone) if gone is not None else total


# ── counters ──


class _Counter(NamedTuple):
    """A counter of a pool's counter set."""

    pool: str
    counter_set: str
    name: str


class _Draw(NamedTuple):
    """A counter that free devices draw on: what there is, what is left, who spends the rest, and what the requests want at least."""

    total: Quantity
    left: Quantity
    users: tuple[str, ...]
    wanted: Quantity


def counters_together(scene: Scene, way: WayOut, view: RequestView) -> Facts | None:
    """Devices that each have their counters alone, and not all together that are asked for; None where none consumes any."""
    from kubectl_dra.findings.dra205_counters_exhausted import CountersExhausted  # noqa: PLC0415 - one finding of many

    views = matrix.views_in(way.case.matrix)
    drawing = [one for other in views for one in _free(way, other) if one.candidate.device.consumes_counters]
    examples = {counter: one for one in drawing for counter, _ in _consumed(one.candidate.device, one)}
    if not examples:
        return None
    draws = {counter: _drawn(scene, way, views, counter, one) for counter, one in examples.items()}
    short = {counter: draw for counter, draw in draws.items() if draw.wanted > draw.left}
    together = [one for one in _one_of_alternatives(views) if any(_free(way, one))]
    return CountersExhausted(
        asked=scene.asked(view),
        devices=scene.names({one.candidate.id for one in drawing}),
        counters=tuple(_use(counter, draw) for counter, draw in (short or draws).items()),
        together=True,
        overdrawn=bool(short),
        requests=_names(scene, together) if len(together) > 1 else (),
    )


def _use(counter: _Counter, draw: _Draw) -> CounterUse:
    from kubectl_dra.findings.dra205_counters_exhausted import CounterUse  # noqa: PLC0415 - one finding of many

    return CounterUse(
        counter_set=counter.counter_set,
        counter=counter.name,
        total=str(draw.total),
        left=str(draw.left),
        wanted=str(draw.wanted),
        users=draw.users,
    )


def _consumed(device: Device, one: Examination) -> Iterator[tuple[_Counter, Quantity]]:
    for entry in device.consumes_counters:
        for name, counter in entry.counters.items():
            yield _Counter(one.candidate.id.pool, entry.counter_set, name), read_quantity(counter.value)


def _drawn(scene: Scene, way: WayOut, views: Sequence[RequestView], counter: _Counter, one: Examination) -> _Draw:
    declared = one.candidate.pool.counter_sets.get(counter.counter_set)
    total = read_quantity(declared.counters[counter.name].value) if declared and counter.name in declared.counters else from_int(0)
    spenders = spenders_of(scene, one)
    users = dict.fromkeys(str(holder.claim) for id_ in spenders for holder in scene.snapshot.context.allocated.held_by(id_))
    wanted = _together(_least(way, view, counter) for view in _one_of_alternatives(views))
    return _Draw(total, _left(scene, total, spenders, counter), tuple(users), wanted)


def _one_of_alternatives(views: Sequence[RequestView]) -> list[RequestView]:
    """The requests, of alternatives the last, which asks for least."""
    return list({(view.claim_index, view.request_index): view for view in views}.values())


def _least(way: WayOut, view: RequestView, counter: _Counter) -> Quantity:
    """What a request takes of the counter with the devices that draw least on it."""
    amounts = sorted(dict(_consumed(one.candidate.device, one)).get(counter, from_int(0)) for one in _free(way, view))
    return _together(amounts if view.wants_all else amounts[: view.count or 1])


def _together(amounts: Iterable[Quantity]) -> Quantity:
    return reduce(Quantity.add, amounts, from_int(0))


def spenders_of(scene: Scene, one: Examination) -> list[DeviceID]:
    """Devices of the same pool that draw from the same counter sets and are held."""
    sets = {entry.counter_set for entry in one.candidate.device.consumes_counters}
    pool = one.candidate.id[:2]
    held_by = scene.snapshot.context.allocated.held_by
    return [
        id_
        for id_, (_, device) in scene.published.items()
        if id_[:2] == pool and sets & {entry.counter_set for entry in device.consumes_counters} and held_by(id_)
    ]


def _left(scene: Scene, total: Quantity, spenders: Iterable[DeviceID], counter: _Counter) -> Quantity:
    """What the devices that are held leave of a counter."""
    left = total
    for id_ in spenders:
        for entry in scene.published[id_][1].consumes_counters:
            if entry.counter_set == counter.counter_set and counter.name in entry.counters:
                left = left.sub(read_quantity(entry.counters[counter.name].value))
    return left
