"""resource.k8s.io in v1 shape: ResourceSlice, DeviceClass, ResourceClaim, ResourceClaimTemplate, DeviceTaintRule and what they hold.

Upstream: ``staging/src/k8s.io/api/resource/v1/types.go``, with ``nodeAllocatableResourceMappings`` of 1.36 beside its successor.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from kubectl_dra.api.meta import Condition, ObjectMeta, Struct

QuantityText: TypeAlias = str | int | float
"""A quantity as it is written; ``apimachinery.quantity`` parses it (and remembers what it parsed)."""


class DeviceTaint(Struct):
    """A taint of a device, from its slice or from a DeviceTaintRule."""

    key: str = ""
    value: str = ""
    effect: str = ""
    time_added: str = ""


class DeviceToleration(Struct):
    """A request's toleration of device taints."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class DeviceAttribute(Struct):
    """One typed value, or one list of values (1.36 on).

    None of the fields set means a value of a kind that this program does not know.
    """

    int_: int | None = msgspec.field(name="int", default=None)
    bool_: bool | None = msgspec.field(name="bool", default=None)
    string: str | None = None
    version: str | None = None
    ints: tuple[int, ...] | None = None
    bools: tuple[bool, ...] | None = None
    strings: tuple[str, ...] | None = None
    versions: tuple[str, ...] | None = None

    @property
    def value(self) -> int | bool | str | tuple[int, ...] | tuple[bool, ...] | tuple[str, ...] | None:
        """The value itself, whatever its type; None for a kind of value that is not known."""
        for candidate in (self.string, self.int_, self.bool_, self.version, self.strings, self.ints, self.bools, self.versions):
            if candidate is not None:
                return candidate
        return None


class CapacityRequestPolicyRange(Struct):
    """Amounts from ``min`` to ``max`` in steps."""

    min: QuantityText | None = None
    max: QuantityText | None = None
    step: QuantityText | None = None


class CapacityRequestPolicy(Struct):
    """Which amounts of a shared capacity may be asked for."""

    default: QuantityText | None = None
    valid_values: tuple[QuantityText, ...] = ()
    valid_range: CapacityRequestPolicyRange | None = None


class DeviceCapacity(Struct):
    """How much a device offers of something."""

    value: QuantityText = "0"
    request_policy: CapacityRequestPolicy | None = None


class Counter(Struct):
    """An amount of a counter."""

    value: QuantityText = "0"


class CounterSet(Struct):
    """Counters that devices of a pool share."""

    name: str = ""
    counters: dict[str, Counter] = {}


class DeviceCounterConsumption(Struct):
    """What a device takes from one counter set."""

    counter_set: str = ""
    counters: dict[str, Counter] = {}
    compatibility_groups: tuple[str, ...] = ()


class NodeSelectorRequirement(Struct):
    """One requirement on labels or fields of a node."""

    key: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()


class NodeSelectorTerm(Struct):
    """Requirements that must all hold; a term without any matches no node."""

    match_expressions: tuple[NodeSelectorRequirement, ...] = ()
    match_fields: tuple[NodeSelectorRequirement, ...] = ()


class NodeSelector(Struct):
    """Terms of which one must match."""

    node_selector_terms: tuple[NodeSelectorTerm, ...] = ()


class Device(Struct):
    """One device, or a part of one, that a driver publishes."""

    name: str = ""
    attributes: dict[str, DeviceAttribute] = {}
    capacity: dict[str, DeviceCapacity] = {}
    consumes_counters: tuple[DeviceCounterConsumption, ...] = ()
    node_name: str | None = None
    node_selector: NodeSelector | None = None
    all_nodes: bool | None = None
    taints: tuple[DeviceTaint, ...] = ()
    binds_to_node: bool | None = None
    binding_conditions: tuple[str, ...] = ()
    binding_failure_conditions: tuple[str, ...] = ()
    allow_multiple_allocations: bool | None = None
    node_allocatable_resource_mappings: dict[str, object] = {}
    node_allocatable_resources: dict[str, object] = {}


class ResourcePool(Struct):
    """Which pool a slice belongs to, in which generation, of how many slices."""

    name: str = ""
    generation: int = 0
    resource_slice_count: int = 0


class ResourceSliceSpec(Struct):
    """A part of a pool: devices or shared counters, and the nodes that they are for."""

    driver: str = ""
    pool: ResourcePool | None = None
    node_name: str | None = None
    node_selector: NodeSelector | None = None
    all_nodes: bool | None = None
    per_device_node_selection: bool | None = None
    devices: tuple[Device, ...] = ()
    shared_counters: tuple[CounterSet, ...] = ()
    partition_type_attribute: str | None = None
    skip_node_operations: tuple[str, ...] = ()


class ResourceSlice(Struct):
    """What a driver publishes."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceSliceSpec = ResourceSliceSpec()


class CELDeviceSelector(Struct):
    """A CEL expression over ``device``."""

    expression: str = ""


class DeviceSelector(Struct):
    """One selector; ``cel`` is the only kind there is."""

    cel: CELDeviceSelector | None = None


class OpaqueDeviceConfiguration(Struct):
    """Parameters for a driver, of which Kubernetes knows nothing."""

    driver: str = ""
    parameters: dict[str, object] | None = None


class DeviceClassConfiguration(Struct):
    """A configuration that a class brings."""

    opaque: OpaqueDeviceConfiguration | None = None


class DeviceClassSpec(Struct):
    """Which devices a class selects, and how they are configured."""

    selectors: tuple[DeviceSelector, ...] = ()
    config: tuple[DeviceClassConfiguration, ...] = ()
    extended_resource_name: str | None = None


class DeviceClass(Struct):
    """A named way to ask for devices."""

    metadata: ObjectMeta = ObjectMeta()
    spec: DeviceClassSpec = DeviceClassSpec()


class CapacityRequirements(Struct):
    """Amounts of capacity asked for, by the device's own key."""

    requests: dict[str, QuantityText] = {}


class DerivedAttribute(Struct):
    """An attribute computed by CEL for constraints (1.37)."""

    name: str = ""
    expression: str = ""


class ExactDeviceRequest(Struct):
    """Devices of one class."""

    device_class_name: str = ""
    selectors: tuple[DeviceSelector, ...] = ()
    allocation_mode: str = ""
    count: int = 0
    admin_access: bool | None = None
    tolerations: tuple[DeviceToleration, ...] = ()
    capacity: CapacityRequirements | None = None
    derived_attributes: tuple[DerivedAttribute, ...] = ()


class DeviceSubRequest(Struct):
    """One alternative of ``firstAvailable``."""

    name: str = ""
    device_class_name: str = ""
    selectors: tuple[DeviceSelector, ...] = ()
    allocation_mode: str = ""
    count: int = 0
    tolerations: tuple[DeviceToleration, ...] = ()
    capacity: CapacityRequirements | None = None
    derived_attributes: tuple[DerivedAttribute, ...] = ()


class DeviceRequest(Struct):
    """A request: exactly one thing, or the first available of several."""

    name: str = ""
    exactly: ExactDeviceRequest | None = None
    first_available: tuple[DeviceSubRequest, ...] = ()


class DeviceConstraint(Struct):
    """What devices of several requests must, or must not, have in common."""

    requests: tuple[str, ...] = ()
    match_attribute: str | None = None
    distinct_attribute: str | None = None


class DeviceClaimConfiguration(Struct):
    """A configuration that a claim brings, for some of its requests or all."""

    requests: tuple[str, ...] = ()
    opaque: OpaqueDeviceConfiguration | None = None


class DeviceClaim(Struct):
    """Requests, constraints and configuration of a claim."""

    requests: tuple[DeviceRequest, ...] = ()
    constraints: tuple[DeviceConstraint, ...] = ()
    config: tuple[DeviceClaimConfiguration, ...] = ()


class ResourceClaimSpec(Struct):
    """What a claim asks for."""

    devices: DeviceClaim = DeviceClaim()


class DeviceRequestAllocationResult(Struct):
    """One device that a request got."""

    request: str = ""
    driver: str = ""
    pool: str = ""
    device: str = ""
    admin_access: bool | None = None
    tolerations: tuple[DeviceToleration, ...] = ()
    binding_conditions: tuple[str, ...] = ()
    binding_failure_conditions: tuple[str, ...] = ()
    share_id: str | None = msgspec.field(name="shareID", default=None)
    consumed_capacity: dict[str, QuantityText] = {}
    skip_node_operations: tuple[str, ...] = ()


class DeviceAllocationConfiguration(Struct):
    """A configuration that an allocation carries to the driver."""

    source: str = ""
    requests: tuple[str, ...] = ()
    opaque: OpaqueDeviceConfiguration | None = None


class DeviceAllocationResult(Struct):
    """All devices of an allocation."""

    results: tuple[DeviceRequestAllocationResult, ...] = ()
    config: tuple[DeviceAllocationConfiguration, ...] = ()


class AllocationResult(Struct):
    """What a claim got, and on which nodes it can be used (None: on all)."""

    devices: DeviceAllocationResult = DeviceAllocationResult()
    node_selector: NodeSelector | None = None
    allocation_timestamp: str = ""


class ResourceClaimConsumerReference(Struct):
    """Who a claim is reserved for."""

    api_group: str = ""
    resource: str = ""
    name: str = ""
    uid: str = ""


class NetworkDeviceData(Struct):
    """What a driver reports of a network device."""

    interface_name: str = ""
    ips: tuple[str, ...] = ()
    hardware_address: str = ""


class AllocatedDeviceStatus(Struct):
    """What a driver reports of an allocated device."""

    driver: str = ""
    pool: str = ""
    device: str = ""
    share_id: str | None = msgspec.field(name="shareID", default=None)
    conditions: tuple[Condition, ...] = ()
    data: dict[str, object] | None = None
    network_data: NetworkDeviceData | None = None


class ResourceClaimStatus(Struct):
    """What became of a claim."""

    allocation: AllocationResult | None = None
    reserved_for: tuple[ResourceClaimConsumerReference, ...] = ()
    devices: tuple[AllocatedDeviceStatus, ...] = ()


class ResourceClaim(Struct):
    """A claim to devices."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceClaimSpec = ResourceClaimSpec()
    status: ResourceClaimStatus = ResourceClaimStatus()


class ResourceClaimTemplateSpec(Struct):
    """The claim that is generated for each pod."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceClaimSpec = ResourceClaimSpec()


class ResourceClaimTemplate(Struct):
    """A template from which claims are generated."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceClaimTemplateSpec = ResourceClaimTemplateSpec()


class DeviceTaintSelector(Struct):
    """Which devices a rule taints; the first two are of 1.33 and 1.34 only."""

    device_class_name: str | None = None
    selectors: tuple[DeviceSelector, ...] = ()
    driver: str | None = None
    pool: str | None = None
    device: str | None = None


class DeviceTaintRuleSpec(Struct):
    """A taint and the devices it is put on."""

    device_selector: DeviceTaintSelector | None = None
    taint: DeviceTaint = DeviceTaint()


class DeviceTaintRuleStatus(Struct):
    """How far the eviction that a rule asks for has come."""

    conditions: tuple[Condition, ...] = ()


class DeviceTaintRule(Struct):
    """A taint that an administrator puts on devices."""

    metadata: ObjectMeta = ObjectMeta()
    spec: DeviceTaintRuleSpec = DeviceTaintRuleSpec()
    status: DeviceTaintRuleStatus = DeviceTaintRuleStatus()
