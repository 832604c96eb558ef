"""Devices that agree on what selectors read are evaluated once, and each gets the answer that it would have got alone."""

import random

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.device_selector import CompiledSelector, Environment, compile_selector
from kubectl_dra.selection.groups import evaluate_devices, evaluate_selectors, group_devices
from tests.conformance._expressions import questions

DRIVER = "gpu.example.com"


def selector(expression: str) -> CompiledSelector:
    """A selector in the newest release."""
    return compile_selector(expression, Environment())


def gpu(number: int, model: str, memory: str = "80Gi") -> tuple[str, Device]:
    """A device that differs from all others in its index."""
    attributes = {"model": DeviceAttribute(string=model), "index": DeviceAttribute(int_=number)}
    return DRIVER, Device(name=f"gpu-{number}", attributes=attributes, capacity={"memory": DeviceCapacity(value=memory)})


def test_devices_that_differ_in_what_is_not_read_are_one_group() -> None:
    """The index keeps nobody apart where only the model is read."""
    groups = group_devices([selector(f'device.attributes["{DRIVER}"].model == "a"')], [gpu(0, "a"), gpu(1, "b"), gpu(2, "a")])
    assert [group.indices for group in groups] == [(0, 2), (1,)]


def test_devices_that_differ_in_what_any_selector_reads_are_apart() -> None:
    """Several selectors read together what each of them reads."""
    selectors = [selector(f'device.attributes["{DRIVER}"].model == "a"'), selector(f'device.attributes["{DRIVER}"].index > 0')]
    assert len(group_devices(selectors, [gpu(0, "a"), gpu(1, "b"), gpu(2, "a")])) == 3


def test_missing_is_another_value_than_any() -> None:
    """A device without the attribute is not like one that has it."""
    groups = group_devices([selector(f'has(device.attributes["{DRIVER}"].model)')], [gpu(0, "a"), (DRIVER, Device(name="bare"))])
    assert len(groups) == 2


def test_true_is_not_one() -> None:
    """A bool and a number that Python takes for equal are different values."""
    devices = [
        (DRIVER, Device(name="d", attributes={"x": attribute})) for attribute in (DeviceAttribute(bool_=True), DeviceAttribute(int_=1))
    ]
    assert evaluate_devices(selector(f'device.attributes["{DRIVER}"].x == 1'), devices) == [False, True]


def test_whole_map_as_value_keeps_all_apart_that_differ() -> None:
    """A selector that counts attributes sees every one of them."""
    devices = [gpu(0, "a"), (DRIVER, Device(name="bare"))]
    assert evaluate_devices(selector(f'size(device.attributes["{DRIVER}"]) == 2'), devices) == [True, False]


def test_broken_device_fails_whatever_is_read() -> None:
    """A version that is none counts though no selector reads it."""
    devices = [gpu(0, "a"), (DRIVER, Device(name="broken", attributes={"v": DeviceAttribute(version="1")}))]
    first, second = evaluate_devices(selector("true"), devices)
    assert (first is True, second is True) == (True, False)


def test_broken_capacity_fails_whatever_is_read() -> None:
    """A quantity that is none counts though no selector reads it."""
    devices = [gpu(0, "a"), gpu(1, "a", memory="much")]
    first, second = evaluate_devices(selector("true"), devices)
    assert (first is True, second is True) == (True, False)


def test_of_a_name_with_domain_and_without_the_last_one_counts() -> None:
    """Two devices that have the same values in another order are apart."""
    short, full = ("x", DeviceAttribute(int_=1)), (f"{DRIVER}/x", DeviceAttribute(int_=2))
    devices = [(DRIVER, Device(name="d", attributes=dict(attributes))) for attributes in ((short, full), (full, short))]
    assert evaluate_devices(selector(f'device.attributes["{DRIVER}"].x == 1'), devices) == [False, True]


def test_devices_of_several_shapes_that_agree_on_what_is_read_are_one_group() -> None:
    """An attribute that nobody reads keeps nobody apart, whether it is there or not."""
    other = (DRIVER, Device(name="d", attributes={"model": DeviceAttribute(string="a")}, capacity={"memory": DeviceCapacity(value="1")}))
    groups = group_devices([selector(f'device.attributes["{DRIVER}"].model == "a"')], [gpu(0, "a"), other, gpu(2, "a")])
    assert [group.indices for group in groups] == [(0, 1, 2)]


@pytest.mark.parametrize("seed", range(4))
def test_random_selectors_answer_alike_together_and_alone(seed: int) -> None:
    """Whatever is read, a device in a group is answered as it is alone."""
    chosen = random.Random(seed)
    expressions = [question["expr"] for question in questions(seed, 250)]
    values = (
        DeviceAttribute(bool_=True),
        DeviceAttribute(int_=1),
        DeviceAttribute(string="fish"),
        DeviceAttribute(version="1.2.3"),
        DeviceAttribute(strings=("a", "fish")),
    )
    devices = [
        (
            chosen.choice(("dra.example.com", "other.example.com")),
            Device(
                name=str(number),
                attributes={
                    name: chosen.choice(values) for name in ("b", "i", "s", "v", "ls", "other.example.com/i") if chosen.random() < 0.8
                },
                capacity={"mem": DeviceCapacity(value=chosen.choice(("80Gi", "81920Mi", "1")))},
            ),
        )
        for number in range(12)
    ]
    selectors = [selector(expression) for expression in expressions]
    expected = [[one.evaluate(*device) for device in devices] for one in selectors]
    assert expected == evaluate_selectors(selectors, devices)
