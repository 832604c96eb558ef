from typing import Any

import pytest

from kubectl_dra.allocator.result import Allocation, AllocationError, ErrorKind
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.releases.behaviour import Behaviour
from tests.unit.allocator.clusters import (
    COLOUR,
    DRIVER,
    NEW,
    answer,
    claim,
    device,
    everything,
    first_available,
    in_release,
    option,
    outcome,
    request,
    slice_of,
)

TWO = [slice_of(device("a"), device("b"))]
HOLDS_A = AllocatedState(devices=frozenset({DeviceID(DRIVER, "pool", "a")}))


def selector(expression: str) -> dict[str, Any]:
    """The selectors field with one expression."""
    return {"selectors": [{"cel": {"expression": expression}}]}


def test_the_first_free_device_is_taken() -> None:
    """Devices are tried in the order of their slice."""
    assert answer(TWO, claim(request())) == ["a"]


def test_a_device_in_use_is_passed_over() -> None:
    """A device that another claim holds is not offered."""
    assert answer(TWO, claim(request()), allocated=HOLDS_A) == ["b"]


def test_two_claims_do_not_get_one_device() -> None:
    """What one claim of the pod gets, the next does not."""
    assert answer(TWO, claim(request()), claim(request(), name="other")) == ["a", "b"]


def test_too_few_devices_do_not_fit() -> None:
    """Three devices out of two are no error, only a refusal."""
    assert answer(TWO, claim(request(count=3))) == "does not fit"


def test_an_earlier_choice_is_revised() -> None:
    """The first request gives its device up where only that lets the second have one."""
    slices = [slice_of(device("red", "red"), device("blue", "blue"))]
    red = selector('device.attributes["example.org"].?colour.orValue("") == "red"')
    assert answer(slices, claim(request("some"), request("red", **red))) == ["blue", "red"]


def test_admin_access_gets_what_others_hold() -> None:
    """A request with admin access minds only its own claim."""
    assert answer(TWO, claim(request(adminAccess=True)), allocated=HOLDS_A) == ["a"]


def test_alternatives_are_tried_in_order() -> None:
    """The first alternative that lets everything fit is taken, and named in the result."""
    found = outcome(TWO, claim(first_available(option("three", 3), option("one"))))
    assert isinstance(found, Allocation)
    assert [result.request for result in found.results[0].devices.results] == ["gpu/one"]


def test_all_takes_every_device() -> None:
    """All devices that match are taken."""
    assert answer(TWO, claim(everything())) == ["a", "b"]


def test_all_of_nothing_does_not_fit() -> None:
    """Where no device matches, all of them are still none."""
    assert answer([slice_of()], claim(everything())) == "does not fit"


def test_all_does_not_fit_while_one_is_held() -> None:
    """All means those that others hold, too."""
    assert answer(TWO, claim(everything()), allocated=HOLDS_A) == "does not fit"


def test_a_constraint_that_all_devices_break_is_fatal() -> None:
    """All devices under a constraint that they cannot satisfy end the pod's attempt."""
    slices = [slice_of(device("a", "red"), device("b", "blue"))]
    found = outcome(slices, claim(everything(), constraints=[{"matchAttribute": COLOUR}]))
    assert isinstance(found, AllocationError)
    assert (found.kind, found.text) == (
        ErrorKind.CONSTRAINT_OF_ALL,
        f"claim ml/claim, request gpu: cannot add device {DRIVER}/pool/b because a claim constraint would not be satisfied",
    )


def test_a_match_is_found_behind_a_dead_end() -> None:
    """A first device without a partner is given back."""
    slices = [slice_of(device("a", "red"), device("b", "blue"), device("c", "blue"))]
    assert answer(slices, claim(request(count=2), constraints=[{"matchAttribute": COLOUR}])) == ["b", "c"]


@pytest.mark.parametrize(
    ("behaviour", "expected"),
    [
        (in_release(34, ConsumableCapacity=True), ["a", "b", "c"]),
        (in_release(35, ConsumableCapacity=True), ["a", "b", "c"]),
        (in_release(36), ["a", "b", "c"]),
        (NEW, "does not fit"),
    ],
)
def test_distinct_values_are_remembered_as_each_release_does(behaviour: Behaviour, expected: object) -> None:
    """Three devices of which two share a value: only 1.37 remembers every device."""
    slices = [slice_of(device("a", "red"), device("b", "blue"), device("c", "red"))]
    assert answer(slices, claim(request(count=3), constraints=[{"distinctAttribute": COLOUR}]), behaviour=behaviour) == expected


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (36, "claim ml/claim: number of requested devices 33 exceeds the claim limit of 32"),
        (37, "claim ml/claim, request gpu: adding 33 devices exceeds the claim limit of 32, with 0 already accounted for"),
    ],
)
def test_more_devices_than_a_claim_can_hold_are_fatal(minor: int, text: str) -> None:
    """33 devices are refused before any is looked at, in each release's words."""
    assert answer(TWO, claim(request(count=33)), behaviour=in_release(minor)) == text


def test_an_alternative_that_is_too_large_is_passed_over() -> None:
    """An alternative beyond the limit gives way to the next."""
    assert answer(TWO, claim(first_available(option("many", 33), option("one")))) == ["a"]


def test_a_missing_class_is_fatal() -> None:
    """A class that does not exist is named."""
    found = answer(TWO, claim(request(deviceClassName="absent")))
    assert found == 'claim ml/claim, request gpu: could not retrieve device class absent: deviceclass.resource.k8s.io "absent" not found'


@pytest.mark.parametrize(
    ("minor", "device_named"),
    [(36, ""), (37, f" on device {DRIVER}/pool/a")],
)
def test_a_selector_that_fails_is_fatal(minor: int, device_named: str) -> None:
    """The first device that a selector fails on ends the attempt; 1.37 names it."""
    found = answer(TWO, claim(request(**selector('device.attributes["x"].y == 1'))), behaviour=in_release(minor))
    assert str(found).startswith(f"claim ml/claim: selector #0{device_named}: CEL runtime error: no such key: y")


def test_a_selector_is_not_asked_about_devices_in_use() -> None:
    """A selector that fails on every device does no harm where all are taken."""
    assert answer([slice_of(device("a"))], claim(request(**selector('device.attributes["x"].y == 1'))), allocated=HOLDS_A) == "does not fit"


def test_an_invalid_pool_is_told_when_nothing_fits() -> None:
    """Two devices of one name make a pool unusable."""
    assert answer([slice_of(device("a"), device("a"))], claim(request())) == "invalid pools"


def test_an_invalid_pool_ends_1_34s_attempt() -> None:
    """1.34 stops where the search reaches an invalid pool."""
    found = answer([slice_of(device("a"), device("a"))], claim(request()), behaviour=in_release(34))
    assert found == "pool pool is invalid: duplicate device name a"


def test_an_incomplete_pool_is_usable_in_1_34_only() -> None:
    """A pool of which a slice is missing still gives single devices in 1.34."""
    incomplete = [slice_of(device("a"), slices=2)]
    assert [answer(incomplete, claim(request()), behaviour=in_release(minor)) for minor in (34, 37)] == [["a"], "does not fit"]


@pytest.mark.parametrize(("minor", "expected"), [(34, "does not fit"), (37, ["a"])])
def test_effects_that_block_differ(minor: int, expected: object) -> None:
    """A taint with another effect than NoSchedule and NoExecute keeps pods away in 1.34 only."""
    slices = [slice_of(device("a", taints=[{"key": "k", "effect": "None"}]))]
    assert answer(slices, claim(request()), behaviour=in_release(minor, DeviceTaints=True)) == expected


def test_a_taint_is_tolerated() -> None:
    """A toleration lets a request have a tainted device, and stands in the result."""
    slices = [slice_of(device("a", taints=[{"key": "k", "effect": "NoSchedule"}]))]
    tolerant = claim(request(tolerations=[{"key": "k", "operator": "Exists"}]))
    found = outcome(slices, tolerant)
    assert isinstance(found, Allocation)
    assert [toleration.key for toleration in found.results[0].devices.results[0].tolerations] == ["k"]
    assert answer(slices, claim(request())) == "does not fit"


def test_a_feature_that_is_off_is_named() -> None:
    """Alternatives without the gate are an error."""
    found = answer(TWO, claim(first_available(option("one"))), behaviour=in_release(35, PrioritizedList=False))
    assert found == "claim ml/claim, request gpu: has subrequests, but the DRAPrioritizedList feature is disabled"


def test_all_and_an_incomplete_pool_are_fatal() -> None:
    """All devices cannot be told while a pool of the node is being updated."""
    found = answer([slice_of(device("a"), slices=2)], claim(everything()))
    assert found == f"claim ml/claim, request gpu: asks for all devices, but resource pool {DRIVER}/pool is currently being updated"


def test_the_second_alternative_of_1_35_goes_on_with_the_first() -> None:
    """All as a second alternative places its later devices as the first alternative would, which selects none here."""
    wanted = claim(
        first_available(option("none", 2, **selector("false")), {"name": "all", "deviceClassName": "gpu", "allocationMode": "All"})
    )
    assert [answer(TWO, wanted, behaviour=in_release(minor)) for minor in (35, 36)] == ["does not fit", ["a", "b"]]


def test_a_search_that_is_hopeless_ends_soon() -> None:
    """Nine devices of one colour out of eight, each device another kind: counted, not searched."""
    devices = [device(f"d{number}", "red", capacity={"n": {"value": str(number)}}) for number in range(8)]
    others = [device(f"e{number}", f"c{number}") for number in range(24)]
    wanted = claim(request("a", 4), request("b", 5), constraints=[{"matchAttribute": COLOUR}])
    assert answer([slice_of(*devices, *others)], wanted) == "does not fit"
