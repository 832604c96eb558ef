"""Inventory, Pod → PodVerdict: one pod's way through kube-scheduler.

Pods that ask for the same are judged once, and so are nodes as far as the allocator finds them alike: time grows with distinct shapes.
Upstream: ``pkg/scheduler/schedule_one.go`` ``schedulePod`` and ``findNodesThatFitPod``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from kubectl_dra.scheduler import dynamicresources, filters
from kubectl_dra.scheduler.interpodaffinity import inter_pod_affinity
from kubectl_dra.scheduler.message import message_of, word_of
from kubectl_dra.scheduler.nodeinfo import FINISHED, anti_affinity_terms
from kubectl_dra.scheduler.reasons import NodeNotNamed, Plugin
from kubectl_dra.scheduler.shape import renamed, shape_of
from kubectl_dra.scheduler.snapshot import Snapshot
from kubectl_dra.scheduler.topologyspread import topology_spread
from kubectl_dra.scheduler.unjudged import unjudged_plugins
from kubectl_dra.scheduler.verdict import (
    AffinityContradicts,
    Errors,
    Filtered,
    Fits,
    Gated,
    NodeGroup,
    NoNodes,
    NotConsidered,
    NotJudged,
    PodVerdict,
    Refused,
    RefusedByPreFilter,
    Scheduled,
    likeness,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator
    from typing import TypeAlias

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scheduler.dynamicresources import PodDevices
    from kubectl_dra.scheduler.filters import PodView
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.reasons import NodeRefusal
    from kubectl_dra.scheduler.shape import Shape
    from kubectl_dra.scheduler.sorting import AlikeNodes
    from kubectl_dra.scheduler.verdict import CouldNotTell, NodeVerdict, Outcome

    _Check: TypeAlias = Callable[[NodeInfo], NodeRefusal | None]

DEFAULT_SCHEDULER = "default-scheduler"
_FEWEST_NODES = 100
"""In clusters of fewer nodes all are looked at, and at least so many have to be found in others."""
_LARGEST_SHARE, _SMALLEST_SHARE, _NODES_PER_PERCENT = 50, 5, 125
CONTRADICTION = "pod affinity terms conflict"


def schedule(inventory: Inventory, pod: Pod) -> PodVerdict:
    """What kube-scheduler of the inventory's release decides about ``pod``; for many pods make a :class:`Scheduler`."""
    return Scheduler(inventory).schedule(pod)


class Scheduler:
    """kube-scheduler on one state of the cluster, for any number of pods; what it keeps are answers to shapes it has met."""

    def __init__(
        self,
        inventory: Inventory,
        *,
        snapshot: Snapshot | None = None,
        judged: dict[Shape, _JudgedShape] | None = None,
        sorts_nodes: bool = False,
    ) -> None:
        """A scheduler for ``inventory``, on a snapshot and with answers that are there already, or on its own.

        With ``sorts_nodes`` it looks at all devices first, to ask of nodes alike one only: for explanations, which look at them anyway.
        """
        self.snapshot = snapshot or Snapshot(inventory)
        self._sorts_nodes = sorts_nodes
        self._judged: dict[Shape, _JudgedShape] = judged or {}

    def after_creation(self, inventory: Inventory) -> Scheduler:
        """The scheduler on ``inventory``, which differs by pods and claims that nobody has placed or allocated yet."""
        return Scheduler(inventory, snapshot=self.snapshot.after_creation(inventory), judged=self._judged)

    def after_placing(self, inventory: Inventory, pod: Pod, fits: Fits, allocated: tuple[ResourceClaim, ...]) -> Scheduler:
        """The scheduler on ``inventory``, which differs by ``pod`` being placed and ``allocated`` being allocated.

        Answers about other nodes are kept where the pod's devices and wishes concern its own node only.
        """
        snapshot = self.snapshot.after_placing(inventory, pod, allocated)
        node = pod.spec.node_name
        if anti_affinity_terms(pod) or not _is_local(fits, node):
            return Scheduler(inventory, snapshot=snapshot)
        judged = {shape: answer.without(node, snapshot) for shape, answer in self._judged.items() if answer.is_local}
        return Scheduler(inventory, snapshot=snapshot, judged=judged)

    @property
    def inventory(self) -> Inventory:
        """What is scheduled on."""
        return self.snapshot.inventory

    def schedule(self, pod: Pod) -> PodVerdict:
        """The verdict on one pod."""
        outcome = self._outcome(pod)
        return PodVerdict(
            pod=pod,
            outcome=outcome,
            word=word_of(outcome),
            message=message_of(outcome, len(self.snapshot.nodes)),
            is_advice=pod.spec.scheduler_name not in ("", DEFAULT_SCHEDULER),
            is_chance=_is_chance(outcome, len(self.snapshot.nodes)),
        )

    def devices_alone(self, pod: Pod) -> Mapping[str, NodeVerdict] | Outcome | None:
        """What DynamicResources says of every node, also of those that another plugin refuses first.

        An outcome where it refuses the pod before filtering; None where the pod asks for no devices.
        """
        devices = dynamicresources.pre_filter(self.snapshot, pod)
        if not isinstance(devices, dynamicresources.PodDevices):
            return devices
        return {name: dynamicresources.filter_node(self.snapshot, devices, node) for name, node in self.snapshot.nodes.items()}

    def _outcome(self, pod: Pod) -> Outcome:
        if pod.spec.node_name:
            return Scheduled(node=pod.spec.node_name)
        if pod.status.phase in FINISHED:
            return NotConsidered(why="it has finished")
        if pod.metadata.deletion_timestamp:
            return NotConsidered(why="it is being deleted")
        if pod.spec.scheduling_gates:
            return Gated(gates=tuple(gate.name for gate in pod.spec.scheduling_gates))
        return dynamicresources.pre_enqueue(self.snapshot, pod) or self._attempt(pod)

    def _attempt(self, pod: Pod) -> Outcome:
        """One scheduling cycle up to the filters' end."""
        if not self.snapshot.nodes:
            return NoNodes()
        named = filters.named_nodes(pod)
        if named is not None and not named:
            return RefusedByPreFilter(plugin=Plugin.NODE_AFFINITY, reason=CONTRADICTION, fact=AffinityContradicts())
        devices = dynamicresources.pre_filter(self.snapshot, pod)
        if devices is not None and not isinstance(devices, dynamicresources.PodDevices):
            return devices
        shape = shape_of(pod, devices)
        judged = self._judged.get(shape)
        if judged is None or judged.missing:
            judged = self._judged[shape] = self._judge(pod, named, devices, judged)
        return judged.outcome_for(devices)

    def _judge(self, pod: Pod, named: frozenset[str] | None, devices: PodDevices | None, known: _JudgedShape | None) -> _JudgedShape:
        """Ask every node of which the answer is not known yet."""
        view = filters.view_pod(pod, self.snapshot.backing_classes, self.snapshot.release)
        later = [check for check in (topology_spread(self.snapshot, view), inter_pod_affinity(self.snapshot, pod)) if check]
        unjudged = unjudged_plugins(pod)
        if known is None and named is None and not later and devices and (kinds := self._kinds_of_nodes(view, devices)):
            return _JudgedShape(self.snapshot, devices, self._judged_by_kind(kinds, devices, unjudged), is_local=True)
        verdicts: dict[str, NodeVerdict] = {}
        for name in self.snapshot.nodes if known is None else known.missing:
            node = self.snapshot.nodes[name]
            if named is not None and name not in named:
                verdicts[name] = Refused(refusal=NodeNotNamed())
            elif refusal := filters.first_refusal(view, self._with_promised(pod, node)):
                verdicts[name] = Refused(refusal=refusal)
            else:
                verdict = self._after_resources(node, later, devices)
                verdicts[name] = NotJudged(by=unjudged, otherwise=verdict) if unjudged else verdict
        if known is not None:
            return known.with_verdicts(verdicts, devices)
        return _JudgedShape(self.snapshot, devices, _kept(verdicts), is_local=not later)

    def _kinds_of_nodes(self, view: PodView, devices: PodDevices) -> tuple[AlikeNodes, ...]:
        """The kinds of nodes, where one of each can answer for all; none where something beside filters and devices matters, too."""
        if not self._sorts_nodes or self.snapshot.nominated_pods or not dynamicresources.is_of_devices_alone(self.snapshot, devices):
            return ()
        attempts = self.snapshot.context.attempts_for(devices.claims)
        return () if attempts.plan.forgets else self.snapshot.sorted_nodes(view, attempts)

    def _judged_by_kind(self, kinds: Iterable[AlikeNodes], devices: PodDevices, unjudged: tuple[Plugin, ...]) -> dict[str, NodeVerdict]:
        """Every node's verdict, asked of one node of each kind; where it is an error, which names a device, of each."""

        def ask(name: str) -> NodeVerdict:
            verdict = dynamicresources.filter_node(self.snapshot, devices, self.snapshot.nodes[name])
            return _without_allocation(NotJudged(by=unjudged, otherwise=verdict) if unjudged else verdict)

        verdicts: dict[str, NodeVerdict] = dict.fromkeys(self.snapshot.nodes, _FITS)  # for their order
        for kind in kinds:
            first = Refused(refusal=kind.refusals[0]) if kind.refusals else ask(next(iter(kind.pools_of)))
            answer = first.otherwise if isinstance(first, NotJudged) else first
            is_same = kind.number is not None and isinstance(answer, Fits | Refused)
            verdicts.update(
                dict.fromkeys(kind.pools_of, first) if is_same or kind.refusals else {name: ask(name) for name in kind.pools_of}
            )
        return verdicts

    def _after_resources(
        self, node: NodeInfo, checks: Iterable[_Check], devices: PodDevices | None
    ) -> Fits | Refused | Errors | CouldNotTell:
        """What the plugins after NodeResourcesFit say, those of volumes left out."""
        for check in checks:
            if refusal := check(node):
                return Refused(refusal=refusal)
        return dynamicresources.filter_node(self.snapshot, devices, node) if devices else Fits()

    def _with_promised(self, pod: Pod, node: NodeInfo) -> NodeInfo:
        """The node with the pods that preemption has promised it, as far as they are as important as this one.

        Upstream: ``RunFilterPluginsWithNominatedPods``.
        """
        promised = self.snapshot.nominated_pods.get(node.name)
        if not promised:
            return node
        priority = pod.spec.priority or 0
        return node.with_pods(
            other for other in promised if (other.spec.priority or 0) >= priority and other.metadata.uid != pod.metadata.uid
        )


def _is_chance(outcome: Outcome, node_count: int) -> bool:
    """Whether an error may be passed by, because enough nodes fit (upstream: ``numFeasibleNodesToFind`` with its defaults)."""
    if not isinstance(outcome, Filtered) or not outcome.nodes_that(Errors):
        return False
    share = max(_LARGEST_SHARE - node_count // _NODES_PER_PERCENT, _SMALLEST_SHARE)
    return node_count >= _FEWEST_NODES and len(outcome.nodes_that(Fits)) >= max(node_count * share // 100, _FEWEST_NODES)


class _JudgedShape:
    """What was found for the first pod of a shape, in a form that serves the others: allocations are not kept but found again.

    ``missing`` are nodes whose answer no longer holds. ``is_local`` says that pods on one node do not change the answers of others.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        devices: PodDevices | None,
        verdicts: Mapping[str, NodeVerdict],
        *,
        is_local: bool,
        missing: frozenset[str] = frozenset(),
    ) -> None:
        self.snapshot, self.devices, self.verdicts, self.is_local, self.missing = snapshot, devices, verdicts, is_local, missing

    def without(self, node: str, snapshot: Snapshot) -> _JudgedShape:
        """The same answers on a later snapshot, that of ``node`` no longer known."""
        later = _JudgedShape(snapshot, self.devices, self.verdicts, is_local=self.is_local, missing=self.missing | {node})
        later.__dict__["names_by_likeness"] = self.names_by_likeness
        return later

    def with_verdicts(self, verdicts: Mapping[str, NodeVerdict], devices: PodDevices | None) -> _JudgedShape:
        """The answers with those that were missing, which were found for a pod with ``devices``."""
        names = {like: dict(those) for like, those in self.names_by_likeness.items()}
        found = _kept(verdicts)
        if devices is not None and self.devices is not None:
            found = {name: renamed(verdict, devices, self.devices) for name, verdict in found.items()}
        for name, verdict in found.items():
            names[likeness(self.verdicts[name])].pop(name)
            names.setdefault(likeness(verdict), {})[name] = None
        complete = _JudgedShape(self.snapshot, self.devices, {**self.verdicts, **found}, is_local=self.is_local)
        complete.__dict__["names_by_likeness"] = {like: those for like, those in names.items() if those}
        return complete

    @cached_property
    def names_by_likeness(self) -> Mapping[Hashable, Mapping[str, None]]:
        """Nodes with the same answer together."""
        grouped: dict[Hashable, dict[str, None]] = {}
        of_verdict: dict[int, dict[str, None]] = {}  # many nodes have the very same
        for name, verdict in self.verdicts.items():
            group = of_verdict.get(id(verdict))
            if group is None:
                group = of_verdict[id(verdict)] = grouped.setdefault(likeness(verdict), {})
            group[name] = None
        return grouped

    def outcome_for(self, devices: PodDevices | None) -> Filtered:
        """The outcome for a pod of this shape, in the names of its own claims."""
        verdicts = _Verdicts(self.verdicts, lambda name: self._verdict_for(name, devices))
        groups = tuple(NodeGroup(verdict=verdicts[names[0]], nodes=names) for names in self._groups)
        return Filtered(groups=groups, verdicts=verdicts)

    @cached_property
    def _groups(self) -> tuple[tuple[str, ...], ...]:
        """Nodes with the same answer together, all in one order: those whose answer changed stand behind the others before."""
        place = {name: number for number, name in enumerate(self.verdicts)}
        groups = (tuple(sorted(names, key=place.__getitem__)) for names in self.names_by_likeness.values())
        return tuple(sorted(groups, key=lambda names: place[names[0]]))

    def _verdict_for(self, name: str, devices: PodDevices | None) -> NodeVerdict:
        verdict = self.verdicts[name]
        if devices is None or self.devices is None:
            return verdict
        match verdict:
            case Fits():
                return dynamicresources.filter_node(self.snapshot, devices, self.snapshot.nodes[name])
            case NotJudged(otherwise=Fits()):
                found = dynamicresources.filter_node(self.snapshot, devices, self.snapshot.nodes[name])
                return NotJudged(by=verdict.by, otherwise=found)
            case _:
                return renamed(verdict, self.devices, devices)


def _kept(verdicts: Mapping[str, NodeVerdict]) -> dict[str, NodeVerdict]:
    return {name: _without_allocation(verdict) for name, verdict in verdicts.items()}


def _is_local(fits: Fits, node: str) -> bool:
    """Whether all devices that are taken are this node's alone."""
    chosen = (device for devices in fits.allocation.devices for device in devices) if fits.allocation else ()
    return all(device.slice_.spec.node_name == node for device in chosen)


def _without_allocation(verdict: NodeVerdict) -> NodeVerdict:
    match verdict:
        case Fits():
            return _FITS
        case NotJudged(otherwise=Fits()):
            return NotJudged(by=verdict.by, otherwise=_FITS)
        case _:
            return verdict


_FITS = Fits()


class _Verdicts(Mapping[str, "NodeVerdict"]):
    """A node's verdict, worked out when it is asked for."""

    def __init__(self, names: Mapping[str, object], verdict_of: Callable[[str], NodeVerdict]) -> None:
        self._names = names
        self._verdict_of = verdict_of

    def __getitem__(self, name: str) -> NodeVerdict:
        if name not in self._names:
            raise KeyError(name)
        return self._verdict_of(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)
