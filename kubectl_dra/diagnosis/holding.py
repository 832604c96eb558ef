"""Devices that would do and are held → by whom, since when, whether anyone uses them, and whose end would help."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.allocator.search import allocate, allocate_without
from kubectl_dra.diagnosis import changes, matrix
from kubectl_dra.diagnosis.together import spenders_of
from kubectl_dra.findings import prose
from kubectl_dra.inventory.allocated import allocated_state

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.diagnosis.causes import WayOut
    from kubectl_dra.diagnosis.collect import Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.asking import DeviceName, Holding
    from kubectl_dra.findings.finding import Change, Facts
    from kubectl_dra.inventory.allocated import Holder
    from kubectl_dra.inventory.inventory import DeviceID

_TRIES = 12


def held_facts(scene: Scene, pod: Pod, way: WayOut, view: RequestView, cases: Cases) -> Facts:
    """What is held of what the request could use, and how."""
    candidates = matrix.devices_behind(cases, view, way.obstacles)
    here = [one for one in matrix.of_request(way.case.matrix, view) if matrix.would_do(one, way.obstacles)]
    if view.wants_all:
        return all_mode_facts(scene, view, cases, way)
    blocked = [rejection for one in here for rejection in one.rejections]
    kinds = Counter(type(rejection) for rejection in blocked)
    if kinds[why.DeviceInUse] == 0:
        if kinds[why.CapacityInsufficient]:
            return _capacity_held(scene, view, candidates, way)
        if kinds[why.CountersInsufficient]:
            return counter_facts(scene, view, candidates, way)
    return _in_use(scene, pod, way, view, candidates)


def _capacity_held(scene: Scene, view: RequestView, candidates: Sequence[Examination], way: WayOut) -> Facts:
    from kubectl_dra.diagnosis.capacities import Ending, too_much_asked  # noqa: PLC0415 - one finding of many

    freed = _smallest_end(scene, way, _claims_behind(scene, candidates, way))
    ending = Ending(tuple(_ending(scene, claim) for claim in freed), _end_change(scene, freed)) if freed else None
    return too_much_asked(scene, view, candidates, ending)


# ── whole devices ──


def _in_use(scene: Scene, pod: Pod, way: WayOut, view: RequestView, candidates: Sequence[Examination]) -> Facts:
    from kubectl_dra.findings.dra201_devices_allocated import DevicesAllocated  # noqa: PLC0415 - one finding of many

    held = [one for one in candidates if matrix.is_held(one) or _is_blocked(one)]
    holdings = _holdings(scene, held)
    holders = _claims_behind(scene, held, way)
    idle = tuple(claim for claim in holders if scene.is_idle(claim))
    if idle and _fits_when_gone(scene, way, idle):
        return _held_by_idle(scene, view, candidates, held, holdings, idle, way)
    lower = tuple(claim for claim in holders if _has_lower_priority(scene, pod, claim))
    if lower and pod.spec.preemption_policy != "Never" and _fits_when_gone(scene, way, lower):
        return _held_by_lower(scene, pod, view, candidates, held, holdings, lower, way)
    freed = _smallest_end(scene, way, holders)
    return DevicesAllocated(
        asked=scene.asked(view),
        matching=len(candidates),
        held=sum(1 for one in held if matrix.is_held(one)),
        short=sum(1 for one in held if not matrix.is_held(one)),
        wanted=view.count or 1,
        holdings=holdings,
        nodes=way.case.nodes,
        freed=tuple(_ending(scene, claim) for claim in freed),
        freed_devices=_devices_of(holdings, freed),
        change=_end_change(scene, freed) if freed else None,
    )


def _devices_of(holdings: Iterable[Holding], claims: Iterable[ResourceClaim]) -> tuple[DeviceName, ...]:
    """Which of these devices the claims hold."""
    names = {str(claim.metadata.key) for claim in claims}
    return tuple(holding.device for holding in holdings if holding.claim in names)


def _is_blocked(examination: Examination) -> bool:
    return any(isinstance(rejection, why.CountersInsufficient | why.CapacityInsufficient) for rejection in examination.rejections)


def _holdings(scene: Scene, held: Iterable[Examination]) -> tuple[Holding, ...]:
    """Who holds these devices, longest first; several ways out may be about the same."""
    held = tuple(held)
    key = tuple([one.candidate.id for one in held])
    if key not in scene.holdings_told:
        scene.holdings_told[key] = _in_order_of_time(scene, held)
    return scene.holdings_told[key]


def _in_order_of_time(scene: Scene, held: Iterable[Examination]) -> tuple[Holding, ...]:
    found: list[tuple[str, Holding]] = []
    for one in held:
        for holder in _holders(scene, one.candidate.id):
            claim = scene.inventory.resource_claims.get(holder.claim)
            since = claim.status.allocation.allocation_timestamp if claim and claim.status.allocation else ""
            since = since or (claim.metadata.creation_timestamp if claim else "")
            found.append((since, scene.holding(one.candidate.id, holder)))
    return tuple(holding for _, holding in sorted(found, key=lambda pair: (pair[0] or "9", pair[1].device.shown)))


def _holders(scene: Scene, id_: DeviceID) -> tuple[Holder, ...]:
    return scene.snapshot.context.allocated.held_by(id_)


def _claims_behind(scene: Scene, held: Iterable[Examination], way: WayOut) -> tuple[ResourceClaim, ...]:
    """The claims that hold these devices, or spend their counters: those on the node of the way out first, then those allocated longest."""
    here = {one.candidate.id for one in way.case.matrix}
    names: dict[NamespacedName, bool] = {}
    for one in held:
        ids = [one.candidate.id]
        if not _holders(scene, one.candidate.id):
            ids = spenders_of(scene, one)
        for name in [holder.claim for id_ in ids for holder in _holders(scene, id_)]:
            names[name] = names.get(name, False) or one.candidate.id in here
    claims = [scene.inventory.resource_claims[name] for name in names if name in scene.inventory.resource_claims]
    return tuple(sorted(claims, key=lambda claim: (not names[claim.metadata.key], _allocated_at(claim), claim.metadata.key)))


def _allocated_at(claim: ResourceClaim) -> str:
    return (claim.status.allocation.allocation_timestamp if claim.status.allocation else "") or claim.metadata.creation_timestamp


def _has_lower_priority(scene: Scene, pod: Pod, claim: ResourceClaim) -> bool:
    users = scene.consumers(claim)
    priority = pod.spec.priority or 0
    return bool(users) and all((user.spec.priority or 0) < priority for user in users)


def fits_without_claims(scene: Scene, way: WayOut, gone: Collection[NamespacedName]) -> bool:
    """Whether the pod's claims fit on the node of the way out once these claims hold nothing, and what else is on the way is gone."""
    left = (claim for claim in _claims_near(scene, way) if claim.metadata.key not in gone)
    shares = scene.snapshot.behaviour.features.consumable_capacity
    context = scene.snapshot.context.with_allocated(allocated_state(left, consumable_capacity=shares))
    others = frozenset(way.obstacles) - {Obstacle.IN_USE, Obstacle.COUNTERS}
    case = way.case
    outcome = allocate_without(others, case.claims, case.node, context) if others else allocate(case.claims, case.node, context)
    return isinstance(outcome, Allocation)


def _claims_near(scene: Scene, way: WayOut) -> Iterable[ResourceClaim]:
    """The claims whose devices matter to the node of the way out: those in pools that it sees, or all where it may see every pool."""
    if Obstacle.OTHER_NODES in way.obstacles:
        return scene.inventory.resource_claims.values()
    slices = scene.snapshot.context.index.visible_from(way.case.node.metadata.name)
    pools = dict.fromkeys((one.spec.driver, one.spec.pool.name if one.spec.pool else "") for one in slices)
    found = {claim.metadata.key: claim for pool in pools for claim in scene.claims_of_pools.get(pool, ())}
    return found.values()


def _fits_when_gone(scene: Scene, way: WayOut, claims: Iterable[ResourceClaim]) -> bool:
    return fits_without_claims(scene, way, {claim.metadata.key for claim in claims})


def _smallest_end(scene: Scene, way: WayOut, holders: Sequence[ResourceClaim]) -> tuple[ResourceClaim, ...]:
    """The fewest holders, the first of them before the others, whose end would let the claims fit; empty where that was not found."""
    for claim in holders[:_TRIES]:
        if fits_without_claims(scene, way, {claim.metadata.key}):
            return (claim,)
    gone: list[ResourceClaim] = []
    for claim in holders[:_TRIES]:
        gone.append(claim)
        if len(gone) > 1 and fits_without_claims(scene, way, {one.metadata.key for one in gone}):
            return _needed(scene, way, gone)
    return ()


def _needed(scene: Scene, way: WayOut, gone: Sequence[ResourceClaim]) -> tuple[ResourceClaim, ...]:
    """What is left of claims whose end lets the pod fit when those are kept that may stay, the last first."""
    needed = list(gone)
    for claim in reversed(gone):
        fewer = {one.metadata.key for one in needed if one is not claim}
        if fewer and fits_without_claims(scene, way, fewer):
            needed.remove(claim)
    return tuple(needed)


def _ending(scene: Scene, claim: ResourceClaim) -> str:
    users = scene.consumers(claim)
    if not users:
        return f"claim {claim.metadata.key}"
    return f"{'pod' if len(users) == 1 else 'pods'} {prose.listed([str(user.metadata.key) for user in users], limit=2)}"


def _end_change(scene: Scene, claims: Iterable[ResourceClaim]) -> Change:
    claims = tuple(claims)
    pods = {user.metadata.key for claim in claims for user in scene.consumers(claim)}
    return _both(changes.pods_gone(pods), changes.claims_gone({claim.metadata.key for claim in claims}))


def _both(first: Change, second: Change) -> Change:
    return lambda inventory: second(first(inventory))


def _held_by_idle(  # noqa: PLR0913 - what was worked out of the same rows for every finding of this room
    scene: Scene,
    view: RequestView,
    candidates: Sequence[Examination],
    held: Sequence[Examination],
    holdings: Sequence[Holding],
    idle: Sequence[ResourceClaim],
    way: WayOut,
) -> Facts:
    from kubectl_dra.findings.dra202_devices_held_by_idle_claims import DevicesHeldByIdleClaims  # noqa: PLC0415

    needed = _smallest_end(scene, way, idle) or tuple(idle)
    names = {str(claim.metadata.key) for claim in idle}
    others = [claim for claim in idle if claim not in needed]
    return DevicesHeldByIdleClaims(
        asked=scene.asked(view),
        matching=len(candidates),
        held=len(held),
        holdings=tuple(holding for holding in holdings if holding.claim in names),
        idle_claims=tuple(scene.subject_of_claim(claim) for claim in (*needed, *others)),
        needed=len(needed),
        stale=sum(1 for claim in idle if claim.status.reserved_for),
        change=changes.claims_gone({claim.metadata.key for claim in needed}),
    )


def _held_by_lower(  # noqa: PLR0913 - the same
    scene: Scene,
    pod: Pod,
    view: RequestView,
    candidates: Sequence[Examination],
    held: Sequence[Examination],
    holdings: Sequence[Holding],
    lower: Sequence[ResourceClaim],
    way: WayOut,
) -> Facts:
    from kubectl_dra.findings.dra211_preemption_not_possible import PreemptionNotPossible  # noqa: PLC0415

    freed = _smallest_end(scene, way, lower)
    names = {str(claim.metadata.key) for claim in lower}
    return PreemptionNotPossible(
        asked=scene.asked(view),
        priority=pod.spec.priority or 0,
        matching=len(candidates),
        held=len(held),
        lower=tuple(holding for holding in holdings if holding.claim in names),
        lower_priority=max(user.spec.priority or 0 for claim in lower for user in scene.consumers(claim)),
        freed=tuple(_ending(scene, claim) for claim in freed),
        change=_end_change(scene, freed) if freed else None,
    )


# ── counters ──


def counter_facts(scene: Scene, view: RequestView, candidates: Sequence[Examination], way: WayOut) -> Facts:
    """Partitions that are free and whose counters are not."""
    from kubectl_dra.findings.dra205_counters_exhausted import CountersExhausted, CounterUse  # noqa: PLC0415

    groups = [r for one in candidates for r in one.rejections if isinstance(r, why.CompatibilityGroupsDiffer)]
    blocked = [one for one in candidates if any(isinstance(r, why.CountersInsufficient) for r in one.rejections)]
    free = [one for one in blocked if not matrix.is_held(one)] or blocked
    if groups and not free:
        return _groups_differ(scene, view, candidates, groups[0])
    uses: dict[tuple[str, str, str], CounterUse] = {}
    for one in free:
        users = tuple(str(holder.claim) for id_ in spenders_of(scene, one) for holder in _holders(scene, id_))
        for r in one.rejections:
            if isinstance(r, why.CountersInsufficient):
                uses.setdefault(
                    (one.candidate.id.pool, r.counter_set, r.counter),
                    CounterUse(
                        counter_set=r.counter_set,
                        counter=r.counter,
                        total=str(r.total),
                        left=str(r.available),
                        wanted=str(r.asked),
                        users=tuple(dict.fromkeys(users)),
                    ),
                )
    claims = _claims_behind(scene, free, way)
    freed = _smallest_end(scene, way, claims) or claims[:1]
    return CountersExhausted(
        asked=scene.asked(view),
        devices=scene.names({one.candidate.id for one in free}),
        counters=tuple(uses.values()),
        freed=tuple(_ending(scene, claim) for claim in freed),
        change=_end_change(scene, freed) if freed else None,
    )


def _groups_differ(scene: Scene, view: RequestView, candidates: Sequence[Examination], rejection: why.CompatibilityGroupsDiffer) -> Facts:
    from kubectl_dra.findings.dra212_compatibility_groups_differ import CompatibilityGroupsDiffer  # noqa: PLC0415

    ids = {one.candidate.id for one in candidates if any(isinstance(r, why.CompatibilityGroupsDiffer) for r in one.rejections)}
    return CompatibilityGroupsDiffer(
        asked=scene.asked(view),
        devices=scene.names(ids),
        counter_set=rejection.counter_set,
        groups=rejection.groups,
        others=rejection.others,
    )


# ── all devices ──


def all_mode_facts(scene: Scene, view: RequestView, cases: Cases, way: WayOut) -> Facts:
    """The devices that keep a request for all of them from being met, node by node."""
    from kubectl_dra.findings.dra204_all_mode_device_unavailable import AllModeDeviceUnavailable, Stopper  # noqa: PLC0415

    stoppers: dict[DeviceID, Stopper] = {}
    fewest_free = 0
    for case, name in [(one, name) for one in cases.judged for name in one.nodes]:
        row = [one for one in matrix.of_request(case.rows_on(name), view) if matrix.passes_selectors(one)]
        stopping = [one for one in row if one.rejections]
        fewest_free = max(fewest_free, len(row) - len(stopping))
        for one in stopping:
            holders = _holders(scene, one.candidate.id)
            holding = scene.holding(one.candidate.id, holders[0]) if holders and matrix.is_held(one) else None
            stoppers.setdefault(
                one.candidate.id,
                Stopper(
                    device=scene.name(one.candidate.id),
                    node=name,
                    reason=f"held by {str(holding).partition(': ')[2]}" if holding else _reason(one),
                    holder=f"claim {holders[0].claim}" if holding else "",
                ),
            )
    here = [one for one in matrix.of_request(way.case.matrix, view) if matrix.passes_selectors(one)]
    free = sum(1 for one in here if not one.rejections)
    instead = free or fewest_free
    return AllModeDeviceUnavailable(
        asked=scene.asked(view),
        matching=len(here),
        stoppers=tuple(stoppers.values()),
        count_instead=instead,
        change=changes.request_changed(view, allocation_mode="ExactCount", count=instead) if instead else None,
    )


def _reason(one: Examination) -> str:
    match one.rejections[0]:
        case why.TaintNotTolerated(taint=taint):
            return f"taint {taint.key}{'=' + taint.value if taint.value else ''}:{taint.effect} is not tolerated"
        case why.CapacityInsufficient() as short:
            return f"{short.capacity}: {short.total.sub(short.consumed)} of {short.total} left, {short.asked} wanted"
        case why.CountersInsufficient() as short:
            return f"{short.counter} of {short.counter_set}: {short.available} of {short.total} left, {short.asked} wanted"
        case why.DeviceOnOtherNode():
            return "it is for another node"
        case _:
            return "it is refused"
