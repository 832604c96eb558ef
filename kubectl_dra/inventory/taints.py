"""DeviceTaintRules laid on devices: slices in, slices out, with each rule's taint behind the device's own.

Upstream: ``dynamic-resource-allocation/resourceslice/tracker/tracker.go`` ``applyPatches``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.resource import Device, DeviceClass, DeviceSelector, DeviceTaint, DeviceTaintRule, ResourceSlice
    from kubectl_dra.inventory.inventory import Inventory

_SELECTS_BY_CEL = Release(1, 34)
"""The last release whose rules select by class and by CEL, too."""
_NONE_WITHOUT_SELECTOR = Release(1, 37)
"""The first release in which a rule without a selector taints nothing; before, it taints every device."""


def slices_with_taints(inventory: Inventory) -> tuple[ResourceSlice, ...]:
    """The slices as the scheduler sees them; those that no rule concerns are the very same objects."""
    rules = sorted(inventory.device_taint_rules.values(), key=lambda rule: rule.metadata.name)
    return lay_taint_rules(inventory.resource_slices, rules, inventory.release, inventory.device_classes)


def lay_taint_rules(
    slices: Iterable[ResourceSlice], rules: Sequence[DeviceTaintRule], release: Release, classes: Mapping[str, DeviceClass]
) -> tuple[ResourceSlice, ...]:
    """``slices`` with the taints of ``rules``. Rules of 1.34 that select by CEL leave out devices on which that ends in an error."""
    if not rules:
        return tuple(slices)
    return tuple(_patched(slice_, [rule for rule in rules if concerns_slice(rule, slice_, release)], release, classes) for slice_ in slices)


def concerns_slice(rule: DeviceTaintRule, slice_: ResourceSlice, release: Release) -> bool:
    """Whether the rule may taint devices of the slice, by driver and pool."""
    selector = rule.spec.device_selector
    if selector is None:
        return release < _NONE_WITHOUT_SELECTOR
    pool = slice_.spec.pool.name if slice_.spec.pool else ""
    return selector.driver in {None, slice_.spec.driver} and selector.pool in {None, pool}


def concerns_device(rule: DeviceTaintRule, driver: str, device: Device, release: Release, classes: Mapping[str, DeviceClass]) -> bool:
    """Whether the rule, which concerns the slice, taints this device of it."""
    selector = rule.spec.device_selector
    if selector is None:
        return True
    if selector.device not in {None, device.name}:
        return False
    if release > _SELECTS_BY_CEL or not (selector.selectors or selector.device_class_name):
        return True
    return _selected(_selectors_of(rule, classes), driver, device, release)


def _patched(slice_: ResourceSlice, rules: list[DeviceTaintRule], release: Release, classes: Mapping[str, DeviceClass]) -> ResourceSlice:
    if not rules:
        return slice_
    devices = tuple(_tainted(device, _taints_for(device, slice_.spec.driver, rules, release, classes)) for device in slice_.spec.devices)
    return msgspec.structs.replace(slice_, spec=msgspec.structs.replace(slice_.spec, devices=devices))


def _taints_for(
    device: Device, driver: str, rules: list[DeviceTaintRule], release: Release, classes: Mapping[str, DeviceClass]
) -> tuple[DeviceTaint, ...]:
    return tuple(rule.spec.taint for rule in rules if concerns_device(rule, driver, device, release, classes))


def _tainted(device: Device, taints: tuple[DeviceTaint, ...]) -> Device:
    return msgspec.structs.replace(device, taints=(*device.taints, *taints)) if taints else device


def _selectors_of(rule: DeviceTaintRule, classes: Mapping[str, DeviceClass]) -> tuple[DeviceSelector, ...] | None:
    """All selectors that must hold; None where the rule names a class that does not exist, and so taints nothing."""
    selector = rule.spec.device_selector
    if selector is None:
        return ()
    if selector.device_class_name is None:
        return selector.selectors
    device_class = classes.get(selector.device_class_name)
    return (*device_class.spec.selectors, *selector.selectors) if device_class else None


def _selected(selectors: tuple[DeviceSelector, ...] | None, driver: str, device: Device, release: Release) -> bool:
    from kubectl_dra.selection.device_selector import Environment, compile_selector  # noqa: PLC0415  (1.34 only)

    if selectors is None:
        return False
    environment = Environment(release=str(release))
    return all(
        compile_selector(selector.cel.expression, environment).evaluate(driver, device) is True
        for selector in selectors
        if selector.cel is not None
    )
