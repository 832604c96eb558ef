from typing import Any

import pytest

from kubectl_dra.allocator import rejections as why
from kubectl_dra.allocator.checks import examine
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from tests.unit.allocator.clusters import COLOUR, DRIVER, NODE, claim, context, device, request, slice_of
from tests.unit.allocator.test_counters import drawing, partitions

HOLDS_A = AllocatedState(devices=frozenset({DeviceID(DRIVER, "pool", "a")}))
FALSE: dict[str, Any] = {"selectors": [{"cel": {"expression": "false"}}]}
BROKEN: dict[str, Any] = {"selectors": [{"cel": {"expression": 'device.attributes["x"].y == 1'}}]}
TAINTED = device("a", taints=[{"key": "k", "effect": "NoSchedule"}, {"key": "l", "effect": "NoExecute"}])


def obstacles(made: dict[str, Any], wanted: dict[str, Any], **fields: Any) -> list[type]:
    """The kinds of obstacles between a device and a request."""
    [found] = examine([claim(wanted, **fields)], NODE, context([slice_of(made)]))
    return [type(rejection) for rejection in found.rejections]


def test_a_device_that_qualifies_has_no_obstacle() -> None:
    """Nothing speaks against it."""
    assert obstacles(device("a"), request()) == []


@pytest.mark.parametrize(
    ("made", "wanted", "expected"),
    [
        (device("a"), request(**FALSE), [why.RequestSelectorFalse]),
        (device("a"), request(**BROKEN), [why.SelectorFails]),
        (TAINTED, request(), [why.TaintNotTolerated, why.TaintNotTolerated]),
        (device("a"), request(capacity={"requests": {"memory": "1"}}), [why.CapacityUndefined]),
        (device("a", capacity={"memory": {"value": "1"}}), request(capacity={"requests": {"memory": "2"}}), [why.CapacityInsufficient]),
        (TAINTED, request(**FALSE), [why.RequestSelectorFalse, why.TaintNotTolerated, why.TaintNotTolerated]),
    ],
)
def test_every_obstacle_is_told(made: dict[str, Any], wanted: dict[str, Any], expected: list[type]) -> None:
    """Not only the first one, which would end the search."""
    assert obstacles(made, wanted) == expected


def test_an_attribute_that_a_constraint_needs_is_missed() -> None:
    """A device without the attribute cannot be under the constraint."""
    assert obstacles(device("a"), request(), constraints=[{"matchAttribute": COLOUR}]) == [why.ConstraintAttributeMissing]


def test_who_holds_a_device_is_told() -> None:
    """A device in use is one, whoever holds it."""
    [found] = examine([claim(request())], NODE, context([slice_of(device("a"))], allocated=HOLDS_A))
    assert [type(rejection) for rejection in found.rejections] == [why.DeviceInUse]


def test_a_counter_is_told_with_its_amounts() -> None:
    """What there is, what is left, what is asked."""
    held, free = examine([claim(request())], NODE, context(partitions(drawing("a", 6), drawing("b", 6)), allocated=HOLDS_A))
    del held
    [short] = free.rejections
    assert isinstance(short, why.CountersInsufficient)
    assert [str(amount) for amount in (short.total, short.available, short.taken, short.asked)] == ["10", "4", "0", "6"]
