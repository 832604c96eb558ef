"""Why one node is refused: a closed union, one member per decision point of the scheduler's filters, each with its facts and its words.

The words in ``reasons`` are the scheduler's own, as its message counts them; explanations are written elsewhere, from the facts.
Upstream: ``pkg/scheduler/framework/plugins``.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from kubectl_dra.api.core import Taint
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.scheduler.nodeinfo import HostPort


class Plugin(enum.StrEnum):
    """The scheduler's plugins that may refuse a pod or a node, by their upstream names."""

    SCHEDULING_GATES = "SchedulingGates"
    NODE_NAME = "NodeName"
    NODE_UNSCHEDULABLE = "NodeUnschedulable"
    TAINT_TOLERATION = "TaintToleration"
    NODE_AFFINITY = "NodeAffinity"
    NODE_PORTS = "NodePorts"
    NODE_RESOURCES_FIT = "NodeResourcesFit"
    VOLUMES = "VolumeBinding"
    POD_TOPOLOGY_SPREAD = "PodTopologySpread"
    INTER_POD_AFFINITY = "InterPodAffinity"
    DYNAMIC_RESOURCES = "DynamicResources"
    NODE_DECLARED_FEATURES = "NodeDeclaredFeatures"


class NodeCordoned(msgspec.Struct, frozen=True, kw_only=True):
    """``spec.unschedulable`` is set."""

    plugin = Plugin.NODE_UNSCHEDULABLE
    reasons = ("node(s) were unschedulable",)


class OtherNodeNamed(msgspec.Struct, frozen=True, kw_only=True):
    """The pod names another node."""

    plugin = Plugin.NODE_NAME
    reasons = ("node(s) didn't match the requested node name",)


class NodeTaintNotTolerated(msgspec.Struct, frozen=True, kw_only=True):
    """The first taint that the pod does not tolerate; the scheduler's words do not name it."""

    taint: Taint

    plugin = Plugin.TAINT_TOLERATION
    reasons = ("node(s) had untolerated taint(s)",)


class NodeAffinityDiffers(msgspec.Struct, frozen=True, kw_only=True):
    """``nodeSelector`` or required node affinity does not match the node."""

    plugin = Plugin.NODE_AFFINITY
    reasons = ("node(s) didn't match Pod's node affinity/selector",)


class NodeNotNamed(msgspec.Struct, frozen=True, kw_only=True):
    """The pod names the nodes it may run on, and this is none of them, so it was never filtered."""

    plugin = Plugin.NODE_AFFINITY
    reasons = ("node(s) didn't satisfy plugin(s) [NodeAffinity]",)


class HostPortsTaken(msgspec.Struct, frozen=True, kw_only=True):
    """Host ports of the pod that others on the node hold."""

    ports: tuple[HostPort, ...]

    plugin = Plugin.NODE_PORTS
    reasons = ("node(s) didn't have free ports for the requested pod ports",)


class Shortage(msgspec.Struct, frozen=True, kw_only=True):
    """A resource of which the node has too little; amounts in the scheduler's units (CPU in thousandths), ``pods`` for their number."""

    name: str
    requested: int
    used: int
    capacity: int

    @property
    def reason(self) -> str:
        """The scheduler's words."""
        return "Too many pods" if self.name == "pods" else f"Insufficient {self.name}"


class ResourcesInsufficient(msgspec.Struct, frozen=True, kw_only=True):
    """Everything of which the node has too little."""

    shortages: tuple[Shortage, ...]

    plugin = Plugin.NODE_RESOURCES_FIT

    @property
    def reasons(self) -> tuple[str, ...]:
        """One for each shortage."""
        return tuple(shortage.reason for shortage in self.shortages)


class TopologyKeyMissing(msgspec.Struct, frozen=True, kw_only=True):
    """The node lacks the label over whose values the pod is to be spread."""

    topology_key: str

    plugin = Plugin.POD_TOPOLOGY_SPREAD
    reasons = ("node(s) didn't match pod topology spread constraints (missing required label)",)


class SpreadTooUneven(msgspec.Struct, frozen=True, kw_only=True):
    """One more pod here, and the node's domain would have more of them than ``max_skew`` above the emptiest domain."""

    topology_key: str
    domain: str
    here: int
    fewest: int
    max_skew: int

    plugin = Plugin.POD_TOPOLOGY_SPREAD
    reasons = ("node(s) didn't match pod topology spread constraints",)


class PodAffinityUnmet(msgspec.Struct, frozen=True, kw_only=True):
    """No pod of the required kind runs in the node's domain."""

    topology_key: str

    plugin = Plugin.INTER_POD_AFFINITY
    reasons = ("node(s) didn't match pod affinity rules",)


class PodAntiAffinityViolated(msgspec.Struct, frozen=True, kw_only=True):
    """A pod that the pod must not be near runs in the node's domain."""

    topology_key: str

    plugin = Plugin.INTER_POD_AFFINITY
    reasons = ("node(s) didn't match pod anti-affinity rules",)


class OtherPodKeepsAway(msgspec.Struct, frozen=True, kw_only=True):
    """A pod in the node's domain must not be near pods like this one."""

    pod: NamespacedName
    topology_key: str

    plugin = Plugin.INTER_POD_AFFINITY
    reasons = ("node(s) didn't satisfy existing pods anti-affinity rules",)


class ClaimsNotAllocated(msgspec.Struct, frozen=True, kw_only=True):
    """The allocator finds no devices for all claims on this node."""

    plugin = Plugin.DYNAMIC_RESOURCES
    reasons = ("cannot allocate all claims",)


class InvalidPoolsEncountered(msgspec.Struct, frozen=True, kw_only=True):
    """The allocator finds no devices for all claims, and the node has invalid pools (1.35 on)."""

    plugin = Plugin.DYNAMIC_RESOURCES
    reasons = ("invalid resource pools were encountered",)


class Unavailable(enum.Enum):
    """Why an allocated claim cannot be used on a node."""

    OTHER_NODES = "the allocation is for other nodes"
    NODE_OPERATIONS = "the node does not declare DRAOptionalNodeOperations"
    BINDING_FAILED = "a binding failure condition is true"
    BINDING_TIMED_OUT = "a binding condition did not become true in time"


class ClaimsUnavailable(msgspec.Struct, frozen=True, kw_only=True):
    """Allocated claims that cannot be used on this node, and why."""

    claims: tuple[tuple[NamespacedName, Unavailable], ...]

    plugin = Plugin.DYNAMIC_RESOURCES
    reasons = ("resourceclaim not available on the node",)


class DeviceShareRefused(msgspec.Struct, frozen=True, kw_only=True):
    """A claim whose devices take node allocatable resources is reserved for another pod already, and cannot be shared."""

    claim: NamespacedName

    plugin = Plugin.DYNAMIC_RESOURCES

    @property
    def reasons(self) -> tuple[str, ...]:
        """The scheduler's words."""
        return (f"node allocatable resource claim {self.claim.name} has a mapped device and cannot be shared across pods",)


class DevicesTakeTooMuch(msgspec.Struct, frozen=True, kw_only=True):
    """With what the devices take of the node's allocatable resources, the pod no longer fits there."""

    shortages: tuple[Shortage, ...]

    plugin = Plugin.DYNAMIC_RESOURCES

    @property
    def reasons(self) -> tuple[str, ...]:
        """One for each shortage."""
        return tuple(shortage.reason for shortage in self.shortages)


class PodLevelTooSmall(msgspec.Struct, frozen=True, kw_only=True):
    """What the pod asks for as a whole does not cover its containers and devices.

    ``container`` is the one whose limit exceeds the pod's; empty where all are counted together.
    """

    resource: str
    is_limit: bool
    container: str = ""

    plugin = Plugin.DYNAMIC_RESOURCES

    @property
    def reasons(self) -> tuple[str, ...]:
        """The scheduler's words."""
        if self.container:
            covered = f"the limit and DRA overhead for container {self.container}"
        else:
            covered = f"the aggregated container and node-allocatable DRA {'limits' if self.is_limit else 'requests'}"
        return (f"pod level {'limit' if self.is_limit else 'request'} for {self.resource} is insufficient to cover {covered}",)


class ExtendedResourceNotOffered(msgspec.Struct, frozen=True, kw_only=True):
    """An extended resource that no class stands for and the node does not offer, beside others that DRA backs."""

    resource: str

    plugin = Plugin.DYNAMIC_RESOURCES
    reasons = ("cannot fit resource",)


class StaleExtendedResourceClaim(msgspec.Struct, frozen=True, kw_only=True):
    """A claim for the pod's extended resources is left from an earlier attempt; the scheduler deletes it and tries again."""

    claim: NamespacedName

    plugin = Plugin.DYNAMIC_RESOURCES
    reasons = ("cannot schedule extended resource claim",)


NodeRefusal: TypeAlias = (
    NodeCordoned
    | OtherNodeNamed
    | NodeTaintNotTolerated
    | NodeAffinityDiffers
    | NodeNotNamed
    | HostPortsTaken
    | ResourcesInsufficient
    | TopologyKeyMissing
    | SpreadTooUneven
    | PodAffinityUnmet
    | PodAntiAffinityViolated
    | OtherPodKeepsAway
    | ClaimsNotAllocated
    | InvalidPoolsEncountered
    | ClaimsUnavailable
    | DeviceShareRefused
    | DevicesTakeTooMuch
    | PodLevelTooSmall
    | ExtendedResourceNotOffered
    | StaleExtendedResourceClaim
)
