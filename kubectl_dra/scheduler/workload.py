"""A workload → its pods, and pods → where each would go, one after the other, as the scheduler would take them.

Every pod that fits takes its place and its devices, so that the next one meets them taken. Which of several nodes the scheduler prefers
depends on scores that are followed in part only: free CPU and memory, and the rank of the alternatives that a claim gets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.api.core import Affinity, NodeAffinity, Pod, PodStatus, Toleration
from kubectl_dra.api.meta import NamespacedName, ObjectMeta, OwnerReference
from kubectl_dra.api.resource import NodeSelector, NodeSelectorRequirement, NodeSelectorTerm
from kubectl_dra.api.workloads import Workload
from kubectl_dra.inventory.inventory import WorkloadKey
from kubectl_dra.inventory.podadmission import admitted_pod
from kubectl_dra.inventory.podrequests import CPU, MEMORY, amounts_of, pod_requests
from kubectl_dra.inventory.whatif import with_allocations, with_pod_created
from kubectl_dra.scheduler import filters
from kubectl_dra.scheduler.nodeinfo import FINISHED, node_infos
from kubectl_dra.scheduler.podselectors import read_selector
from kubectl_dra.scheduler.verdict import Filtered, Fits, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubectl_dra.api.core import PodSpec
    from kubectl_dra.api.workloads import CronJob, PodTemplateSpec
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.whatif import Charge
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.schedule import Scheduler
    from kubectl_dra.scheduler.verdict import PodVerdict

_DAEMON_TOLERATIONS: Final = (
    ("node.kubernetes.io/not-ready", "NoExecute"),
    ("node.kubernetes.io/unreachable", "NoExecute"),
    ("node.kubernetes.io/disk-pressure", "NoSchedule"),
    ("node.kubernetes.io/memory-pressure", "NoSchedule"),
    ("node.kubernetes.io/pid-pressure", "NoSchedule"),
    ("node.kubernetes.io/unschedulable", "NoSchedule"),
)
_DEFAULT_CPU, _DEFAULT_MEMORY = 100, 200 * 1024 * 1024
"""What the scheduler's scores assume of a pod that asks for nothing."""
_WEIGHT_OF_ALTERNATIVES: Final = 2
_ALTERNATIVES: Final = 8
"""The most alternatives a request can have; each step down the list costs one point."""


class Placement(msgspec.Struct, frozen=True, kw_only=True):
    """One pod, what was decided about it, and where it goes; ``node`` is empty where it fits nowhere, ``fits`` what it gets there."""

    pod: Pod
    verdict: PodVerdict
    node: str = ""
    fits: Fits | None = None


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """A pod or a workload, and the pods of it that are to be placed; ``existing`` counts those that are there already."""

    kind: str
    name: NamespacedName
    pods: tuple[Pod, ...]
    existing: int = 0


# ── pods of a workload ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def subject_of_pod(inventory: Inventory, pod: Pod) -> Subject:
    """A pod of its own, as somebody writes it; one that has a node already is not placed again."""
    metadata = msgspec.structs.replace(pod.metadata, name=pod.metadata.name or f"{pod.metadata.generate_name}0")
    there = inventory.pods.get(metadata.key)
    if there is not None and there.spec.node_name and there.status.phase not in FINISHED:
        return Subject(kind="Pod", name=metadata.key, pods=(), existing=1)
    written = msgspec.structs.replace(pod, metadata=metadata, status=PodStatus(phase="Pending"))
    return Subject(kind="Pod", name=metadata.key, pods=(written,))


def subject_of_workload(inventory: Inventory, key: WorkloadKey, workload: Workload) -> Subject:
    """A workload; pods that its selector finds in the cluster count as created already."""
    existing = _existing_pods(inventory, key, workload)
    pods = pods_of(inventory, key, workload)
    if key.kind_name == "DaemonSet":
        there = {pod.spec.node_name for pod in existing}
        pods = tuple(pod for pod in pods if pod.metadata.name.removeprefix(f"{key.name.name}-") not in there)
        return Subject(kind=key.kind_name, name=key.name, pods=pods, existing=len(existing))
    return Subject(kind=key.kind_name, name=key.name, pods=pods[len(existing) :], existing=min(len(existing), len(pods)))


def subject_of_cron_job(inventory: Inventory, cron_job: CronJob) -> Subject:
    """The pods of one job that the CronJob would start."""
    key = WorkloadKey("Job", cron_job.metadata.key)
    job = Workload(metadata=cron_job.metadata, spec=cron_job.spec.job_template.spec)
    return Subject(kind="CronJob", name=cron_job.metadata.key, pods=pods_of(inventory, key, job))


def _existing_pods(inventory: Inventory, key: WorkloadKey, workload: Workload) -> list[Pod]:
    if workload.spec.selector is None:
        return []
    selector = read_selector(workload.spec.selector)
    alive = (pod for pod in inventory.pods.values() if pod.metadata.namespace == key.name.namespace and pod.status.phase not in FINISHED)
    return [pod for pod in alive if pod.metadata.controller() and selector.selects(pod.metadata.labels)]


def pods_of(inventory: Inventory, key: WorkloadKey, workload: Workload) -> tuple[Pod, ...]:
    """The pods that the workload's controller would create, named as it would name them as far as that is known."""
    if key.kind_name == "DaemonSet":
        return tuple(_daemon_pods(inventory, key, workload))
    return tuple(pod_from_template(key, workload.spec.template, str(number)) for number in range(pod_count(key, workload)))


def pod_count(key: WorkloadKey, workload: Workload) -> int:
    """How many pods run at once, DaemonSets apart."""
    spec = workload.spec
    if key.kind_name != "Job":
        return 1 if spec.replicas is None else spec.replicas
    if spec.suspend:
        return 0
    parallelism = 1 if spec.parallelism is None else spec.parallelism
    return parallelism if spec.completions is None else min(parallelism, spec.completions)


def pod_from_template(key: WorkloadKey, template: PodTemplateSpec, suffix: str) -> Pod:
    """One pod of a workload, in its namespace."""
    name = NamespacedName(key.name.namespace, f"{key.name.name}-{suffix}")
    owner = OwnerReference(kind=key.kind_name, name=key.name.name, uid=f"simulated/{key.kind_name}/{key.name}", controller=True)
    metadata = ObjectMeta(
        name=name.name,
        namespace=name.namespace,
        labels=template.metadata.labels,
        annotations=template.metadata.annotations,
        owner_references=(owner,),
    )
    return Pod(metadata=metadata, spec=template.spec, status=PodStatus(phase="Pending"))


def _daemon_pods(inventory: Inventory, key: WorkloadKey, workload: Workload) -> Iterator[Pod]:
    """One pod for each node that the pods may run on at all (upstream: ``NodeShouldRunDaemonPod``)."""
    for name, node in node_infos(inventory).items():
        pod = pod_from_template(key, workload.spec.template, name)
        pod = msgspec.structs.replace(pod, spec=_bound_to(pod.spec, name))
        view = filters.view_pod(pod, {}, inventory.release)
        if not filters.node_affinity(view, node) and not filters.taint_toleration(view, node):
            yield pod


def _bound_to(spec: PodSpec, node: str) -> PodSpec:
    """The spec of a daemon's pod: it names its node, and tolerates what daemons tolerate."""
    is_node = NodeSelectorRequirement(key="metadata.name", operator="In", values=(node,))
    affinity = spec.affinity or Affinity()
    stated = affinity.node_affinity or NodeAffinity()
    required = stated.required_during_scheduling_ignored_during_execution or NodeSelector(node_selector_terms=(NodeSelectorTerm(),))
    terms = tuple(
        NodeSelectorTerm(match_expressions=term.match_expressions, match_fields=(is_node,)) for term in required.node_selector_terms
    )
    bound = msgspec.structs.replace(stated, required_during_scheduling_ignored_during_execution=NodeSelector(node_selector_terms=terms))
    added = tuple(Toleration(key=key, operator="Exists", effect=effect) for key, effect in _DAEMON_TOLERATIONS)
    return msgspec.structs.replace(
        spec, affinity=msgspec.structs.replace(affinity, node_affinity=bound), tolerations=(*spec.tolerations, *added)
    )


# ── one after the other ────────────────────────────────────────────────────────────────────────────────────────────────────────


def place_pods(scheduler: Scheduler, pods: Iterable[Pod], charge: Charge | None = None) -> Iterator[tuple[Placement, Scheduler]]:
    """Each pod's placement, and the scheduler as it is after it; ``charge`` stands for the namespaces' quotas."""
    scores = _Scores()
    for pod in pods:
        inventory, created = with_pod_created(scheduler.inventory, admitted_pod(scheduler.inventory, pod), charge)
        placement, scheduler = _place(scheduler.after_creation(inventory), created, scores)
        yield placement, scheduler


def _place(scheduler: Scheduler, pod: Pod, scores: _Scores) -> tuple[Placement, Scheduler]:
    verdict = scheduler.schedule(pod)
    if verdict.word is not Word.FITS or not isinstance(verdict.outcome, Filtered):
        return Placement(pod=pod, verdict=verdict), scheduler
    node = _preferred_node(scheduler, pod, verdict.outcome, scores)
    fits = verdict.outcome.verdicts[node]
    if not isinstance(fits, Fits):
        raise TypeError(f"node {node} was chosen and does not fit")  # a defect of this program
    results = fits.allocation.results if fits.allocation else ()
    inventory, allocated = with_allocations(scheduler.inventory, pod, node, fits.claims, results)
    bound = inventory.pods[pod.metadata.key]
    return Placement(pod=bound, verdict=verdict, node=node, fits=fits), scheduler.after_placing(inventory, bound, fits, allocated)


def _preferred_node(scheduler: Scheduler, pod: Pod, outcome: Filtered, scores: _Scores) -> str:
    """The node that the scheduler would rather take, as far as its scores are followed; of equal ones the first by name."""
    requests = amounts_of(pod_requests(pod))
    feasible = outcome.nodes_that(Fits)
    room = {name: scores.least_allocated(requests, scheduler.snapshot.nodes[name]) for name in feasible}
    # Asking for the allocation of every node would be a second search; only alternatives make a difference between them.
    if _has_alternatives(outcome.verdicts[feasible[0]]):
        ranks = {name: _points(outcome.verdicts[name]) for name in feasible}
        best = max(ranks.values()) or 1
        room = {name: _WEIGHT_OF_ALTERNATIVES * 100 * ranks[name] / best + room[name] for name in feasible}
    most = max(room.values())
    return min(name for name in feasible if room[name] == most)


def _has_alternatives(fits: object) -> bool:
    return isinstance(fits, Fits) and any(request.first_available for claim in fits.claims for request in claim.spec.devices.requests)


def _points(fits: object) -> int:
    """Upstream: DynamicResources' ``computeScore``; the earlier the alternative, the more points."""
    chosen = fits.allocation.devices if isinstance(fits, Fits) and fits.allocation else ()
    taken = {
        (device.request.claim_index, device.request.request_index): device.request.subrequest_index
        for devices in chosen
        for device in devices
    }
    return sum(_ALTERNATIVES - index for index in taken.values() if index is not None)


class _Scores:
    """NodeResourcesFit's score for each node, kept as long as the node does not change (upstream: ``leastResourceScorer``)."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int, str], tuple[NodeInfo, float]] = {}

    def least_allocated(self, requests: Mapping[str, int], node: NodeInfo) -> float:
        """The share of CPU and memory that stays free, up to 100."""
        cpu, memory = requests.get(CPU, 0) or _DEFAULT_CPU, requests.get(MEMORY, 0) or _DEFAULT_MEMORY
        known = self._known.get((cpu, memory, node.name))
        if known is not None and known[0] is node:
            return known[1]
        score = (_free_share(CPU, cpu, node) + _free_share(MEMORY, memory, node)) / 2
        self._known[cpu, memory, node.name] = node, score
        return score


def _free_share(name: str, requested: int, node: NodeInfo) -> float:
    capacity = node.allocatable.get(name, 0)
    left = capacity - node.requested.get(name, 0) - requested
    return 100 * left / capacity if capacity and left > 0 else 0.0


# ── how many more ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


class HowMany(msgspec.Struct, frozen=True, kw_only=True):
    """How many copies of a pod fit, on which nodes, and the verdict on the one that does not; None where the search ended at a limit."""

    by_node: Mapping[str, int]
    next_one: PodVerdict | None

    @property
    def count(self) -> int:
        """All copies together."""
        return sum(self.by_node.values())


def how_many(scheduler: Scheduler, subject: Subject, charge: Charge | None = None, *, limit: int = 10_000) -> tuple[HowMany, Scheduler]:
    """How many more pods of ``subject`` fit, placed one after the other, and the scheduler as it is after them."""
    by_node: dict[str, int] = {}
    for placement, later in place_pods(scheduler, _further_pods(subject, limit), charge):
        scheduler = later
        if not placement.node:
            return HowMany(by_node=by_node, next_one=placement.verdict), scheduler
        by_node[placement.node] = by_node.get(placement.node, 0) + 1
    return HowMany(by_node=by_node, next_one=None), scheduler


def _further_pods(subject: Subject, limit: int) -> Iterator[Pod]:
    """Copies of the subject's first pod, numbered on behind those that it has."""
    first = len(subject.pods) + subject.existing
    for number in range(first, first + limit):
        metadata = msgspec.structs.replace(subject.pods[0].metadata, name=f"{subject.name.name}-{number}", uid="")
        yield msgspec.structs.replace(subject.pods[0], metadata=metadata)
