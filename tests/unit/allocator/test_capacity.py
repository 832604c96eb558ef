from typing import Any

import pytest

from kubectl_dra.allocator.capacity import NotRepresentable, PolicyViolated, Undefined, consumption, nanos, shortfall
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.api.resource import DeviceCapacity
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.releases.behaviour import Behaviour, behaviour_with_gates
from kubectl_dra.releases.release import NEWEST
from tests.unit.allocator.clusters import NEW, answer, claim, device, in_release, outcome, request, slice_of

OLD = in_release(36)


def consumed(policy: dict[str, Any] | None, asked: str | None, *, behaviour: Behaviour = NEW) -> object:
    """How much of 100 a request consumes, as text, or why it cannot."""
    capacity = {"memory": convert({"value": "100", "requestPolicy": policy}, DeviceCapacity)}
    requests = {} if asked is None else {"memory": read_quantity(asked)}
    found = consumption(capacity, requests, behaviour)
    return found if isinstance(found, Undefined | PolicyViolated | NotRepresentable) else str(found[0].quantity)


def test_all_is_consumed_where_nothing_is_asked() -> None:
    """Without a request and a default the whole capacity goes."""
    assert consumed(None, None) == "100"


def test_the_default_is_consumed_where_nothing_is_asked() -> None:
    """A policy's default stands in for a request."""
    assert consumed({"default": "7"}, None) == "7"


def test_a_valid_value_is_rounded_up_to() -> None:
    """The smallest valid value that suffices is consumed."""
    assert consumed({"validValues": ["4", "8"]}, "5") == "8"


def test_beyond_the_valid_values_nothing_is_given() -> None:
    """More than the largest valid value is against the policy."""
    assert consumed({"validValues": ["4", "8"]}, "9") == PolicyViolated("memory", read_quantity("9"))


@pytest.mark.parametrize(("asked", "expected"), [("1", "10"), ("10", "10"), ("11", "15"), ("15", "15")])
def test_a_range_is_rounded_into(asked: str, expected: str) -> None:
    """At least the minimum, and from there in steps."""
    assert consumed({"validRange": {"min": "10", "max": "50", "step": "5"}}, asked) == expected


def test_beyond_the_range_nothing_is_given() -> None:
    """More than the maximum is against the policy."""
    assert isinstance(consumed({"validRange": {"min": "10", "max": "50", "step": "5"}}, "51"), PolicyViolated)


FRACTIONS = behaviour_with_gates(NEWEST, {"DRAFractionalCapacityRange": True})


@pytest.mark.parametrize(("behaviour", "expected"), [(OLD, "2"), (NEW, "2"), (FRACTIONS, "1250m")])
def test_fractions_are_steps_where_their_gate_is_on(behaviour: Behaviour, expected: str) -> None:
    """Without it, and before 1.37, a fraction is rounded up to a whole number."""
    assert consumed({"validRange": {"min": "500m", "step": "250m"}}, "1100m", behaviour=behaviour) == expected


@pytest.mark.parametrize(("behaviour", "expected"), [(OLD, "6000"), (NEW, "6k")])
def test_a_rounded_amount_is_written_as_its_step_from_1_37_on(behaviour: Behaviour, expected: str) -> None:
    """The notation of the step, not the binary one."""
    assert consumed({"validRange": {"min": "2k", "step": "2k"}}, "5k", behaviour=behaviour) == expected


def test_what_the_device_lacks_cannot_be_asked_for() -> None:
    """A capacity that the device does not name is refused by its name."""
    found = consumption({}, {"memory": read_quantity("1")}, NEW)
    assert found == Undefined("memory")


def test_a_negative_amount_is_fatal_from_1_37_on() -> None:
    """1.37 ends the attempt, 1.36 takes the amount as it is."""
    assert [isinstance(consumed(None, "-1", behaviour=behaviour), NotRepresentable) for behaviour in (OLD, NEW)] == [False, True]


def test_shares_add_up() -> None:
    """What others have and what the search has taken both count."""
    amounts = consumption({"memory": DeviceCapacity(value="10")}, {"memory": read_quantity("4")}, NEW)
    assert not isinstance(amounts, Undefined | PolicyViolated | NotRepresentable)
    four = nanos(read_quantity("4"))
    assert shortfall(amounts, {"memory": four}, None) is None
    assert shortfall(amounts, {"memory": four}, {"memory": four}) == (amounts[0], 2 * four)


SHARED = device("a", allowMultipleAllocations=True, capacity={"memory": {"value": "10"}})


def asking(amount: str, name: str = "gpu") -> dict[str, Any]:
    """A request for so much memory."""
    return request(name, capacity={"requests": {"memory": amount}})


def test_a_device_is_shared_while_there_is_enough() -> None:
    """Two claims fit on one device, a third does not."""
    claims = [claim(asking("5"), name=name) for name in ("one", "two", "three")]
    assert answer([slice_of(SHARED)], *claims[:2]) == ["a", "a"]
    assert answer([slice_of(SHARED)], *claims) == "does not fit"


def test_a_share_is_written_into_the_result() -> None:
    """A shared device's result has an identity and what it consumes."""
    found = outcome([slice_of(SHARED)], claim(asking("5")))
    assert isinstance(found, Allocation)
    result = found.results[0].devices.results[0]
    assert (bool(result.share_id), result.consumed_capacity) == (True, {"memory": "5"})


def test_without_the_feature_asking_for_capacity_is_fatal() -> None:
    """The gate is named."""
    found = answer([slice_of(SHARED)], claim(asking("5")), behaviour=in_release(37, ConsumableCapacity=False))
    assert found == "claim ml/claim, request gpu: has capacity requests, but the DRAConsumableCapacity feature is disabled"


@pytest.mark.parametrize(("minor", "fits"), [(35, True), (37, False)])
def test_a_decimal_request_is_spoiled_before_1_37(minor: int, *, fits: bool) -> None:
    """A sum is made in the claim's own quantity, which asks for something else afterwards: in the end for nothing."""
    roomy, plain = {"value": "64Gi", "requestPolicy": {"default": "32Gi"}}, {"value": "100Gi"}
    devices = [device(name, allowMultipleAllocations=True, capacity={"memory": memory}) for name, memory in (("a", plain), ("b", roomy))]
    wanted = claim(request(count=4, capacity={"requests": {"memory": "50.5Gi"}}))
    behaviour = in_release(minor, ConsumableCapacity=True)
    assert isinstance(answer([slice_of(*devices)], wanted, behaviour=behaviour), list) is fits
