"""Selectors that select nothing, and what would: each repair tried on the devices before it is offered."""

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.device_selector import Environment, compile_selector
from kubectl_dra.selection.repairs import repairs_of, try_expression

DRIVER = "gpu.example.com"
ATTRIBUTES = f'device.attributes["{DRIVER}"]'
CAPACITY = f'device.capacity["{DRIVER}"]'
OURS = f'device.driver == "{DRIVER}" && '
DEVICES = [
    (
        DRIVER,
        Device(
            name=f"gpu-{number}",
            attributes={
                "type": DeviceAttribute(string="gpu"),
                "productName": DeviceAttribute(string="Fish 7" if number % 3 else "Fish 8"),
                "index": DeviceAttribute(int_=number),
                "driverVersion": DeviceAttribute(version="580.95.5"),
            },
            capacity={"memory": DeviceCapacity(value="80Gi" if number % 3 else "15Gi")},
        ),
    )
    for number in range(9)
] + [("net.example.com", Device(name="nic-0", attributes={"rdma": DeviceAttribute(bool_=True)}))]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('device.attributes["type"].string == "gpu"', f'{OURS}{ATTRIBUTES}.type == "gpu"'),
        (f'{OURS}{ATTRIBUTES}.productNmae == "Fish 7"', f'{OURS}{ATTRIBUTES}.productName == "Fish 7"'),
        (f'{OURS}{ATTRIBUTES}.productName == "Fihs 7"', f'{OURS}{ATTRIBUTES}.productName == "Fish 7"'),
        (f'{OURS}{ATTRIBUTES}.index == "3"', f"{OURS}{ATTRIBUTES}.index == 3"),
        (f'{OURS}{ATTRIBUTES}.memory.compareTo(quantity("40Gi")) >= 0', f'{OURS}{CAPACITY}.memory.compareTo(quantity("40Gi")) >= 0'),
        (f'{OURS}{ATTRIBUTES}.productName = "Fish 7"', f'{OURS}{ATTRIBUTES}.productName == "Fish 7"'),
        (f'{OURS.replace("&&", "and")}{ATTRIBUTES}.productName == "Fish 7"', f'{OURS}{ATTRIBUTES}.productName == "Fish 7"'),
        ('device.driver == "gpu.exmaple.com"', f'device.driver == "{DRIVER}"'),
        (f'driver == "{DRIVER}"', f'device.driver == "{DRIVER}"'),
        (f'{ATTRIBUTES}.type == "gpu"', f'{OURS}{ATTRIBUTES}.type == "gpu"'),
    ],
)
def test_usual_slips_are_mended(expression: str, expected: str) -> None:
    """The first repair is the selector that was meant."""
    assert expected == repairs_of(expression, Environment(), DEVICES)[0].expression


def test_sound_selector_has_no_repairs() -> None:
    """What selects something and fails nowhere is left alone."""
    assert repairs_of(f'{OURS}{ATTRIBUTES}.type == "gpu"', Environment(), DEVICES) == ()


@pytest.mark.parametrize(
    "expression",
    ['device.attributes["type"].string == "gpu"', f'{ATTRIBUTES}.productNmae == "Fihs 7"', f"{ATTRIBUTES}.index == '3'", "((("],
)
def test_every_repair_does_what_is_said_of_it(expression: str) -> None:
    """Each repair compiles, fails nowhere, and selects as many devices as its trial says."""
    for repair in repairs_of(expression, Environment(), DEVICES):
        outcomes = [compile_selector(repair.expression, Environment()).evaluate(*device) for device in DEVICES]
        assert (repair.trial.selects, repair.trial.fails) == (outcomes.count(True), sum(not isinstance(one, bool) for one in outcomes))
        assert repair.trial.is_sound


def test_trial_counts_devices() -> None:
    """What an expression does is counted over all devices."""
    trial = try_expression(f'{OURS}{ATTRIBUTES}.productName == "Fish 8"', Environment(), DEVICES)
    assert (trial.compiles, trial.selects, trial.fails, trial.devices) == (True, 3, 0, 10)


def test_nothing_is_repaired_without_devices() -> None:
    """Where there is nothing to try a repair on, none is offered."""
    assert repairs_of(f'{ATTRIBUTES}.tpye == "gpu"', Environment(), []) == ()
