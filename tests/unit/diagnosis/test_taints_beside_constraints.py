"""Tainted devices that a constraint keeps away, too."""

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units

SICK = {"key": "sick", "effect": "NoSchedule"}


def test_both_are_told() -> None:
    """Devices that are tainted and lack the attribute of a constraint are told of, with the taint."""
    bare = [{"name": name, "taints": [SICK]} for name in ("a", "b")]
    asked = claim("c", request("x"), request("y"), constraints=[{"matchAttribute": "gpu.example.com/root"}])
    told = found(node(), device_class(), units("n1", *bare), asked, pod("wants", "c"))
    assert codes(told) == ["DRA402", "DRA304"]
    assert "sick:NoSchedule on n1/a, n1/b by the driver, in its slice" in told.findings[1].evidence[0].text


def test_too_few_whatever_taints_there_are() -> None:
    """One tainted device where two are asked for: how many would be free without the taint is told."""
    told = found(node(), device_class(), units("n1", {"name": "a", "taints": [SICK]}), claim("c", request(count=2)), pod("wants", "c"))
    assert codes(told) == ["DRA304", "DRA203"]
    assert told.findings[1].headline == "request gpu of claim c wants 2 devices on one node, and no node has more than 1 free"
