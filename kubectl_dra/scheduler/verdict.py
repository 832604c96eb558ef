"""PodVerdict, NodeVerdict: what the scheduler decides about one pod, as values.

``PodVerdict.outcome`` says how far the pod gets: it has a node, it is held before the queue, refused or aborted before any node is looked
at, or filtered node by node.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.scheduler.reasons import Plugin

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from kubectl_dra.allocator.result import Allocation, AllocationError
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.inventory.podclaims import PodClaimObstacle
    from kubectl_dra.scheduler.reasons import NodeRefusal


# ── one node ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Fits(msgspec.Struct, frozen=True, kw_only=True):
    """All plugins accept the node.

    ``claims`` are those that would be allocated there, ``allocation`` what they would get, in the same order; None where nothing is to be
    allocated.
    """

    claims: tuple[ResourceClaim, ...] = ()
    allocation: Allocation | None = None


class Refused(msgspec.Struct, frozen=True, kw_only=True):
    """The first plugin that refuses the node, with its reasons as the scheduler's message counts them."""

    refusal: NodeRefusal

    @property
    def plugin(self) -> Plugin:
        """The plugin that refuses."""
        return self.refusal.plugin

    @property
    def reasons(self) -> tuple[str, ...]:
        """Its reasons, in its own words and order."""
        return self.refusal.reasons


class Errors(msgspec.Struct, frozen=True, kw_only=True):
    """DynamicResources ends in an error on this node, which aborts the pod's whole attempt whatever other nodes say.

    ``text`` is the scheduler's, ``error`` the allocator's with its facts.
    """

    text: str
    error: AllocationError

    plugin = Plugin.DYNAMIC_RESOURCES


class NotJudged(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin that this program does not follow has to be asked first; ``otherwise`` is what comes if it accepts the node."""

    by: tuple[Plugin, ...]
    otherwise: Fits | Refused | Errors | CouldNotTell


class CouldNotTell(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler has an answer and this program does not know it; ``why`` is one sentence."""

    why: str


NodeVerdict: TypeAlias = Fits | Refused | Errors | NotJudged | CouldNotTell


class NodeGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Nodes with the same verdict, and the verdict of the first of them."""

    verdict: NodeVerdict
    nodes: tuple[str, ...]


# ── one pod ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


class Scheduled(msgspec.Struct, frozen=True, kw_only=True):
    """The pod has a node; the scheduler is done with it."""

    node: str


class NotConsidered(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler does not look at the pod: it has finished, or it is being deleted (``why``)."""

    why: str


class Gated(msgspec.Struct, frozen=True, kw_only=True):
    """Scheduling gates hold the pod."""

    gates: tuple[str, ...]


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """DynamicResources holds the pod before the queue, silently; ``text`` stands in the scheduler's log only."""

    obstacle: PodClaimObstacle
    text: str


class ClassNotFound(msgspec.Struct, frozen=True, kw_only=True):
    """A request names a class that does not exist."""

    claim: ResourceClaim
    request: str
    class_name: str


class PrioritizedListDisabled(msgspec.Struct, frozen=True, kw_only=True):
    """A request has alternatives while DRAPrioritizedList is off."""

    claim: ResourceClaim
    request: str


class RequestNotUnderstood(msgspec.Struct, frozen=True, kw_only=True):
    """A request is of no kind that the release knows."""

    claim: ResourceClaim
    request: str


class AffinityContradicts(msgspec.Struct, frozen=True, kw_only=True):
    """Every term of the pod's node affinity names nodes that it excludes again."""


PreFilterFact: TypeAlias = ClassNotFound | PrioritizedListDisabled | RequestNotUnderstood | AffinityContradicts


class RefusedByPreFilter(msgspec.Struct, frozen=True, kw_only=True):
    """A plugin refuses the pod on all nodes at once, before any is filtered."""

    plugin: Plugin
    reason: str
    fact: PreFilterFact


class PreFilterFails(msgspec.Struct, frozen=True, kw_only=True):
    """A PreFilter plugin ends in an error, which aborts the attempt."""

    text: str
    fact: PreFilterFact | None = None


class NoNodes(msgspec.Struct, frozen=True, kw_only=True):
    """There is no node at all."""


class Filtered(msgspec.Struct, frozen=True, kw_only=True):
    """Every node has been asked on its own.

    ``groups`` holds nodes with the same answer together, in the order of their first node; which devices were chosen, or which taint it
    was, makes no difference. ``verdicts`` has each node's own answer, worked out when it is asked for.
    """

    groups: tuple[NodeGroup, ...]
    verdicts: Mapping[str, NodeVerdict]

    def nodes_that(self, *kinds: type[NodeVerdict]) -> tuple[str, ...]:
        """The nodes whose verdict is of one of these kinds."""
        return tuple(name for group in self.groups if isinstance(group.verdict, kinds) for name in group.nodes)


def likeness(verdict: NodeVerdict) -> Hashable:
    """What two verdicts share that are counted together."""
    match verdict:
        case Fits():
            return Fits
        case Refused():
            return (Refused, verdict.plugin, verdict.reasons)
        case Errors():
            return (Errors, verdict.text)
        case NotJudged():
            return (NotJudged, verdict.by, likeness(verdict.otherwise))
        case CouldNotTell():
            return (CouldNotTell, verdict.why)


Outcome: TypeAlias = Scheduled | NotConsidered | Gated | Held | RefusedByPreFilter | PreFilterFails | NoNodes | Filtered


class Word(enum.StrEnum):
    """The verdict in one word."""

    SCHEDULED = "scheduled"
    NOT_CONSIDERED = "not considered"
    GATED = "gated"
    HELD = "held"
    UNSCHEDULABLE = "unschedulable"
    ERROR = "error"
    FITS = "fits"
    CANNOT_TELL = "cannot tell"


class PodVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the scheduler decides about a pod.

    ``message`` is how its message begins, preemption's words apart; empty where it says nothing. With ``is_advice`` another scheduler
    decides about the pod, and this is what kube-scheduler would say. With ``is_chance`` the attempt may succeed all the same: in a large
    cluster the scheduler stops looking once it has found enough nodes, and may so pass by those on which it would end in an error.
    """

    pod: Pod
    outcome: Outcome
    word: Word
    message: str
    is_advice: bool = False
    is_chance: bool = False
