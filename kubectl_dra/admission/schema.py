"""The fields of every DRA kind, by API version and release: what strict decoding knows.

Upstream: ``staging/src/k8s.io/api/resource/*/types.go`` of each release. A field is written ``name:type``; ``[type]`` is a list, ``{type}``
a map, and ``@1.36``, ``@1.36-1.36`` or ``@-1.34`` the releases that have it.
"""

from __future__ import annotations

import calendar
import functools
import re
from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.releases.release import Release, nearest_followed, parse

if TYPE_CHECKING:
    from collections.abc import Mapping

Fields: TypeAlias = "Mapping[str, str]"

_META: Final = {
    "ObjectMeta": "name:string generateName:string namespace:string selfLink:string uid:string resourceVersion:string generation:int "
    "creationTimestamp:time deletionTimestamp:time deletionGracePeriodSeconds:int labels:{string} annotations:{string} "
    "ownerReferences:[OwnerReference] finalizers:[string] managedFields:[ManagedFieldsEntry]",
    "OwnerReference": "apiVersion:string kind:string name:string uid:string controller:bool blockOwnerDeletion:bool",
    "ManagedFieldsEntry": "manager:string operation:string apiVersion:string time:time fieldsType:string fieldsV1:any subresource:string",
    "Condition": "type:string status:string observedGeneration:int lastTransitionTime:time reason:string message:string",
    "NodeSelector": "nodeSelectorTerms:[NodeSelectorTerm]",
    "NodeSelectorTerm": "matchExpressions:[NodeSelectorRequirement] matchFields:[NodeSelectorRequirement]",
    "NodeSelectorRequirement": "key:string operator:string values:[string]",
}

_DEVICE: Final = (
    "attributes:{DeviceAttribute} capacity:{DeviceCapacity} consumesCounters:[DeviceCounterConsumption] nodeName:string "
    "nodeSelector:NodeSelector allNodes:bool taints:[DeviceTaint] bindsToNode:bool bindingConditions:[string] "
    "bindingFailureConditions:[string] allowMultipleAllocations:bool "
    "nodeAllocatableResourceMappings:{NodeAllocatableResourceMapping}@1.36-1.36 nodeAllocatableResources:{NodeAllocatableResource}@1.37"
)
_SELECTION: Final = (
    "deviceClassName:string selectors:[DeviceSelector] allocationMode:string count:int tolerations:[DeviceToleration] "
    "capacity:CapacityRequirements derivedAttributes:[DeviceDerivedAttribute]@1.37"
)
_CONFIGURATION: Final = "opaque:OpaqueDeviceConfiguration"

_RESOURCE: Final = {
    **_META,
    "ResourceSlice": "apiVersion:string kind:string metadata:ObjectMeta spec:ResourceSliceSpec",
    "ResourceSliceSpec": "driver:string pool:ResourcePool nodeName:string nodeSelector:NodeSelector allNodes:bool devices:[Device] "
    "perDeviceNodeSelection:bool sharedCounters:[CounterSet] partitionTypeAttribute:string@1.37 skipNodeOperations:[string]@1.37",
    "CounterSet": "name:string counters:{Counter}",
    "Counter": "value:quantity",
    "ResourcePool": "name:string generation:int resourceSliceCount:int",
    "Device": f"name:string {_DEVICE}",
    "DeviceCounterConsumption": "counterSet:string counters:{Counter} compatibilityGroups:[string]@1.37",
    "DeviceCapacity": "value:quantity requestPolicy:CapacityRequestPolicy",
    "CapacityRequestPolicy": "default:quantity validValues:[quantity] validRange:CapacityRequestPolicyRange",
    "CapacityRequestPolicyRange": "min:quantity max:quantity step:quantity",
    "DeviceAttribute": "int:int bool:bool string:string version:string ints:[int]@1.36 bools:[bool]@1.36 strings:[string]@1.36 "
    "versions:[string]@1.36",
    "DeviceTaint": "key:string value:string effect:string timeAdded:time",
    "NodeAllocatableResourceMapping": "capacityKey:string allocationMultiplier:quantity",
    "NodeAllocatableResource": "mapping:NodeAllocatableMapping overhead:NodeAllocatableOverhead",
    "NodeAllocatableMapping": "capacityKey:string capacityMultiplier:quantity deviceMultiplier:quantity",
    "NodeAllocatableOverhead": "perPod:quantity perContainer:quantity",
    "ResourceClaim": "apiVersion:string kind:string metadata:ObjectMeta spec:ResourceClaimSpec status:ResourceClaimStatus",
    "ResourceClaimSpec": "devices:DeviceClaim",
    "DeviceClaim": "requests:[DeviceRequest] constraints:[DeviceConstraint] config:[DeviceClaimConfiguration]",
    "DeviceRequest": "name:string exactly:ExactDeviceRequest firstAvailable:[DeviceSubRequest]",
    "ExactDeviceRequest": f"{_SELECTION} adminAccess:bool",
    "DeviceSubRequest": f"name:string {_SELECTION}",
    "CapacityRequirements": "requests:{quantity}",
    "DeviceSelector": "cel:CELDeviceSelector",
    "CELDeviceSelector": "expression:string",
    "DeviceConstraint": "requests:[string] matchAttribute:string distinctAttribute:string",
    "DeviceClaimConfiguration": f"requests:[string] {_CONFIGURATION}",
    "DeviceClassConfiguration": _CONFIGURATION,
    "OpaqueDeviceConfiguration": "driver:string parameters:any",
    "DeviceToleration": "key:string operator:string value:string effect:string tolerationSeconds:int",
    "DeviceDerivedAttribute": "name:string expression:string",
    "ResourceClaimStatus": "allocation:AllocationResult reservedFor:[ResourceClaimConsumerReference] devices:[AllocatedDeviceStatus]",
    "ResourceClaimConsumerReference": "apiGroup:string resource:string name:string uid:string",
    "AllocationResult": "devices:DeviceAllocationResult nodeSelector:NodeSelector allocationTimestamp:time",
    "DeviceAllocationResult": "results:[DeviceRequestAllocationResult] config:[DeviceAllocationConfiguration]",
    "DeviceRequestAllocationResult": "request:string driver:string pool:string device:string adminAccess:bool "
    "tolerations:[DeviceToleration] bindingConditions:[string] bindingFailureConditions:[string] shareID:string "
    "consumedCapacity:{quantity} skipNodeOperations:[string]@1.37",
    "DeviceAllocationConfiguration": f"source:string requests:[string] {_CONFIGURATION}",
    "AllocatedDeviceStatus": "driver:string pool:string device:string shareID:string conditions:[Condition] data:any "
    "networkData:NetworkDeviceData",
    "NetworkDeviceData": "interfaceName:string ips:[string] hardwareAddress:string",
    "DeviceClass": "apiVersion:string kind:string metadata:ObjectMeta spec:DeviceClassSpec",
    "DeviceClassSpec": "selectors:[DeviceSelector] config:[DeviceClassConfiguration] extendedResourceName:string",
    "ResourceClaimTemplate": "apiVersion:string kind:string metadata:ObjectMeta spec:ResourceClaimTemplateSpec",
    "ResourceClaimTemplateSpec": "metadata:ObjectMeta spec:ResourceClaimSpec",
    "DeviceTaintRule": "apiVersion:string kind:string metadata:ObjectMeta spec:DeviceTaintRuleSpec status:DeviceTaintRuleStatus@1.35",
    "DeviceTaintRuleSpec": "deviceSelector:DeviceTaintSelector taint:DeviceTaint",
    "DeviceTaintSelector": "driver:string pool:string device:string deviceClassName:string@-1.34 selectors:[DeviceSelector]@-1.34",
    "DeviceTaintRuleStatus": "conditions:[Condition]",
}

_FLAT: Final = {
    **_RESOURCE,
    "Device": "name:string basic:BasicDevice",
    "BasicDevice": _DEVICE,
    "DeviceRequest": f"name:string firstAvailable:[DeviceSubRequest] {_SELECTION} adminAccess:bool",
}
"""v1beta1: a request has no ``exactly``, a device keeps its fields under ``basic``."""

_FOUR: Final = ("DeviceClass", "ResourceClaim", "ResourceClaimTemplate", "ResourceSlice")

_SERVED: Final[Mapping[str, tuple[tuple[tuple[str, ...], Release, Release], ...]]] = {
    "v1": ((_FOUR, Release(1, 34), Release(9, 9)), (("DeviceTaintRule",), Release(1, 37), Release(9, 9))),
    "v1beta2": ((_FOUR, Release(1, 33), Release(1, 38)), (("DeviceTaintRule",), Release(1, 36), Release(1, 38))),
    "v1beta1": ((_FOUR, Release(1, 32), Release(1, 37)),),
    "v1alpha3": ((_FOUR, Release(1, 31), Release(1, 33)), (("DeviceTaintRule",), Release(1, 33), Release(1, 37))),
}
"""From version to kinds with the first and the last release that can serve them (the lifecycle of each version, and its register.go)."""


def can_serve(api_version: str, kind_name: str, release: Release) -> bool:
    """Whether a release has this kind in this version at all, switched on or not."""
    group, _, version = api_version.rpartition("/")
    spans = _SERVED.get(version, ()) if group == RESOURCE_GROUP else ()
    return any(kind_name in kinds and first <= release <= last for kinds, first, last in spans)


def last_release(api_version: str, kind_name: str) -> Release | None:
    """The last release that can serve this kind in this version; None where no end is known or the version never had it."""
    spans = _SERVED.get(api_version.rpartition("/")[2], ())
    found = [last for kinds, _, last in spans if kind_name in kinds]
    return found[0] if found and found[0] < Release(9, 9) else None


@functools.cache
def fields_of(type_name: str, version: str, release: Release) -> Fields:
    """From the name of each field that a type has in a version and release to the type of the field."""
    table = _FLAT if version == "v1beta1" else _RESOURCE
    followed = nearest_followed(release)
    fields: dict[str, str] = {}
    for word in table[type_name].split():
        field, _, span = word.partition("@")
        name, _, type_of_field = field.partition(":")
        if _is_within(followed, span):
            fields[name] = type_of_field
    return fields


def _is_within(release: Release, span: str) -> bool:
    if not span:
        return True
    first, dash, last = span.partition("-")
    since, until = parse(first), parse(last)
    return (since is None or since <= release) and (not dash or until is None or release <= until)


def element_of(type_name: str) -> str:
    """The type of the entries of a list or a map."""
    return type_name[1:-1]


def is_list(type_name: str) -> bool:
    """Whether a type is a list."""
    return type_name.startswith("[")


def is_map(type_name: str) -> bool:
    """Whether a type is a map."""
    return type_name.startswith("{")


_TIME: Final = re.compile(
    r"(\d{4})-(0[1-9]|1[0-2])-(\d\d)T([01]?\d|2[0-3]):[0-5]\d:[0-5]\d([.,]\d+)?(Z|[+-]([01]\d|2[0-4]):([0-5]\d|60))", re.ASCII
)


def is_time(text: str) -> bool:
    """Whether text is a time as Go reads RFC 3339: a day that exists, an hour of one digit or two, a comma for the point."""
    found = _TIME.fullmatch(text)
    return found is not None and 1 <= int(found[3]) <= calendar.monthrange(int(found[1]), int(found[2]))[1]
