"""A device's taint → its words, and the DeviceTaintRule that put it there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.inventory.taints import concerns_device, concerns_slice

if TYPE_CHECKING:
    from kubectl_dra.api.core import Taint
    from kubectl_dra.api.resource import DeviceTaint, DeviceTaintRule
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.inventory.inventory import DeviceID


def taint_text(taint: DeviceTaint | Taint) -> str:
    """``key=value:effect``, as kubectl writes taints."""
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"


def rule_behind(scene: Scene, id_: DeviceID, taint: DeviceTaint) -> str:
    """The name of the rule that puts this taint on the device; empty where the driver does."""
    published = scene.published.get(id_)
    if published is None:
        return ""
    slice_, device = published
    original = next((one for one in scene.inventory.resource_slices if one.metadata.name == slice_.metadata.name), None)
    own = next((one.taints for one in original.spec.devices if one.name == device.name), ()) if original else ()
    if taint in own:
        return ""
    release, classes = scene.inventory.release, scene.inventory.device_classes
    for name, rule in sorted(scene.inventory.device_taint_rules.items()):
        same = (rule.spec.taint.key, rule.spec.taint.value, rule.spec.taint.effect) == (taint.key, taint.value, taint.effect)
        if same and concerns_slice(rule, slice_, release) and concerns_device(rule, id_.driver, device, release, classes):
            return name
    return ""


def covers_everything(rule: DeviceTaintRule) -> bool:
    """Whether a rule that is in force has no restriction at all."""
    selector = rule.spec.device_selector
    return selector is None or not (selector.driver or selector.pool or selector.device or selector.device_class_name or selector.selectors)
