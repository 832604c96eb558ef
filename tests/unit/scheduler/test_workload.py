from typing import Any

import msgspec
import pytest

from kubectl_dra.api.core import (
    Affinity,
    Container,
    PodAffinity,
    PodAffinityTerm,
    PodSpec,
    ResourceRequirements,
    Taint,
    TopologySpreadConstraint,
)
from kubectl_dra.api.meta import LabelSelector, ObjectMeta, OwnerReference
from kubectl_dra.api.resource import ResourceSlice
from kubectl_dra.api.workloads import CronJob, CronJobSpec, JobTemplateSpec, PodTemplateSpec, Workload, WorkloadSpec
from kubectl_dra.inventory.inventory import Inventory, WorkloadKey
from kubectl_dra.inventory.podadmission import admitted_pod
from kubectl_dra.inventory.whatif import with_pod_created
from kubectl_dra.scheduler.schedule import Scheduler, schedule
from kubectl_dra.scheduler.verdict import Filtered, PodVerdict, Word, likeness
from kubectl_dra.scheduler.workload import how_many, place_pods, pods_of, subject_of_cron_job, subject_of_pod, subject_of_workload
from tests.builders import NAMESPACE, cluster, device_class, devices_on, key, node, pod, template

WEB = {"app": "web"}


def workload(kind: str = "Deployment", cpu: str = "1", **fields: Any) -> tuple[WorkloadKey, Workload]:
    """A workload of pods that want CPU."""
    container = Container(name="main", resources=ResourceRequirements(requests={"cpu": cpu}))
    template = PodTemplateSpec(metadata=ObjectMeta(labels=WEB), spec=PodSpec(containers=(container,)))
    spec = WorkloadSpec(template=template, **fields)
    return WorkloadKey(kind, key("web")), Workload(metadata=ObjectMeta(name="web", namespace=NAMESPACE), spec=spec)


def names(inventory: Inventory, kind: str = "Deployment", **fields: Any) -> list[str]:
    """The names of the workload's pods."""
    return [made.metadata.name for made in pods_of(inventory, *workload(kind, **fields))]


@pytest.mark.parametrize(
    ("kind", "fields", "count"),
    [
        ("Deployment", {}, 1),
        ("StatefulSet", {"replicas": 3}, 3),
        ("ReplicaSet", {"replicas": 0}, 0),
        ("Job", {}, 1),
        ("Job", {"parallelism": 4}, 4),
        ("Job", {"parallelism": 4, "completions": 2}, 2),
        ("Job", {"parallelism": 4, "suspend": True}, 0),
    ],
)
def test_pod_count(kind: str, fields: dict[str, Any], count: int) -> None:
    """Replicas, and of a job as many pods as run at once."""
    assert len(names(cluster(), kind, **fields)) == count


def test_daemon_pods() -> None:
    """A DaemonSet has a pod for each node that its pods may run on; cordoned nodes are among them."""
    inventory = cluster(node("a"), node("b", cordoned=True), node("c", taints=[Taint(key="x", effect="NoSchedule")]))
    assert names(inventory, "DaemonSet") == ["web-a", "web-b"]


def test_daemon_pods_go_to_their_nodes() -> None:
    """Each of a DaemonSet's pods fits on its own node only."""
    inventory = cluster(node("a"), node("b", cordoned=True))
    subject = subject_of_workload(inventory, *workload("DaemonSet"))
    assert [placement.node for placement, _ in place_pods(Scheduler(inventory), subject.pods)] == ["a", "b"]


def test_existing_pods_are_not_placed_again() -> None:
    """Pods that the workload has already count, and only the others are placed."""
    running = pod("web-x", on="a", labels=WEB)
    owner = OwnerReference(kind="ReplicaSet", name="web-1", uid="u", controller=True)
    running = msgspec.structs.replace(running, metadata=msgspec.structs.replace(running.metadata, owner_references=(owner,)))
    chosen = workload(replicas=3, selector=LabelSelector(match_labels=WEB))
    subject = subject_of_workload(cluster(node("a"), running), *chosen)
    assert (subject.existing, len(subject.pods)) == (1, 2)


def test_running_pod_is_not_placed_again() -> None:
    """A pod that has a node already stays there."""
    assert subject_of_pod(cluster(pod("p", on="a")), pod("p")).pods == ()
    assert len(subject_of_pod(cluster(pod("p")), pod("p")).pods) == 1


def test_cron_job() -> None:
    """Of a CronJob, one job's pods are placed."""
    _, job = workload("Job", parallelism=2)
    cron_job = CronJob(metadata=job.metadata, spec=CronJobSpec(job_template=JobTemplateSpec(spec=job.spec)))
    assert len(subject_of_cron_job(cluster(), cron_job).pods) == 2


def test_pods_take_room_from_the_next() -> None:
    """What one pod takes, the next one meets taken; the emptiest node is preferred."""
    inventory = cluster(node("a", allocatable={"cpu": "2"}), node("b", allocatable={"cpu": "3"}))
    placed = [placement for placement, _ in place_pods(Scheduler(inventory), pods_of(inventory, *workload(cpu="2", replicas=3)))]
    assert [placement.node for placement in placed] == ["b", "a", ""]
    assert [placement.verdict.word for placement in placed] == [Word.FITS, Word.FITS, Word.UNSCHEDULABLE]


def test_limits_are_requests() -> None:
    """As the API server would store it, a limit without a request is a request."""
    container = Container(name="main", resources=ResourceRequirements(limits={"cpu": "9"}))
    ((placement, _),) = place_pods(Scheduler(cluster(node("a"))), [pod(spec=PodSpec(containers=(container,)))])
    assert placement.verdict.message == "0/1 nodes are available: 1 Insufficient cpu."


def test_how_many() -> None:
    """Copies are counted by node until one does not fit, and what stops it is told."""
    inventory = cluster(node("a", allocatable={"cpu": "5"}), node("b", allocatable={"cpu": "2"}))
    found, _ = how_many(Scheduler(inventory), subject_of_pod(inventory, pod(requests={"cpu": "2"})))
    assert (found.count, dict(found.by_node)) == (3, {"a": 2, "b": 1})
    assert found.next_one is not None
    assert found.next_one.message == "0/2 nodes are available: 2 Insufficient cpu."


def test_how_many_ends_at_a_limit() -> None:
    """A count that reaches the limit is left open."""
    assert how_many(Scheduler(cluster(node("a"))), subject_of_pod(cluster(), pod()), limit=5)[0].next_one is None


def spread_shared_pool() -> ResourceSlice:
    """Devices that any node may use."""
    made = devices_on("fabric", "f-0", "f-1", "f-2")
    return msgspec.structs.replace(made, spec=msgspec.structs.replace(made.spec, node_name=None, all_nodes=True))


BY_ZONE = TopologySpreadConstraint(
    topology_key="zone", max_skew=1, when_unsatisfiable="DoNotSchedule", label_selector=LabelSelector(match_labels=WEB)
)
APART = Affinity(
    pod_anti_affinity=PodAffinity(
        required_during_scheduling_ignored_during_execution=(
            PodAffinityTerm(label_selector=LabelSelector(match_labels=WEB), topology_key="kubernetes.io/hostname"),
        )
    )
)


@pytest.mark.parametrize(
    ("slices", "spec"),
    [
        ((devices_on("a", "g-0", "g-1"), devices_on("b", "g-0")), PodSpec()),
        ((spread_shared_pool(),), PodSpec()),
        ((devices_on("a", "g-0", "g-1"), spread_shared_pool()), PodSpec()),
        ((devices_on("a", "g-0", "g-1"), devices_on("b", "g-0", "g-1")), PodSpec(topology_spread_constraints=(BY_ZONE,))),
        ((devices_on("a", "g-0", "g-1"), devices_on("b", "g-0", "g-1")), PodSpec(affinity=APART)),
    ],
)
def test_what_is_kept_is_still_true(slices: tuple[ResourceSlice, ...], spec: PodSpec) -> None:
    """Answers that are kept from pod to pod are those that a scheduler without memory gives."""
    nodes = (node("a", labels={"zone": "1"}), node("b", labels={"zone": "2"}), node("c"))
    inventory = cluster(*nodes, *slices, device_class(), template("gpu"))
    wanted = [pod(f"web-{number}", templates={"main": "gpu"}, requests={"cpu": "3"}, labels=WEB, spec=spec) for number in range(6)]
    scheduler = Scheduler(inventory)
    for each in wanted:
        before = scheduler.inventory
        ((placement, scheduler),) = place_pods(scheduler, [each])
        fresh = schedule(*with_pod_created(before, admitted_pod(before, each)))
        assert told(placement.verdict) == told(fresh)


def told(verdict: PodVerdict) -> list[tuple[object, tuple[str, ...]]]:
    """Which nodes give which answer."""
    assert isinstance(verdict.outcome, Filtered)
    return [(likeness(group.verdict), group.nodes) for group in verdict.outcome.groups]
