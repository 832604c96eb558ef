"""Requests that each fit alone: what they share, and how much of it they want together."""

from typing import Any

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units


def partition(name: str, memory: str) -> dict[str, Any]:
    """A device that draws on the memory of its card."""
    kind = {"kind": {"string": name[0]}}
    return {"name": name, "attributes": kind, "consumesCounters": [{"counterSet": "card", "counters": {"memory": {"value": memory}}}]}


def of_kind(letter: str) -> str:
    """A selector of the partitions whose names begin so."""
    return f'device.attributes["gpu.example.com"].kind == "{letter}"'


CARD = (
    units(
        *("n1",),
        sharedCounters=[{"name": "card", "counters": {"memory": {"value": "80Gi"}}}],
        pool={"resourceSliceCount": 2},
        metadata={"name": "counters"},
    ),
    units(
        "n1", *(partition(name, size) for name, size in (("h0", "40Gi"), ("h1", "40Gi"), ("q0", "20Gi"))), pool={"resourceSliceCount": 2}
    ),
)


def test_counters_that_two_requests_share() -> None:
    """Two halves and a quarter want more memory than the card has, and the sum is told."""
    asked = claim("c", request("a", count=2, expression=of_kind("h")), request("b", expression=of_kind("q")))
    told = found(node(), device_class(), *CARD, asked, pod("wants", "c"))
    assert codes(told) == ["DRA205"]
    assert told.findings[0].message == (
        "the devices that request a and request b may use cannot be had together: "
        "of memory of card, which they share, 80Gi of 80Gi is left, 100Gi wanted"
    )


def test_a_counter_set_that_no_slice_declares() -> None:
    """A pool whose devices consume what is not declared is told as such, not as too few devices."""
    told = found(node(), device_class(), units("n1", partition("h0", "40Gi")), claim("c"), pod("wants", "c"))
    assert codes(told) == ["DRA303"]


SHARED: dict[str, Any] = {"name": "a", "allowMultipleAllocations": True, "capacity": {"memory": {"value": "80Gi"}}}


def amount(name: str, memory: str, count: int = 1) -> dict[str, Any]:
    """A request for shares."""
    return request(name, count=count, capacity={"requests": {"memory": memory}})


def test_a_request_takes_a_device_once() -> None:
    """Two shares of one device are not had by one request, however much capacity is left, so it wants two devices."""
    told = found(node(), device_class(), units("n1", SHARED), claim("c", amount("a", "40Gi", 2)), pod("wants", "c"))
    assert codes(told) == ["DRA203"]
    assert told.findings[0].headline == "request a of claim c wants 2 devices on one node, and no node has more than 1 free"


def test_a_request_that_may_be_left_out() -> None:
    """Of three requests for two devices any may be left out, and that is tried."""
    asked = claim("c", request("a"), request("b"), request("d"))
    told = found(node(), device_class(), units("n1", "a", "b"), asked, pod("wants", "c"))
    assert codes(told) == ["DRA213"]
    assert [(remedy.brief, remedy.tried) for remedy in told.findings[0].remedies][:1] == [
        ("leave request d out", "the pod then fits on n1 (a and b)")
    ]


def test_two_requests_share_a_device() -> None:
    """Requests for more of a shared device's capacity than there is together are told as that."""
    told = found(node(), device_class(), units("n1", SHARED), claim("c", amount("a", "50Gi"), amount("b", "40Gi")), pod("wants", "c"))
    assert codes(told) == ["DRA213"]


def test_claims_are_named_where_there_are_two() -> None:
    """Requests of the same name are told apart by their claims."""
    told = found(node(), device_class(), units("n1", "a"), claim("c"), claim("d"), pod("wants", "c", "d"))
    assert told.findings[0].headline == "request gpu of claim c and request gpu of claim d fit alone and not together"


def test_devices_of_a_node_that_is_gone() -> None:
    """Devices that are for a node which does not exist are told with that node."""
    told = found(node(), device_class(), units("n9", "a", "b"), claim("c"), pod("wants", "c"))
    assert codes(told) == ["DRA309"]
    assert told.findings[0].message.startswith("2 devices that would do for request gpu of claim c are for other nodes")
    assert [line.text for line in told.findings[0].evidence] == ["n9", "n9 is no node of this cluster"]
