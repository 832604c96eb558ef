"""Capacity that is not there, not allowed or used up → facts with amounts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.allocator import rejections as why
from kubectl_dra.apimachinery.quantity import from_int, read_quantity
from kubectl_dra.diagnosis import changes
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.findings import prose

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.allocator.checks import Examination
    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.resource import CapacityRequestPolicy, CapacityRequirements
    from kubectl_dra.apimachinery.quantity import Quantity
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Change, Facts
    from kubectl_dra.inventory.inventory import DeviceID


class Ending(NamedTuple):
    """Whose end would free enough, and what that does to the cluster."""

    who: tuple[str, ...]
    change: Change


def capacity_not_offered(scene: Scene, view: RequestView, row: Sequence[Examination]) -> Facts:
    """The request names a capacity that the devices lack."""
    from kubectl_dra.findings.asking import Repair  # noqa: PLC0415 - one finding of many
    from kubectl_dra.findings.dra107_capacity_not_offered import CapacityNotOffered  # noqa: PLC0415

    names = Counter(rejection.capacity for one in row for rejection in one.rejections if isinstance(rejection, why.CapacityUndefined))
    capacity = names.most_common(1)[0][0]
    lacking = [one for one in row if any(isinstance(r, why.CapacityUndefined) and r.capacity == capacity for r in one.rejections)]
    offered = Counter(name for one in lacking for name in one.candidate.device.capacity)
    close = nearest(capacity, offered) or tuple(name for name in offered if name.rpartition("/")[2] == capacity.rpartition("/")[2])
    amounts = dict(view.capacity_requests or {})
    amount = amounts.pop(capacity, "0")
    repair = None
    if close:
        change = changes.request_changed(view, capacity=_requirements({**amounts, close[0]: amount}))
        repair = Repair(before=capacity, after=close[0], field="capacity.requests", change=change)
    return CapacityNotOffered(
        asked=scene.asked(view),
        capacity=capacity,
        devices=len(lacking),
        offered=tuple(offered.most_common()),
        repair=repair,
        change=changes.request_changed(view, capacity=_requirements(amounts) if amounts else None),
    )


def _requirements(amounts: dict[str, str | int | float]) -> CapacityRequirements:
    from kubectl_dra.api.resource import CapacityRequirements  # noqa: PLC0415 - beside its use

    return CapacityRequirements(requests=amounts)


def _with_amount(view: RequestView, capacity: str, amount: str) -> Change | None:
    return changes.request_changed(view, capacity=_requirements({**(view.capacity_requests or {}), capacity: amount}))


def amount_not_allowed(scene: Scene, view: RequestView, row: Sequence[Examination]) -> Facts:
    """The amount asked for is none that the devices' policy allows."""
    from kubectl_dra.findings.dra108_capacity_amount_not_allowed import CapacityAmountNotAllowed  # noqa: PLC0415

    refused = [(one, r) for one in row for r in one.rejections if isinstance(r, why.CapacityPolicyViolated)]
    one, rejection = refused[0]
    policy = one.candidate.device.capacity[rejection.capacity].request_policy
    asked = (view.capacity_requests or {}).get(rejection.capacity, str(rejection.asked))
    best = largest_allowed(policy, read_quantity(asked)) if policy else ""
    return CapacityAmountNotAllowed(
        asked=scene.asked(view),
        capacity=rejection.capacity,
        asked_amount=str(asked),
        policy=policy_text(policy),
        devices=len({pair[0].candidate.id for pair in refused}),
        nearest=best,
        change=_with_amount(view, rejection.capacity, best) if best else None,
    )


def policy_text(policy: CapacityRequestPolicy | None) -> str:
    """A request policy in words: ``1Gi to 8Gi in steps of 1Gi``."""
    if policy is None:
        return "any amount"
    if policy.valid_values:
        return prose.either([str(value) for value in policy.valid_values])
    allowed = policy.valid_range
    if allowed is None:
        return f"{policy.default} only" if policy.default is not None else "any amount"
    text = f"{allowed.min} to {allowed.max}" if allowed.max is not None else f"{allowed.min} and more"
    return text + (f" in steps of {allowed.step}" if allowed.step is not None else "")


def largest_allowed(policy: CapacityRequestPolicy, asked: Quantity) -> str:
    """The largest amount that the policy allows and that is not above what was asked; else the smallest it allows."""
    if policy.valid_values:
        values = sorted((read_quantity(value), str(value)) for value in policy.valid_values)
        below = [text for value, text in values if value <= asked]
        return below[-1] if below else values[0][1]
    allowed = policy.valid_range
    if allowed is None or allowed.min is None:
        return str(policy.default) if policy.default is not None else ""
    if allowed.max is not None and asked > read_quantity(allowed.max):
        return str(allowed.max)
    if read_quantity(allowed.min) > asked:
        return str(allowed.min)
    if allowed.step is None:
        return ""
    low: int = read_quantity(allowed.min).value()
    step: int = read_quantity(allowed.step).value()
    return str(from_int(low + (asked.value() - low) // step * step)) if step else ""


def too_much_asked(scene: Scene, view: RequestView, row: Sequence[Examination], ending: Ending | None = None) -> Facts:
    """Every device that would do has too little left, or too little altogether."""
    from kubectl_dra.findings.dra206_capacity_exhausted import CapacityExhausted, Remainder  # noqa: PLC0415

    short = [(one, r) for one in row for r in one.rejections if isinstance(r, why.CapacityInsufficient)]
    capacity = Counter(r.capacity for _, r in short).most_common(1)[0][0]
    found = {one.candidate.id: r for one, r in short if r.capacity == capacity}
    left = {id_: r.total.sub(r.consumed) for id_, r in found.items()}
    order = sorted(found, key=lambda id_: (-left[id_].as_approximate_float(), id_))
    wanted = found[order[0]].asked
    named = (view.capacity_requests or {}).get(capacity)
    most = left[order[0]]
    policies = [one.candidate.device.capacity[capacity].request_policy for one, r in short if r.capacity == capacity]
    fits_amount = str(most) if named is not None and most.sign > 0 else ""
    return CapacityExhausted(
        asked=scene.asked(view),
        capacity=capacity,
        asked_amount=str(named) if named is not None else "",
        wanted=str(wanted),
        remainders=tuple(
            Remainder(device=scene.name(id_), total=str(found[id_].total), left=str(left[id_]), users=_users(scene, id_)) for id_ in order
        ),
        most_left=str(most),
        takes_all=named is None and not any(policies),
        is_default=named is None and all(policies),
        never_enough=all(r.total < r.asked for r in found.values()),
        fits_amount=fits_amount,
        change=_with_amount(view, capacity, fits_amount) if fits_amount else None,
        freed=ending.who if ending else (),
        end=ending.change if ending else None,
    )


def _users(scene: Scene, id_: DeviceID) -> tuple[str, ...]:
    return tuple(str(holder.claim) for holder in scene.snapshot.context.allocated.held_by(id_))
