"""Device taints: how many devices carry them, by whom, and what is held besides."""

from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, taint_rule, units

SICK = {"key": "sick", "value": "xid", "effect": "NoSchedule"}


def test_several_devices() -> None:
    """Two devices carry a taint, in the plural."""
    told = found(
        *(node(), device_class(), units("n1", {"name": "a", "taints": [SICK]}, {"name": "b", "taints": [SICK]})),
        *(claim("c"), pod("wants", "c")),
    )
    assert codes(told) == ["DRA304"]
    assert told.findings[0].message == (
        "2 devices that would do for request gpu of claim c carry taint sick=xid:NoSchedule, which it does not tolerate"
    )


def test_a_held_device_beside_it() -> None:
    """A tainted device is not called the only one where another is held."""
    told = found(
        *(node(), device_class(), units("n1", "a", {"name": "b", "taints": [SICK]})),
        *(claim("h", holds=["n1/a"], by="p"), pod("p", "h", on="n1"), claim("c"), pod("wants", "c")),
    )
    assert codes(told) == ["DRA304"]
    assert told.findings[0].message.startswith("1 device that would do for request gpu of claim c carries")
    assert "1 more device is held by other claims" in [line.text for line in told.findings[0].evidence]


def test_the_rule_is_named() -> None:
    """A taint that a DeviceTaintRule put there is told with the rule, and its going is tried."""
    told = found(
        *(node(), device_class(), units("n1", "a"), taint_rule("drain", {"pool": "n1"}, key="drain")),
        *(claim("c"), pod("wants", "c")),
    )
    assert "drain:NoSchedule on n1/a by DeviceTaintRule/drain" in told.findings[0].evidence[0].text
    assert [remedy.command for remedy in told.findings[0].remedies if remedy.command] == ["kubectl edit devicetaintrule drain"]


def test_another_value_is_tolerated() -> None:
    """A toleration of another value is shown, and the one that is needed is added to it."""
    mild = {"key": "sick", "operator": "Equal", "value": "ecc", "effect": "NoSchedule"}
    told = found(
        *(node(), device_class(), units("n1", {"name": "a", "taints": [SICK]})),
        *(claim("c", request(tolerations=[mild])), pod("wants", "c")),
    )
    assert [line.text for line in told.findings[0].evidence if line.label == "tolerates"] == [
        '{key: sick, operator: Equal, value: "ecc", effect: NoSchedule}'
    ]
    assert told.findings[0].remedies[0].tried == "the pod then fits on n1 (a)"
