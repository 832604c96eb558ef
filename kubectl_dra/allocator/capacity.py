"""Capacity of a device and amounts asked for → what would be consumed, or why that cannot be.

Upstream: ``consumable_capacity.go`` ``CmpRequestOverCapacity``, ``calculateConsumedCapacity``, ``roundUpRange``, ``violatesPolicy``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple, TypeAlias

from kubectl_dra.apimachinery.quantity import NANO, Quantity, from_int, read_quantity

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.resource import (
        CapacityRequestPolicy,
        CapacityRequestPolicyRange,
        DeviceCapacity,
    )
    from kubectl_dra.releases.behaviour import Behaviour

_MAX_INT64: Final = (1 << 63) - 1
_NOT_REPRESENTABLE: Final = "capacity request cannot be represented in the device's range arithmetic"
_NEGATIVE: Final = "capacity value is negative"
_THOUSAND: Final = 1000
_NANOS_IN_A_THOUSANDTH: Final = 1_000_000
_NANOS_IN_ONE: Final = 1_000_000_000


class Amount(NamedTuple):
    """What a request consumes of one capacity of a device, exact in billionths beside the quantity that is written down."""

    name: str
    quantity: Quantity
    nanos: int
    total: int
    """What the device has of it, in billionths."""
    is_own: bool = False
    """Whether it is the claim's own decimal quantity, not a copy; before 1.37, sums are made in it."""


class Shortfall(NamedTuple):
    """Too little is left for an amount: ``gone``, in billionths, is what others and the search have."""

    amount: Amount
    gone: int


class Undefined(NamedTuple):
    """The device lacks a capacity that is asked for."""

    name: str


class PolicyViolated(NamedTuple):
    """The device's policy does not allow the amount."""

    name: str
    asked: Quantity


class NotRepresentable(NamedTuple):
    """Upstream refuses to compute it: fatal; ``reason`` is its text."""

    name: str
    reason: str


Consumption: TypeAlias = tuple[Amount, ...]
Unconsumable: TypeAlias = Undefined | PolicyViolated | NotRepresentable
Lacking: TypeAlias = Shortfall | Unconsumable


def nanos(quantity: Quantity) -> int:
    """The quantity in billionths; nothing smaller exists."""
    number: int = quantity.unscaled * 10 ** (quantity.scale - NANO)
    return number


def consumption(
    capacity: Mapping[str, DeviceCapacity], requests: Mapping[str, Quantity], behaviour: Behaviour
) -> Consumption | Unconsumable:
    """What a request for these amounts consumes of a device with this capacity, whatever is left of it."""
    missing = next((name for name in requests if name not in capacity), None)
    if missing is not None:
        return Undefined(missing)
    amounts: list[Amount] = []
    for name, offered in capacity.items():
        asked = requests.get(name)
        quantity = _consumed(asked, offered, behaviour)
        if behaviour.checks_capacity_sign and not isinstance(quantity, str) and quantity.sign < 0:
            quantity = _NEGATIVE
        if isinstance(quantity, str):
            return NotRepresentable(name, f'capacity "{name}": {quantity}')
        is_own = quantity is asked and quantity.is_decimal and offered.request_policy is not None
        amounts.append(Amount(name, quantity, nanos(quantity), nanos(read_quantity(offered.value)), is_own))
    for amount in amounts:
        if _violates(amount.quantity, capacity[amount.name].request_policy, behaviour):
            return PolicyViolated(amount.name, amount.quantity)
    return tuple(amounts)


def shortfall(amounts: Consumption, aggregated: Mapping[str, int] | None, allocating: Mapping[str, int] | None) -> Shortfall | None:
    """The first amount of which too little is left, and how much of it is gone; None where all is there. Numbers in billionths."""
    for amount in amounts:
        gone = (aggregated.get(amount.name, 0) if aggregated else 0) + (allocating.get(amount.name, 0) if allocating else 0)
        if gone + amount.nanos > amount.total:
            return Shortfall(amount, gone)
    return None


def _consumed(asked: Quantity | None, offered: DeviceCapacity, behaviour: Behaviour) -> Quantity | str:
    policy = offered.request_policy
    if asked is None:
        return read_quantity(offered.value if policy is None or policy.default is None else policy.default)
    if policy is None:
        return asked
    if policy.valid_range is not None and policy.valid_range.min is not None:
        return _rounded_into_range(asked, policy.valid_range, behaviour)
    return next((value for value in map(read_quantity, policy.valid_values) if asked <= value), asked)


def _rounded_into_range(asked: Quantity, allowed: CapacityRequestPolicyRange, behaviour: Behaviour) -> Quantity | str:
    minimum = read_quantity(allowed.min or 0)
    if asked < minimum:
        return minimum
    if allowed.step is None:
        return asked
    step = read_quantity(allowed.step)
    if _in_thousandths(allowed, behaviour):
        return _rounded_in_thousandths(asked, minimum, step)
    if behaviour.checks_capacity_sign and nanos(asked) > _MAX_INT64 * _NANOS_IN_ONE:
        return f"{_NOT_REPRESENTABLE}: request {asked} exceeds MaxInt64"
    value = _next_step(asked.value(), minimum.value(), step.value())
    if behaviour.checks_capacity_sign and minimum.value() >= 0 and value > _MAX_INT64:
        return f"{_NOT_REPRESENTABLE}: rounding request {asked} up to the next step passes MaxInt64"
    return from_int(_wrapped(value), format=step.format if behaviour.steps_in_own_format else "BinarySI")


def _rounded_in_thousandths(asked: Quantity, minimum: Quantity, step: Quantity) -> Quantity | str:
    if not _is_exact_in_thousandths(asked):
        return f"{_NOT_REPRESENTABLE}: request {asked} is not a representable milli value"
    value = _next_step(asked.milli_value(), minimum.milli_value(), step.milli_value())
    if value > _MAX_INT64:
        return f"{_NOT_REPRESENTABLE}: rounding request {asked} up to the next step passes the milli-value range"
    if value % _THOUSAND == 0:
        return from_int(value // _THOUSAND, format=step.format)
    return Quantity(unscaled=value, scale=-3, format=step.format)


def _next_step(asked: int, minimum: int, step: int) -> int:
    return minimum + step * -(-(asked - minimum) // step) if step else asked


def _violates(amount: Quantity, policy: CapacityRequestPolicy | None, behaviour: Behaviour) -> bool:
    if policy is None or (policy.default is not None and _is_identical(amount, read_quantity(policy.default))):
        return False
    if policy.valid_range is not None:
        return _leaves_range(amount, policy.valid_range, behaviour)
    return bool(policy.valid_values) and all(amount.compare(read_quantity(value)) for value in policy.valid_values)


def _leaves_range(amount: Quantity, allowed: CapacityRequestPolicyRange, behaviour: Behaviour) -> bool:
    if allowed.max is not None and amount > read_quantity(allowed.max):
        return True
    if allowed.step is None:
        return False
    minimum, step = read_quantity(allowed.min or 0), read_quantity(allowed.step)
    if not _in_thousandths(allowed, behaviour):
        return bool(step.value()) and (amount.value() - minimum.value()) % step.value() != 0
    return not _is_exact_in_thousandths(amount) or (amount.milli_value() - minimum.milli_value()) % step.milli_value() != 0


def _in_thousandths(allowed: CapacityRequestPolicyRange, behaviour: Behaviour) -> bool:
    """Whether a range is exact in thousandths, so that they are counted in (upstream: ``useMilli``)."""
    if not (behaviour.features.fractional_capacity_range and behaviour.checks_capacity_sign):
        return False
    limits = [read_quantity(limit) for limit in (allowed.min, allowed.max, allowed.step) if limit is not None]
    return all(map(_is_exact_in_thousandths, limits)) and (allowed.step is None or read_quantity(allowed.step).milli_value() >= 1)


def _is_exact_in_thousandths(quantity: Quantity) -> bool:
    return nanos(quantity) == quantity.milli_value() * _NANOS_IN_A_THOUSANDTH


def _is_identical(one: Quantity, other: Quantity) -> bool:
    # Upstream compares the Go structs, not the numbers: 1 and 1000m are not identical.
    if one.is_decimal or other.is_decimal:
        return False
    return (one.unscaled, one.scale, one.format, one.text) == (other.unscaled, other.scale, other.format, other.text)


def _wrapped(number: int) -> int:
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
