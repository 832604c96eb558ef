"""What a selector reads of a device."""

import pytest

from kubectl_dra.selection.device_selector import Environment, compile_selector
from kubectl_dra.selection.readings import readings_of


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("true", []),
        ('device.driver == "a"', ["device.driver"]),
        ('device.attributes["a"].b == 1 && device.attributes["a"]["b"] == 2', ['device.attributes["a"].b']),
        ('device.attributes["a"][?"b"].orValue(1) == 1', ['device.attributes["a"].b']),
        ('device.capacity["a"].memory > quantity("1")', []),
        ('device.capacity["a"].memory.isLessThan(quantity("1"))', ['device.capacity["a"].memory']),
        ('has(device.attributes["a"].b)', ['device.attributes["a"].b']),
        ('cel.bind(d, device.attributes["a"], d.x == 1 && d.y == 2)', ['device.attributes["a"].x', 'device.attributes["a"].y']),
        ('device.attributes["a"].exists(k, k == "x")', ['device.attributes["a"]']),
        ('"b" in device.attributes', ["device.attributes"]),
        ("device.attributes[device.driver].x == 1", ["device.attributes", "device.driver"]),
        ("[1].exists(device, device == 1)", []),
    ],
)
def test_readings_are_told_in_the_order_of_the_text(expression: str, expected: list[str]) -> None:
    """Each thing once, as deep as is known before anything is evaluated."""
    assert expected == [str(reading) for reading in readings_of(compile_selector(expression, Environment()))]
