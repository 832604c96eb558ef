"""Obstacles that have to go together: each is named, and their fixes are tried at once."""

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.core import PodSpec
from kubectl_dra.api.resource import (
    CELDeviceSelector,
    DeviceAttribute,
    DeviceRequest,
    DeviceSelector,
    DeviceSubRequest,
)
from kubectl_dra.diagnosis.diagnosis import Diagnosis
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from tests.builders import DRIVER, claim, cluster, device_class, devices_on, node, pod, request

MODEL = f'device.attributes["{DRIVER}"].model == "A200"'


def explained(*, expression: str = "", zone: str = "", count: int = 1) -> Diagnosis:
    """What is said of a pod that asks for devices of this kind and runs in this zone only; there is one node, of zone a, with an A100."""
    devices = devices_on("gpu-1", "gpu-0", attributes={"model": DeviceAttribute(string="A100")})
    waiting = pod(claims={"gpu": "gpu"}, spec=PodSpec(node_selector={"zone": zone} if zone else {}))
    asked = claim("gpu", request(expression=expression, count=count))
    inventory = cluster(node(labels={"zone": "a"}), device_class(), devices, asked, waiting)
    inventory = msgspec.structs.replace(inventory, read_kinds=frozenset(kinds.KINDS))
    return Explainer(Scene(inventory)).explain(waiting)


def fixes(diagnosis: Diagnosis) -> list[tuple[str, str | None]]:
    """Each finding's code and what happened when its first remedy was tried."""
    return [(finding.code, finding.remedies[0].tried) for finding in diagnosis.findings if finding.remedies]


def test_one_obstacle_is_told_alone() -> None:
    """A pod that nothing but its selector keeps away has one cause, and its fix helps alone."""
    assert fixes(explained(expression=MODEL)) == [("DRA101", "the pod then fits on gpu-1 (gpu-0)")]


def test_two_obstacles_are_told_as_two() -> None:
    """The verdict names both, and says that both have to go."""
    assert explained(expression=MODEL, zone="b").verdict == (
        "pod train-0 -n ml cannot be scheduled: 2 obstacles have to go together, each told as if the other were gone: "
        "no device satisfies request gpu of claim gpu; the pod may not run on gpu-1, where the nearest devices are"
    )


def test_fixes_are_tried_at_once() -> None:
    """Neither helps alone; each says with which other one it was tried, and what then happened."""
    assert fixes(explained(expression=MODEL, zone="b")) == [
        ("DRA101", "together with the fix of DRA313: the pod then fits on gpu-1 (gpu-0)"),
        ("DRA313", "together with the fix of DRA101: the pod then fits on gpu-1 (gpu-0)"),
    ]


def test_changes_of_one_object_add_up() -> None:
    """A claim that asks for too many of the wrong model is changed in both fields."""
    assert fixes(explained(expression=MODEL, count=2)) == [
        ("DRA101", "together with the fix of DRA203: the pod then fits on gpu-1 (gpu-0)"),
        ("DRA203", "together with the fix of DRA101: the pod then fits on gpu-1 (gpu-0)"),
    ]


def test_the_alternative_that_would_be_taken_is_told() -> None:
    """Of two alternatives, the one that never has enough devices is not blamed for those that are held."""
    wrong = (DeviceSelector(cel=CELDeviceSelector(expression=MODEL)),)
    options = (
        DeviceSubRequest(name="big", device_class_name=DRIVER, allocation_mode="ExactCount", count=4),
        DeviceSubRequest(name="small", device_class_name=DRIVER, allocation_mode="ExactCount", count=1, selectors=wrong),
    )
    devices = devices_on("gpu-1", "gpu-0", attributes={"model": DeviceAttribute(string="A100")})
    waiting, holds = pod(claims={"gpu": "gpu"}), claim("holds", devices=["gpu-0"], on="gpu-1")
    asked = claim("gpu", DeviceRequest(name="gpu", first_available=options))
    inventory = cluster(node(), device_class(), devices, asked, waiting, holds)
    findings = Explainer(Scene(msgspec.structs.replace(inventory, read_kinds=frozenset(kinds.KINDS)))).explain(waiting).findings
    assert [(finding.code, finding.facts["asked"]["request"]) for finding in findings] == [("DRA101", "gpu/small"), ("DRA202", "gpu/small")]  # type: ignore[index]  # a JSON object
