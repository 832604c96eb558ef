"""The spec of a ResourceSlice → what is wrong with it.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateResourceSliceSpec``, ``validateDevice`` and below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import names
from kubectl_dra.admission.capacities import capacity_errors
from kubectl_dra.admission.counters import consumption_errors, consumption_limit_errors, counter_set_errors, slice_counter_errors
from kubectl_dra.admission.field_errors import FieldErrors, duplicate, invalid, not_found, not_supported, required, too_long
from kubectl_dra.admission.lists import MODERN, by_field, check_list, check_map, check_set
from kubectl_dra.admission.node_selectors import node_selector_errors
from kubectl_dra.admission.taints import taint_errors
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from kubectl_dra.admission.context import Context
    from kubectl_dra.api.source import Document

MAX_DEVICES: Final = 128
MAX_DEVICES_WITH_ADVANCED_FEATURES: Final = 64
MAX_ATTRIBUTES_AND_CAPACITIES: Final = 32
MAX_ATTRIBUTE_VALUES: Final = 48
MAX_VALUE_LENGTH: Final = 64
MAX_BINDING_CONDITIONS: Final = 4

_LONGEST_KEY: Final = 63 + 1 + 32
_LISTS: Final = ("ints", "bools", "strings", "versions")
_SCALARS: Final = ("int", "bool", "string", "version")
_V36: Final = Release(1, 36)
_V37: Final = Release(1, 37)

_ONE_NODE_FIELD = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required"
_ONE_DEVICE_NODE_FIELD = (
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true "
    "in the ResourceSlice spec"
)


def slice_spec_errors(path: str, spec: Document, context: Context) -> FieldErrors:
    """Driver, pool, nodes, devices and counters of a slice."""
    release, devices, counters = context.release, spec.get("devices", []), spec.get("sharedCounters", [])
    errors = names.driver_name(f"{path}.driver", spec.get("driver", ""))
    errors += _pool_errors(f"{path}.pool", spec.get("pool", {}))
    errors += _node_errors(path, spec)
    if release >= MODERN and "sharedCounters" in spec and "devices" in spec:
        errors.append(invalid(path, "", "only one of `sharedCounters` or `devices` is allowed"))
    errors += check_set(
        f"{path}.devices",
        devices,
        _most_devices(devices, release),
        lambda device, at: _device_errors(at, device, spec, context),
        by_field("name"),
        release,
    )
    errors += slice_counter_errors(path, devices, counters, release)
    errors += counter_set_errors(f"{path}.sharedCounters", counters, release)
    errors += _partition_type_errors(path, spec, release) if "partitionTypeAttribute" in spec else []
    return errors + skip_node_operations_errors(f"{path}.skipNodeOperations", spec.get("skipNodeOperations", []))


def _most_devices(devices: list[Document], release: Release) -> int:
    if release < MODERN:
        return MAX_DEVICES
    is_advanced = any(
        device.get("taints")
        or device.get("consumesCounters")
        or (release >= _V36 and any(name in attribute for attribute in device.get("attributes", {}).values() for name in _LISTS))
        for device in devices
    )
    return MAX_DEVICES_WITH_ADVANCED_FEATURES if is_advanced else MAX_DEVICES


def _pool_errors(path: str, pool: Document) -> FieldErrors:
    errors = names.pool_name(f"{path}.name", pool.get("name", ""))
    count, generation = pool.get("resourceSliceCount", 0), pool.get("generation", 0)
    if count <= 0:
        errors.append(invalid(f"{path}.resourceSliceCount", count, "must be greater than zero"))
    if generation < 0:
        errors.append(invalid(f"{path}.generation", generation, "must be greater than or equal to zero"))
    return errors


def _node_errors(path: str, spec: Document) -> FieldErrors:
    errors: FieldErrors = []
    chosen: list[str] = []
    if "nodeName" in spec:
        if spec["nodeName"]:
            chosen.append("`nodeName`")
            errors += names.named(f"{path}.nodeName", spec["nodeName"], names.dns_subdomain)
        else:
            errors.append(invalid(f"{path}.nodeName", "", "must be either unset or set to a non-empty string"))
    if "nodeSelector" in spec:
        chosen.append("`nodeSelector`")
        terms = spec["nodeSelector"].get("nodeSelectorTerms", [])
        errors += node_selector_errors(f"{path}.nodeSelector", spec["nodeSelector"])
        if len(terms) != 1:
            errors.append(invalid(f"{path}.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term"))
    for name in ("allNodes", "perDeviceNodeSelection"):
        errors += _only_true(path, spec, name, chosen)
    if not chosen:
        return [*errors, required(path, _ONE_NODE_FIELD)]
    return (
        errors
        if len(chosen) == 1
        else [*errors, invalid(path, f"{{{', '.join(chosen)}}}", f"{_ONE_NODE_FIELD}, but multiple fields are set")]
    )


def _only_true(path: str, holder: Document, name: str, chosen: list[str]) -> FieldErrors:
    if name not in holder:
        return []
    if not holder[name]:
        return [invalid(f"{path}.{name}", holder[name], "must be either unset or set to true")]
    chosen.append(f"`{name}`")
    return []


def _device_errors(path: str, device: Document, spec: Document, context: Context) -> FieldErrors:
    release, attributes, capacity = context.release, device.get("attributes", {}), device.get("capacity", {})
    is_shared = bool(device.get("allowMultipleAllocations"))
    errors = names.named(f"{path}.name", device.get("name", ""), names.dns_label)
    errors += _size_errors(path, attributes, capacity, release)
    errors += check_map(
        f"{path}.attributes",
        attributes,
        _LONGEST_KEY,
        lambda key, at: names.qualified_name(at, key, release),
        lambda attribute, at: _attribute_errors(at, attribute, release),
        release,
    )
    errors += check_map(
        f"{path}.capacity",
        capacity,
        _LONGEST_KEY,
        lambda key, at: names.qualified_name(at, key, release),
        lambda amount, at: capacity_errors(at, amount, context, is_shared=is_shared),
        release,
    )
    errors += check_list(
        f"{path}.taints",
        device.get("taints", []),
        16 if release >= MODERN else 4,
        lambda taint, at: taint_errors(at, taint, release),
        release,
    )
    errors += consumption_errors(f"{path}.consumesCounters", device.get("consumesCounters", []), release)
    errors += consumption_limit_errors(path, device, spec, release)
    errors += _device_node_errors(path, device, is_per_device=bool(spec.get("perDeviceNodeSelection")))
    errors += binding_errors(path, device, release)
    return errors + _node_resource_errors(f"{path}.nodeAllocatableResources", device)


def _size_errors(path: str, attributes: Document, capacity: Document, release: Release) -> FieldErrors:
    errors: FieldErrors = []
    number = len(attributes) + len(capacity)
    if number > MAX_ATTRIBUTES_AND_CAPACITIES:
        errors.append(
            invalid(path, number, f"the total number of attributes and capacities must not exceed {MAX_ATTRIBUTES_AND_CAPACITIES}")
        )
    values = sum(sum(len(attribute.get(name, ())) for name in _LISTS) or 1 for attribute in attributes.values())
    if values > MAX_ATTRIBUTE_VALUES and release >= _V36:
        errors.append(invalid(path, values, f"the total number of attribute values must not exceed {MAX_ATTRIBUTE_VALUES}"))
    return errors


def _attribute_errors(path: str, attribute: Document, release: Release) -> FieldErrors:
    errors: FieldErrors = []
    if "string" in attribute:
        errors += _text_errors(f"{path}.string", attribute["string"])
    if "version" in attribute:
        errors += _version_errors(f"{path}.version", attribute["version"])
    for name in _LISTS:
        if name in attribute:
            errors += _value_list_errors(f"{path}.{name}", attribute[name], name)
    chosen = [name for name in (*_SCALARS, *_LISTS) if name in attribute]
    if len(chosen) == 1 and (chosen[0] in _SCALARS or attribute[chosen[0]]):
        return errors
    if release >= _V36:
        return [*errors, *_union_errors(path, attribute, chosen)]
    rule = "exactly one value must be specified"
    return [*errors, invalid(path, attribute, rule) if chosen else required(path, rule)]


def _union_errors(path: str, attribute: Document, chosen: list[str]) -> FieldErrors:
    # An empty list counts as set for one half of upstream's checks and as unset for the other.
    filled = [name for name in chosen if name in _SCALARS or attribute[name]]
    members = ", ".join(f"`{name}`" for name in (*_SCALARS, *_LISTS))
    if not filled:
        return [invalid(path, "", f"must specify one of: {members}")]
    if len(filled) == 1:
        return []
    return [invalid(path, f"{{{', '.join(filled)}}}", f"must specify exactly one of: {members}")]


def _value_list_errors(path: str, values: list[object], name: str) -> FieldErrors:
    if not values:
        return [invalid(path, values, "must not be empty if specified")]
    check = {"strings": _text_errors, "versions": _version_errors}.get(name)
    return [error for number, value in enumerate(values) for error in check(f"{path}[{number}]", str(value))] if check else []


def _text_errors(path: str, text: str) -> FieldErrors:
    return [too_long(path, MAX_VALUE_LENGTH)] if len(text.encode()) > MAX_VALUE_LENGTH else []


def _version_errors(path: str, text: str) -> FieldErrors:
    errors = [] if names.is_semver(text) else [invalid(path, text, "must be a string compatible with semver.org spec 2.0.0")]
    return errors + _text_errors(path, text)


def _device_node_errors(path: str, device: Document, *, is_per_device: bool) -> FieldErrors:
    present = [name for name in ("nodeName", "nodeSelector", "allNodes") if name in device]
    if not is_per_device:
        rule = (
            "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec"
        )
        return [invalid(path, None, rule)] if present else []
    errors: FieldErrors = []
    chosen: list[str] = []
    if "nodeName" in device:
        if device["nodeName"]:
            chosen.append("`nodeName`")
            errors += names.named(f"{path}.nodeName", device["nodeName"], names.dns_subdomain)
        else:
            errors.append(invalid(f"{path}.nodeName", "", "must not be empty"))
    if "nodeSelector" in device:
        chosen.append("`nodeSelector`")
        errors += node_selector_errors(f"{path}.nodeSelector", device["nodeSelector"])
    errors += _only_true(path, device, "allNodes", chosen)
    if not chosen:
        return [*errors, required(path, _ONE_DEVICE_NODE_FIELD)]
    return errors if len(chosen) == 1 else [*errors, invalid(path, f"{{{', '.join(chosen)}}}", _ONE_DEVICE_NODE_FIELD)]


def binding_errors(path: str, device: Document, release: Release) -> FieldErrors:
    """Binding conditions and their failures: both or neither, and none in both."""
    errors: FieldErrors = []
    lists = {name: device.get(name, []) for name in ("bindingConditions", "bindingFailureConditions")}
    for name, conditions in lists.items():
        errors += check_list(
            f"{path}.{name}", conditions, MAX_BINDING_CONDITIONS, lambda text, at: names.named(at, text, names.label_key), release
        )
    for name, conditions in lists.items():
        for number, condition in enumerate(conditions):
            place = f"{path}.{name}[{number}]"
            if condition in conditions[:number]:
                errors.append(duplicate(place, condition))
            if name == "bindingFailureConditions" and condition in lists["bindingConditions"]:
                errors.append(invalid(place, condition, "bindingFailureConditions must not overlap with bindingConditions"))
    for name, other in (("bindingConditions", "bindingFailureConditions"), ("bindingFailureConditions", "bindingConditions")):
        if not lists[name] and lists[other]:
            errors.append(invalid(f"{path}.{name}", lists[name], f"{name} are required to use {other}"))
    return errors


def _partition_type_errors(path: str, spec: Document, release: Release) -> FieldErrors:
    name, place = spec["partitionTypeAttribute"], f"{path}.partitionTypeAttribute"
    devices = spec.get("devices", [])
    errors = names.fully_qualified_name(place, name, release)
    if not any(device.get("consumesCounters") for device in devices):
        return [*errors, invalid(place, name, "may only be set on a slice which declares devices that consume counters")]
    if errors:
        return errors
    bare = name.removeprefix(f"{spec.get('driver', '')}/")
    for number, device in enumerate(devices):
        if not device.get("consumesCounters"):
            continue
        attributes, at = device.get("attributes", {}), f"{path}.devices[{number}].attributes[{name}]"
        attribute = attributes.get(name, attributes.get(bare))
        if attribute is None:
            errors.append(required(at, "device consumes counters and `partitionTypeAttribute` names this attribute, so it must be set"))
        elif "string" not in attribute:
            errors.append(invalid(at, attribute, "must be a string value because `partitionTypeAttribute` names this attribute"))
    return errors


def skip_node_operations_errors(path: str, operations: list[str]) -> FieldErrors:
    """Which node operations are skipped: known names, each once, and preparing only together with unpreparing."""
    known = ("*", "NodePrepareResources", "NodeUnprepareResources")
    errors: FieldErrors = []
    for number, name in enumerate(operations):
        if name not in known:
            errors.append(not_supported(f"{path}[{number}]", name, known))
        if name in operations[:number]:
            errors.append(duplicate(f"{path}[{number}]", name))
    if "NodePrepareResources" in operations and not {"*", "NodeUnprepareResources"} & set(operations):
        errors.append(invalid(path, operations, "NodePrepareResources cannot be skipped unless NodeUnprepareResources is also skipped"))
    return errors


_NODE_RESOURCES: Final = ("cpu", "memory", "ephemeral-storage")


def _node_resource_errors(path: str, device: Document) -> FieldErrors:
    """What a device takes of its node's own resources (1.37)."""
    errors: FieldErrors = []
    for resource, entry in device.get("nodeAllocatableResources", {}).items():
        place = f"{path}[{resource}]"
        if resource not in _NODE_RESOURCES and not resource.startswith("hugepages-"):
            errors.append(invalid(place, resource, "must be a node allocatable resource name"))
        if "mapping" not in entry and "overhead" not in entry:
            errors.append(required(place, "at least one of mapping or overhead must be set"))
        if "mapping" in entry:
            errors += _mapping_errors(f"{place}.mapping", entry["mapping"], device.get("capacity", {}))
        if "overhead" in entry:
            errors += _overhead_errors(f"{place}.overhead", entry["overhead"])
    return errors


def _mapping_errors(path: str, mapping: Document, capacity: Document) -> FieldErrors:
    errors: FieldErrors = []
    key = mapping.get("capacityKey")
    if key is not None:
        if not key:
            errors.append(invalid(f"{path}.capacityKey", "", "capacityKey must not be an empty string"))
        elif key not in capacity:
            errors.append(not_found(f"{path}.capacityKey", key))
        if "capacityMultiplier" not in mapping:
            errors.append(required(f"{path}.capacityMultiplier", "capacityMultiplier is required when capacityKey is set"))
    elif "capacityMultiplier" in mapping:
        errors.append(required(f"{path}.capacityKey", "capacityKey is required when capacityMultiplier is set"))
    if (key is None) == ("deviceMultiplier" not in mapping):
        errors.append(invalid(path, "", "must specify exactly one of: `capacityKey`, `deviceMultiplier`"))
    checked = ("capacityMultiplier", "deviceMultiplier") if key is not None else ("deviceMultiplier",)
    for name in checked:
        if name in mapping and read_quantity(mapping[name]).sign <= 0:
            errors.append(invalid(f"{path}.{name}", str(read_quantity(mapping[name])), "must be positive"))
    return errors


def _overhead_errors(path: str, overhead: Document) -> FieldErrors:
    if not overhead:
        return [invalid(path, "", "at least one of perPod or perContainer must be set")]
    return [
        invalid(f"{path}.{name}", str(read_quantity(amount)), "must be non-negative")
        for name, amount in overhead.items()
        if read_quantity(amount).sign < 0
    ]
