"""Pods of lower priority that hold devices: how many, and which end helps."""

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, units


def test_only_those_of_lower_priority_are_counted() -> None:
    """Of two holders the one of lower priority is counted and offered."""
    told = found(
        *(node(), device_class(), units("n1", "a", "b")),
        *(claim("low", holds=["n1/a"], by="p1"), pod("p1", "low", on="n1")),
        *(claim("high", holds=["n1/b"], by="p2"), pod("p2", "high", on="n1", priority=9)),
        *(claim("c"), pod("wants", "c", priority=9)),
    )
    assert codes(told) == ["DRA211"]
    assert told.findings[0].message.startswith("1 of 2 devices that request gpu of claim c may use is held by pods of lower priority")
    assert told.findings[0].remedies[0].text == "end pod ml/p1 by hand"


def test_a_pod_that_never_preempts() -> None:
    """A pod that would not preempt anyway is told who holds the devices."""
    told = found(
        *(node(), device_class(), units("n1", "a"), claim("low", holds=["n1/a"], by="p1"), pod("p1", "low", on="n1")),
        *(claim("c"), pod("wants", "c", priority=9, preemptionPolicy="Never")),
    )
    assert codes(told) == ["DRA201"]


def test_a_holder_of_the_same_priority() -> None:
    """A holder of the same priority would never be preempted, so it is a holder like others."""
    told = found(
        *(node(), device_class(), units("n1", "a"), claim("same", holds=["n1/a"], by="p1"), pod("p1", "same", on="n1", priority=9)),
        *(claim("c"), pod("wants", "c", priority=9)),
    )
    assert codes(told) == ["DRA201"]
