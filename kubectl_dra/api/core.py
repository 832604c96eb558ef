"""The part of Pod, Node, Namespace, Event and ResourceQuota that scheduling with claims reads."""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from kubectl_dra.api.meta import Condition, LabelSelector, ObjectMeta, Struct
from kubectl_dra.api.resource import NodeSelector, NodeSelectorTerm, QuantityText

ResourceList: TypeAlias = dict[str, QuantityText]
"""Resource name → quantity as it is written."""


class PreferredSchedulingTerm(Struct):
    """A term that only influences the choice between nodes that fit."""

    weight: int = 0
    preference: NodeSelectorTerm = NodeSelectorTerm()


class NodeAffinity(Struct):
    """Which nodes a pod may run on."""

    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: tuple[PreferredSchedulingTerm, ...] = ()


class PodAffinityTerm(Struct):
    """A term of inter-pod affinity."""

    label_selector: LabelSelector | None = None
    topology_key: str = ""
    namespaces: tuple[str, ...] = ()
    namespace_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    mismatch_label_keys: tuple[str, ...] = ()


class PodAffinity(Struct):
    """Affinity or anti-affinity to other pods; preferred terms never refuse a node and are not read."""

    required_during_scheduling_ignored_during_execution: tuple[PodAffinityTerm, ...] = ()


class Affinity(Struct):
    """All affinity of a pod."""

    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class Toleration(Struct):
    """A pod's toleration of node taints."""

    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: int | None = None


class Taint(Struct):
    """A node's taint."""

    key: str = ""
    value: str = ""
    effect: str = ""
    time_added: str = ""


class ContainerPort(Struct):
    """A port of a container; only host ports matter to the scheduler."""

    container_port: int = 0
    host_port: int = 0
    host_ip: str = msgspec.field(name="hostIP", default="")
    protocol: str = ""
    name: str = ""


class ContainerResourceClaim(Struct):
    """The entry of ``resources.claims`` in a container (core/v1 ResourceClaim): a pod claim's name, and perhaps one request of it."""

    name: str = ""
    request: str = ""


class ResourceRequirements(Struct):
    """What a container, or a pod as a whole, asks for."""

    requests: ResourceList = {}
    limits: ResourceList = {}
    claims: tuple[ContainerResourceClaim, ...] = ()


class ContainerRestartRule(Struct):
    """What is done when a container exits (1.35 on)."""

    action: str = ""


class Container(Struct):
    """A container of a pod."""

    name: str = ""
    image: str = ""
    ports: tuple[ContainerPort, ...] = ()
    resources: ResourceRequirements = ResourceRequirements()
    restart_policy: str = ""
    restart_policy_rules: tuple[ContainerRestartRule, ...] = ()


class PodResourceClaim(Struct):
    """An entry of ``spec.resourceClaims``: the name that containers use, and the claim or template it stands for."""

    name: str = ""
    resource_claim_name: str | None = None
    resource_claim_template_name: str | None = None
    pod_group_resource_claim: str | None = None


class PodSchedulingGate(Struct):
    """A gate that keeps a pod out of the scheduling queue."""

    name: str = ""


class TopologySpreadConstraint(Struct):
    """How evenly pods are to be spread over the values of a node label."""

    topology_key: str = ""
    when_unsatisfiable: str = ""
    max_skew: int = 0
    min_domains: int | None = None
    label_selector: LabelSelector | None = None
    match_label_keys: tuple[str, ...] = ()
    node_affinity_policy: str = ""
    node_taints_policy: str = ""


class Volume(Struct):
    """A volume: its name, and the sources that bind a pod to a node."""

    name: str = ""
    persistent_volume_claim: dict[str, object] | None = None
    ephemeral: dict[str, object] | None = None
    csi: dict[str, object] | None = None


class PodSchedulingGroup(Struct):
    """The PodGroup that a pod belongs to (1.36 on)."""

    pod_group_name: str = ""


class PodSpec(Struct):
    """A pod as its author wrote it."""

    containers: tuple[Container, ...] = ()
    init_containers: tuple[Container, ...] = ()
    resource_claims: tuple[PodResourceClaim, ...] = ()
    resources: ResourceRequirements | None = None
    node_name: str = ""
    node_selector: dict[str, str] = {}
    affinity: Affinity | None = None
    tolerations: tuple[Toleration, ...] = ()
    scheduler_name: str = ""
    scheduling_gates: tuple[PodSchedulingGate, ...] = ()
    scheduling_group: PodSchedulingGroup | None = None
    runtime_class_name: str | None = None
    priority_class_name: str = ""
    priority: int | None = None
    preemption_policy: str | None = None
    overhead: ResourceList = {}
    topology_spread_constraints: tuple[TopologySpreadConstraint, ...] = ()
    volumes: tuple[Volume, ...] = ()
    host_network: bool = False
    restart_policy: str = ""
    service_account_name: str = ""


class PodResourceClaimStatus(Struct):
    """Which claim was generated for an entry of ``spec.resourceClaims``; None where none is needed."""

    name: str = ""
    resource_claim_name: str | None = None


class ContainerExtendedResourceRequest(Struct):
    """Which container's extended resource a request of the special claim stands for."""

    container_name: str = ""
    resource_name: str = ""
    request_name: str = ""


class PodExtendedResourceClaimStatus(Struct):
    """The claim that the scheduler made for a pod's extended resources."""

    resource_claim_name: str = ""
    request_mappings: tuple[ContainerExtendedResourceRequest, ...] = ()


class ContainerStateWaiting(Struct):
    """Why a container waits."""

    reason: str = ""
    message: str = ""


class ContainerState(Struct):
    """What a container does right now."""

    waiting: ContainerStateWaiting | None = None
    running: dict[str, object] | None = None
    terminated: dict[str, object] | None = None


class ContainerStatus(Struct):
    """A container as the kubelet sees it."""

    name: str = ""
    ready: bool = False
    state: ContainerState = ContainerState()
    allocated_resources: ResourceList = {}
    resources: ResourceRequirements | None = None


class NodeAllocatableMappedResources(Struct):
    """What a pod takes of a node through its devices."""

    name: str = ""
    quantity: QuantityText | None = None


class NodeAllocatableOverheadResources(Struct):
    """What devices cost a node beside, for the pod and for each container that uses them."""

    name: str = ""
    per_pod: QuantityText | None = None
    per_container: QuantityText | None = None


class NodeAllocatableResourceClaimStatus(Struct):
    """What a claim's devices take of the node's allocatable resources (1.37)."""

    resource_claim_name: str = ""
    containers: tuple[str, ...] = ()
    mapping: tuple[NodeAllocatableMappedResources, ...] = ()
    overhead: tuple[NodeAllocatableOverheadResources, ...] = ()


class PodStatus(Struct):
    """A pod as the cluster sees it."""

    phase: str = ""
    reason: str = ""
    message: str = ""
    conditions: tuple[Condition, ...] = ()
    nominated_node_name: str = ""
    start_time: str = ""
    resource_claim_statuses: tuple[PodResourceClaimStatus, ...] = ()
    extended_resource_claim_status: PodExtendedResourceClaimStatus | None = None
    node_allocatable_resource_claim_statuses: tuple[NodeAllocatableResourceClaimStatus, ...] = ()
    container_statuses: tuple[ContainerStatus, ...] = ()
    init_container_statuses: tuple[ContainerStatus, ...] = ()


class Pod(Struct):
    """A pod."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()
    status: PodStatus = PodStatus()


class NodeSpec(Struct):
    """What an administrator says of a node."""

    taints: tuple[Taint, ...] = ()
    unschedulable: bool = False
    provider_id: str = msgspec.field(name="providerID", default="")


class NodeSystemInfo(Struct):
    """The node's own versions."""

    kubelet_version: str = ""


class NodeStatus(Struct):
    """What a node offers."""

    allocatable: ResourceList = {}
    capacity: ResourceList = {}
    conditions: tuple[Condition, ...] = ()
    node_info: NodeSystemInfo = NodeSystemInfo()
    declared_features: tuple[str, ...] = ()


class Node(Struct):
    """A node."""

    metadata: ObjectMeta = ObjectMeta()
    spec: NodeSpec = NodeSpec()
    status: NodeStatus = NodeStatus()


class Namespace(Struct):
    """A namespace."""

    metadata: ObjectMeta = ObjectMeta()


class ObjectReference(Struct):
    """The object that an event is about."""

    kind: str = ""
    namespace: str = ""
    name: str = ""
    uid: str = ""
    api_version: str = ""
    field_path: str = ""


class EventSource(Struct):
    """The component that reported an event."""

    component: str = ""
    host: str = ""


class EventSeries(Struct):
    """How often an event was seen."""

    count: int = 0
    last_observed_time: str = ""


class Event(Struct):
    """An event, core/v1 shape."""

    metadata: ObjectMeta = ObjectMeta()
    involved_object: ObjectReference = ObjectReference()
    reason: str = ""
    message: str = ""
    type: str = ""
    action: str = ""
    count: int = 0
    first_timestamp: str = ""
    last_timestamp: str = ""
    event_time: str = ""
    source: EventSource = EventSource()
    series: EventSeries | None = None
    reporting_component: str = ""

    @property
    def last_seen(self) -> str:
        """The newest of the event's times, RFC 3339."""
        series = self.series.last_observed_time if self.series else ""
        return max(self.last_timestamp, self.event_time, series, self.first_timestamp) or self.metadata.creation_timestamp


class ResourceQuotaSpec(Struct):
    """The limits that were asked for."""

    hard: ResourceList = {}


class ResourceQuotaStatus(Struct):
    """The limits in force and what is used of them."""

    hard: ResourceList = {}
    used: ResourceList = {}


class ResourceQuota(Struct):
    """A quota of a namespace."""

    metadata: ObjectMeta = ObjectMeta()
    spec: ResourceQuotaSpec = ResourceQuotaSpec()
    status: ResourceQuotaStatus = ResourceQuotaStatus()


class RuntimeClassOverhead(Struct):
    """What a runtime takes beside the pod's own requests."""

    pod_fixed: ResourceList = {}


class RuntimeClassScheduling(Struct):
    """Where pods of a runtime may run."""

    node_selector: dict[str, str] = {}
    tolerations: tuple[Toleration, ...] = ()


class RuntimeClass(Struct):
    """A runtime class: its handler, what it adds to a pod, and where its pods may run."""

    metadata: ObjectMeta = ObjectMeta()
    handler: str = ""
    overhead: RuntimeClassOverhead | None = None
    scheduling: RuntimeClassScheduling | None = None


class PriorityClass(Struct):
    """A priority class."""

    metadata: ObjectMeta = ObjectMeta()
    value: int = 0
    global_default: bool = False
    preemption_policy: str | None = None
