import pytest

from kubectl_dra.inventory.taints import slices_with_taints
from kubectl_dra.releases.release import NEWEST, Release
from tests import written
from tests.written import slice_of

DEVICES = slice_of('{name: a, attributes: {model: {string: "A"}}}, {name: b, attributes: {model: {string: "B"}}}')
OTHER = slice_of("{name: c}", name="t", pool="{name: n2, generation: 1, resourceSliceCount: 1}", target="nodeName: n2")


def rule(spec: str, *, name: str = "r", version: str = "v1") -> str:
    """A DeviceTaintRule with the taint k=v:NoSchedule."""
    return f"""
apiVersion: resource.k8s.io/{version}
kind: DeviceTaintRule
metadata: {{name: {name}}}
spec: {{{spec}taint: {{key: k, value: v, effect: NoSchedule}}}}
---"""


def tainted(text: str, release: Release = NEWEST) -> set[str]:
    """The devices that carry a taint."""
    slices = slices_with_taints(written.inventory(text, release=release))
    return {device.name for slice_ in slices for device in slice_.spec.devices if device.taints}


@pytest.mark.parametrize(
    ("selector", "expected"),
    [
        ("deviceSelector: {}, ", {"a", "b", "c"}),
        ("deviceSelector: {driver: gpu.example.com}, ", {"a", "b", "c"}),
        ("deviceSelector: {driver: nic.example.com}, ", set()),
        ("deviceSelector: {pool: n2}, ", {"c"}),
        ("deviceSelector: {device: a}, ", {"a"}),
        ("deviceSelector: {pool: n2, device: a}, ", set()),
    ],
)
def test_rule_taints_what_its_fields_say(selector: str, expected: set[str]) -> None:
    """All fields of a selector must match; an empty selector matches every device."""
    assert expected == tainted(DEVICES + OTHER + rule(selector))


@pytest.mark.parametrize(("release", "expected"), [("1.34", {"a", "b"}), ("1.35", {"a", "b"}), ("1.36", {"a", "b"}), ("1.37", set())])
def test_rule_without_selector_depends_on_the_release(release: str, expected: set[str]) -> None:
    """Through 1.36 a rule without selector taints every device, from 1.37 on none."""
    assert expected == tainted(DEVICES + rule(""), Release(*map(int, release.split("."))))


def test_rules_of_134_select_by_cel() -> None:
    """A rule of 1.34 may select by CEL; a device on which that ends in an error is left out."""
    expression = 'device.attributes["gpu.example.com"].model == "A"'
    text = DEVICES + OTHER + rule(f"deviceSelector: {{selectors: [{{cel: {{expression: '{expression}'}}}}]}}, ", version="v1alpha3")

    assert tainted(text, Release(1, 34)) == {"a"}


def test_rules_of_134_select_by_class() -> None:
    """A rule of 1.34 may select what a class selects; one that names a missing class taints nothing."""
    device_class = """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: b-only}
spec: {selectors: [{cel: {expression: 'device.attributes["gpu.example.com"].model == "B"'}}]}
---"""
    by_class = rule("deviceSelector: {deviceClassName: b-only}, ", version="v1alpha3")

    assert tainted(DEVICES + device_class + by_class, Release(1, 34)) == {"b"}
    assert tainted(DEVICES + by_class, Release(1, 34)) == set()


def test_taints_of_several_rules_follow_one_another() -> None:
    """Each rule's taint stands behind the device's own, by the rules' names."""
    text = (
        slice_of("{name: a, taints: [{key: own, effect: NoSchedule}]}")
        + rule("deviceSelector: {}, ", name="rule-2")
        + rule("deviceSelector: {}, ", name="rule-1")
    )
    device = slices_with_taints(written.inventory(text))[0].spec.devices[0]

    assert [taint.key for taint in device.taints] == ["own", "k", "k"]


def test_slices_without_rules_are_the_same_objects() -> None:
    """What no rule concerns is not copied."""
    inventory = written.inventory(DEVICES + OTHER + rule("deviceSelector: {pool: n2}, "))

    assert slices_with_taints(inventory)[0] is inventory.resource_slices[0]
