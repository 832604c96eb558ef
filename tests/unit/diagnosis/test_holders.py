"""Devices that others hold: who is named, and whose end is offered."""

from typing import Any

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units


def test_the_holder_is_one_whose_end_helps() -> None:
    """Of two holders the one on the node that the pod may use is named with the device that it holds, however much older the other is."""
    told = found(
        *(node("n1", unschedulable=True), node("n2"), device_class(), units("n1", "a"), units("n2", "b")),
        *(claim("older", holds=["n1/a"], by="p1", metadata={"creationTimestamp": "2026-01-01T00:00:00Z"}), pod("p1", "older", on="n1")),
        *(claim("newer", holds=["n2/b"], by="p2", metadata={"creationTimestamp": "2026-02-01T00:00:00Z"}), pod("p2", "newer", on="n2")),
        *(claim("c"), pod("wants", "c")),
    )
    assert codes(told) == ["DRA201"]
    assert [remedy.text for remedy in told.findings[0].remedies] == ["wait, or end pod ml/p2, which holds n2/b"]


def test_every_idle_claim_that_has_to_go_is_named() -> None:
    """Where two idle claims have to go, the remedy deletes both."""
    told = found(
        *(node(), device_class(), units("n1", "a", "b")),
        *(claim("one", holds=["n1/a"]), claim("two", holds=["n1/b"])),
        *(claim("c", request(count=2)), pod("wants", "c")),
    )
    assert codes(told) == ["DRA202"]
    assert [remedy.command for remedy in told.findings[0].remedies] == ["kubectl delete resourceclaim one two -n ml"]


def test_only_what_is_in_the_way_has_to_go() -> None:
    """Of two idle claims the one whose end suffices is deleted."""
    told = found(
        *(node(), device_class(), units("n1", "a", "b")),
        *(claim("one", holds=["n1/a"]), claim("two", holds=["n1/b"])),
        *(claim("c"), pod("wants", "c")),
    )
    assert [remedy.command for remedy in told.findings[0].remedies] == ["kubectl delete resourceclaim one -n ml"]


def partition(name: str, memory: str) -> dict[str, Any]:
    """A device that draws on the counters of its card."""
    return {"name": name, "consumesCounters": [{"counterSet": "card", "counters": {"memory": {"value": memory}}}]}


CARD = [{"name": "card", "counters": {"memory": {"value": "80Gi"}}}]


def test_a_device_without_counters_is_not_held() -> None:
    """A device whose counters are spent is counted apart from those that are held."""
    card = units("n1", sharedCounters=CARD, pool={"resourceSliceCount": 2}, metadata={"name": "counters"})
    told = found(
        *(node(), device_class(), card),
        units("n1", partition("h0", "40Gi"), partition("h1", "40Gi"), partition("q", "20Gi"), pool={"resourceSliceCount": 2}),
        *(claim("half", holds=["n1/h0"], by="p1"), pod("p1", "half", on="n1")),
        *(claim("small", holds=["n1/q"], by="p2"), pod("p2", "small", on="n1")),
        *(claim("c", request(count=2)), pod("wants", "c")),
    )
    said = next(one for one in (*told.findings, *told.further) if one.code == "DRA201")
    assert said.message == (
        "request gpu of claim c wants 2 devices on one node; of 3 that would do 2 are held by other claims, "
        "which leave too little for 1 more"
    )


SHARED: dict[str, Any] = {
    "name": "a",
    "allowMultipleAllocations": True,
    "capacity": {"memory": {"value": "80Gi", "requestPolicy": {"default": "10Gi", "validRange": {"min": "10Gi"}}}},
}


def test_an_amount_that_the_policy_fills_in() -> None:
    """A request that names no amount wants what the policy says, and the end of the share's user is offered."""
    told = found(
        *(node(), device_class(), units("n1", SHARED)),
        *(claim("share", holds=["n1/a"], by="p1", consumed={"memory": "80Gi"}), pod("p1", "share", on="n1")),
        *(claim("c"), pod("wants", "c")),
    )
    assert codes(told) == ["DRA206"]
    assert told.findings[0].message == (
        "request gpu of claim c wants 10Gi of memory, the policy's default, since it names no amount; "
        "1 device would do, with at most 0 left"
    )
    assert [(remedy.text, remedy.tried) for remedy in told.findings[0].remedies] == [
        ("wait, or end pod ml/p1", "the pod then fits on n1 (a)")
    ]


def test_more_than_any_device_has() -> None:
    """An amount that no device has is not said to be used up."""
    told = found(
        *(node(), device_class(), units("n1", {"name": "a", "capacity": {"memory": {"value": "40Gi"}}})),
        *(claim("c", request(capacity={"requests": {"memory": "80Gi"}})), pod("wants", "c")),
    )
    assert told.findings[0].headline == "no device has as much memory as request gpu of claim c wants: 80Gi wanted, at most 40Gi"
