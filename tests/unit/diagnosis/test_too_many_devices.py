"""Claims that want more devices than one can hold."""

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units

FORTY = [f"gpu-{number}" for number in range(40)]


def test_all_of_forty() -> None:
    """A request for all devices wants as many as there are."""
    told = found(node(), device_class(), units("n1", *FORTY), claim("c", request(allocationMode="All")), pod("wants", "c"))
    assert codes(told) == ["DRA106"]
    assert told.findings[0].message == "claim c asks for 40 devices, and a claim can hold 32"


def test_two_requests_together() -> None:
    """Requests of one claim are added up."""
    asked = claim("c", request("a", count=20), request("b", count=20))
    told = found(node(), device_class(), units("n1", *FORTY), asked, pod("wants", "c"))
    assert codes(told) == ["DRA106"]
    assert told.findings[0].message == "claim c asks for 40 devices, and a claim can hold 32"
    assert told.findings[0].evidence[0].text == "a 20 and b 20"
