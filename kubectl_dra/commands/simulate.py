"""``kubectl dra simulate``."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, NotAnswered, UsageError
from kubectl_dra.commands.sources import kept_findings, load_inventory, open_source

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.cluster.manifests import ManifestSource
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.commands.sources import Opened
    from kubectl_dra.inventory.applied import RefusedManifest
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.reports.simulation import MoreCopies, SimulatedPod, SimulatedWorkload
    from kubectl_dra.scheduler.schedule import Scheduler
    from kubectl_dra.scheduler.workload import Subject

_DESCRIPTION = """\
Say whether and where pods would fit, before they are applied.

 Manifests are laid over the cluster's state as if they had been applied. Each pod, and each pod of a workload, is then taken one after the
 other as the scheduler would take it: what one gets, the next one meets taken. It changes nothing, and exits with 1 where a pod does not
 fit.
"""

_EXAMPLES = """\
# Would this job fit?
kubectl dra simulate -f job.yaml

# How many more of it would fit, and what stops the next one?
kubectl dra simulate -f job.yaml --how-many

# Would it fit after an upgrade of the cluster?
kubectl dra simulate -f manifests/ --release 1.37

# Read the cluster's state from a dump
kubectl dra simulate -f pod.yaml --from dump.yaml
"""

_CLUSTER = (
    kinds.RESOURCE_SLICE,
    kinds.RESOURCE_CLAIM,
    kinds.RESOURCE_CLAIM_TEMPLATE,
    kinds.DEVICE_CLASS,
    kinds.DEVICE_TAINT_RULE,
    kinds.POD,
    kinds.NODE,
    kinds.NAMESPACE,
    kinds.RUNTIME_CLASS,
    kinds.PRIORITY_CLASS,
    kinds.RESOURCE_QUOTA,
)
_WORKLOADS = (kinds.DEPLOYMENT, kinds.REPLICA_SET, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.JOB, kinds.CRON_JOB)


def _add_flags(parser: Parser) -> None:
    parser.add_list("-f", "--filename", "The files, folders or - that hold the manifests to be judged; may be repeated")
    parser.add_switch("", "--how-many", "Say how many more pods of each workload fit, where, and what stops the next one")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.inventory.applied import refused_manifests  # noqa: PLC0415  (help needs no scheduler)
    from kubectl_dra.rendering.views.simulation import show_simulation  # noqa: PLC0415
    from kubectl_dra.reports.simulation import report_simulation  # noqa: PLC0415
    from kubectl_dra.scheduler.schedule import Scheduler  # noqa: PLC0415

    if not options.filename:
        raise UsageError("kubectl dra simulate needs -f FILE, which says what is to be judged")
    opened = open_source(options)
    source = _open_manifests(options, opened)
    manifests = _load_manifests(source)
    cluster = load_inventory(options, opened, *_CLUSTER, about=kinds.RESOURCE_SLICE)
    refused = tuple(refused_manifests(source, cluster))
    scheduler = Scheduler(_applied(cluster, manifests, refused))
    items: list[SimulatedWorkload] = []
    copies: list[MoreCopies] = []
    for subject in _subjects(manifests, scheduler.inventory):
        item, scheduler = _simulate(subject, scheduler, refused)
        items.append(msgspec.structs.replace(item, pods=tuple(_kept(options, pod) for pod in item.pods)))
        if options.how_many and subject.pods:
            counted = _count_copies(subject, scheduler, refused)
            copies.append(msgspec.structs.replace(counted, next_pod=_kept(options, counted.next_pod) if counted.next_pod else None))
    if not items:
        raise NotAnswered("the manifests hold no Pod and no workload: there is nothing to simulate")
    report = report_simulation(items, copies, refused, scheduler.inventory)
    exit_code = 0 if report.everything_fits else 1
    return Answer(report, partial(show_simulation, report), report.names, exit_code=exit_code, notices=(*opened.notices, *source.notices))


def _kept(options: Namespace, pod: SimulatedPod) -> SimulatedPod:
    """A pod without the finding that ``--suppress`` covers; that it does not fit stays."""
    if pod.cause is None or kept_findings(options, (pod.cause,)):
        return pod
    return msgspec.structs.replace(pod, cause=None)


def _applied(cluster: Inventory, manifests: Inventory, refused: Iterable[RefusedManifest]) -> Inventory:
    """The cluster with the manifests applied, their pods and workloads apart. Raises :class:`NotAnswered` where no node is known."""
    from kubectl_dra.inventory.whatif import laid_over, with_pods_gone  # noqa: PLC0415  (help applies nothing)

    inventory = laid_over(cluster, manifests, {(one.kind, one.name) for one in refused})
    for unread in () if inventory.nodes else inventory.unread_of(kinds.NODE):
        raise NotAnswered(f"without the cluster's nodes nothing can be placed: {unread.message}")
    # A pod that waits already is asked about as if it were created now.
    waiting = [name for name in manifests.pods if name in inventory.pods and not inventory.pods[name].spec.node_name]
    return with_pods_gone(inventory, waiting)


def _open_manifests(options: Namespace, opened: Opened) -> ManifestSource:
    from kubectl_dra.cluster.manifests import ManifestSource  # noqa: PLC0415  (help reads nothing)

    return ManifestSource.read(options.filename, stdin=sys.stdin.buffer, namespace=opened.namespace)


def _load_manifests(source: ManifestSource) -> Inventory:
    from kubectl_dra.inventory.load import Wish, load  # noqa: PLC0415  (help reads nothing)

    return load(source, Wish(kinds=(*_CLUSTER, *_WORKLOADS)))


def _subjects(manifests: Inventory, inventory: Inventory) -> Iterator[Subject]:
    from kubectl_dra.scheduler.workload import subject_of_cron_job, subject_of_pod, subject_of_workload  # noqa: PLC0415

    yield from (subject_of_pod(inventory, pod) for pod in manifests.pods.values())
    yield from (subject_of_workload(inventory, key, workload) for key, workload in manifests.workloads.items())
    yield from (subject_of_cron_job(inventory, cron_job) for cron_job in manifests.cron_jobs.values())


def _simulate(subject: Subject, scheduler: Scheduler, refused: Iterable[RefusedManifest]) -> tuple[SimulatedWorkload, Scheduler]:
    from kubectl_dra.diagnosis.charging import charged  # noqa: PLC0415  (help charges nothing)
    from kubectl_dra.reports.simulation import SimulatedWorkload, report_placement  # noqa: PLC0415
    from kubectl_dra.scheduler.workload import place_pods  # noqa: PLC0415

    pods: list[SimulatedPod] = []
    for placement, later in place_pods(scheduler, subject.pods, charged):
        placed = report_placement(placement, later.inventory, refused)
        pods.append(_explained(placed, placement.pod, later, pods[-1] if pods else None))
        scheduler = later
    item = SimulatedWorkload(
        kind=subject.kind, namespace=subject.name.namespace, name=subject.name.name, pods=tuple(pods), existing_pods=subject.existing
    )
    return item, scheduler


def _explained(report: SimulatedPod, pod: Pod, scheduler: Scheduler, last: SimulatedPod | None) -> SimulatedPod:
    """The report with the finding that explains it; one refused as the last has the same, and what would be refused is told already."""
    from kubectl_dra.diagnosis.explain import Explainer  # noqa: PLC0415  (only where something does not fit)
    from kubectl_dra.diagnosis.scene import Scene  # noqa: PLC0415
    from kubectl_dra.findings.finding import Confidence  # noqa: PLC0415

    if report.fits or report.needs_refused or not report.asks_for_devices:
        return report
    if last is not None and last.is_refused_like(report):
        return msgspec.structs.replace(report, cause=last.cause, confidence=last.confidence)
    root = Explainer(Scene(scheduler.inventory, scheduler.snapshot)).explain(pod).root
    is_proved = root is not None and root.confidence is Confidence.CERTAIN
    return msgspec.structs.replace(report, cause=root, confidence=Confidence.CERTAIN if is_proved else report.confidence)


def _count_copies(subject: Subject, scheduler: Scheduler, refused: Iterable[RefusedManifest]) -> MoreCopies:
    from kubectl_dra.diagnosis.charging import charged  # noqa: PLC0415  (help charges nothing)
    from kubectl_dra.reports.simulation import report_copies, report_placement  # noqa: PLC0415
    from kubectl_dra.scheduler.workload import Placement, how_many  # noqa: PLC0415

    found, later = how_many(scheduler, subject, charged)
    next_pod = None
    if found.next_one:
        placement = Placement(pod=found.next_one.pod, verdict=found.next_one)
        next_pod = _explained(report_placement(placement, later.inventory, refused), placement.pod, later, None)
    return report_copies(subject, found, next_pod, later.inventory)


COMMAND = Command(
    name="simulate", usage="-f FILENAME [flags] [options]", description=_DESCRIPTION, examples=_EXAMPLES, add_flags=_add_flags, run=_run
)
