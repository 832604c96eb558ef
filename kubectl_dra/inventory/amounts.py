"""Objects from files → the first quantity in them that is none, with its field path.

An API server decodes quantities when an object is written and refuses others; for files nobody has done that yet.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api.core import Node, Pod, ResourceQuota
from kubectl_dra.api.resource import ResourceClaim, ResourceClaimTemplate, ResourceSlice
from kubectl_dra.apimachinery.decode import DecodeError
from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.api.resource import Device, DeviceCapacity, QuantityText, ResourceClaimSpec

    _Amounts = Iterator[tuple[str, QuantityText]]


def wrong_amount(value: object) -> DecodeError | None:
    """What is wrong with the first quantity that cannot be read; None where all can."""
    for path, amount in _amounts(value):
        try:
            read_quantity(amount)
        except QuantityError as error:
            return DecodeError(str(error), path)
    return None


def _amounts(value: object) -> _Amounts:
    """Every quantity of an object with its field path."""
    if isinstance(value, ResourceSlice):
        yield from _of_slice(value)
    elif isinstance(value, ResourceClaim):
        yield from _of_claim_spec(value.spec, "spec")
        results = value.status.allocation.devices.results if value.status.allocation else ()
        for number, result in enumerate(results):
            yield from _of_table(result.consumed_capacity, f"status.allocation.devices.results[{number}].consumedCapacity")
    elif isinstance(value, ResourceClaimTemplate):
        yield from _of_claim_spec(value.spec.spec, "spec.spec")
    elif isinstance(value, Pod):
        yield from _of_pod(value)
    elif isinstance(value, Node):
        yield from _of_table(value.status.allocatable, "status.allocatable")
        yield from _of_table(value.status.capacity, "status.capacity")
    elif isinstance(value, ResourceQuota):
        yield from _of_table(value.spec.hard, "spec.hard")
        yield from _of_table(value.status.hard, "status.hard")
        yield from _of_table(value.status.used, "status.used")


def _of_slice(slice_: ResourceSlice) -> _Amounts:
    for number, counter_set in enumerate(slice_.spec.shared_counters):
        for name, counter in counter_set.counters.items():
            yield f"spec.sharedCounters[{number}].counters[{name}].value", counter.value
    for number, device in enumerate(slice_.spec.devices):
        yield from _of_device(device, f"spec.devices[{number}]")


def _of_device(device: Device, path: str) -> _Amounts:
    for name, capacity in device.capacity.items():
        yield f"{path}.capacity[{name}].value", capacity.value
        if capacity.request_policy is not None:
            yield from _of_policy(capacity, f"{path}.capacity[{name}].requestPolicy")
    for number, consumption in enumerate(device.consumes_counters):
        for name, counter in consumption.counters.items():
            yield f"{path}.consumesCounters[{number}].counters[{name}].value", counter.value


def _of_policy(capacity: DeviceCapacity, path: str) -> _Amounts:
    policy = capacity.request_policy
    if policy is None:
        return
    limits = policy.valid_range
    named = {"default": policy.default}
    if limits is not None:
        named |= {"validRange.min": limits.min, "validRange.max": limits.max, "validRange.step": limits.step}
    yield from ((f"{path}.{name}", amount) for name, amount in named.items() if amount is not None)
    yield from ((f"{path}.validValues[{number}]", amount) for number, amount in enumerate(policy.valid_values))


def _of_claim_spec(spec: ResourceClaimSpec, path: str) -> _Amounts:
    for number, request in enumerate(spec.devices.requests):
        here = f"{path}.devices.requests[{number}]"
        if request.exactly is not None and request.exactly.capacity is not None:
            yield from _of_table(request.exactly.capacity.requests, f"{here}.exactly.capacity.requests")
        for position, alternative in enumerate(request.first_available):
            if alternative.capacity is not None:
                yield from _of_table(alternative.capacity.requests, f"{here}.firstAvailable[{position}].capacity.requests")


def _of_pod(pod: Pod) -> _Amounts:
    for field, containers in (("containers", pod.spec.containers), ("initContainers", pod.spec.init_containers)):
        for number, container in enumerate(containers):
            yield from _of_table(container.resources.requests, f"spec.{field}[{number}].resources.requests")
            yield from _of_table(container.resources.limits, f"spec.{field}[{number}].resources.limits")
    if pod.spec.resources is not None:
        yield from _of_table(pod.spec.resources.requests, "spec.resources.requests")
        yield from _of_table(pod.spec.resources.limits, "spec.resources.limits")
    yield from _of_table(pod.spec.overhead, "spec.overhead")


def _of_table(table: Mapping[str, QuantityText], path: str) -> _Amounts:
    for name, amount in table.items():
        yield f"{path}[{name}]", amount
