import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.cel.errors import CompileError, EvaluationError
from kubectl_dra.selection.derived_attribute import compile_derived_attribute
from kubectl_dra.selection.device_selector import Environment, device_value

ENVIRONMENT = Environment()
DEVICE = Device(
    attributes={"model": DeviceAttribute(string="H100"), "version": DeviceAttribute(version="1.2.3"), "socket": DeviceAttribute(int_=1)},
    capacity={"memory": DeviceCapacity(value="80Gi")},
)


def derived(expression: str) -> object:
    """What an expression makes of the device."""
    compiled = compile_derived_attribute(expression, ENVIRONMENT)
    return compiled.derive(device_value("gpu.example.com", DEVICE, ENVIRONMENT))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('device.attributes["gpu.example.com"].model + "!"', DeviceAttribute(string="H100!")),
        ('device.attributes["gpu.example.com"].socket / 2', DeviceAttribute(int_=0)),
        ('device.driver == "gpu.example.com"', DeviceAttribute(bool_=True)),
        ('device.attributes["gpu.example.com"].version', DeviceAttribute(version="1.2.3")),
        ('["a", "b"]', DeviceAttribute(strings=("a", "b"))),
        ("[1, 2]", DeviceAttribute(ints=(1, 2))),
    ],
)
def test_a_value_becomes_an_attribute(expression: str, expected: DeviceAttribute) -> None:
    """Each type of value has its field."""
    assert derived(expression) == expected


def test_a_type_that_no_attribute_has_does_not_compile() -> None:
    """A quantity is no attribute."""
    found = derived('device.capacity["gpu.example.com"].memory')
    assert isinstance(found, CompileError)
    assert found.text.endswith(
        "must evaluate to a primitive scalar (string, integer, boolean, semver) or a list of these scalars, not kubernetes.Quantity"
    )


def test_a_missing_key_is_told_without_a_hint() -> None:
    """The hint that selectors get is left out here."""
    assert derived('device.attributes["gpu.example.com"].colour') == EvaluationError("no such key: colour")
