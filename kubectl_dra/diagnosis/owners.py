"""``deployment/trainer`` → its pods, found by owner references, or why it has none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.api import kinds
from kubectl_dra.diagnosis.clock import age_of, plain_message, times_seen
from kubectl_dra.diagnosis.quotas import excess_said
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.findings.finding import Subject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.core import Event, Pod, PodSpec
    from kubectl_dra.api.meta import ObjectMeta
    from kubectl_dra.api.workloads import CronJob, Workload
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.inventory.inventory import Inventory

_CREATION_FAILED = ("FailedCreate",)
_RUNTIME_CLASS = re.compile(r'RuntimeClass "(?P<name>[^"]+)" not found')


class Owned(NamedTuple):
    """A workload: what it is called, its pods, and the objects between it and them, itself first."""

    subject: Subject
    pods: tuple[Pod, ...]
    chain: tuple[tuple[str, ObjectMeta], ...]
    workload: Workload | CronJob | None


def owned_by(inventory: Inventory, kind: str, namespace: str, name: str) -> Owned | None:
    """The pods of an object of any kind; None where neither the object nor anything that names it as owner was read."""
    root = _find(inventory, kind, namespace, name)
    chain: list[tuple[str, ObjectMeta]] = [(root[0], root[1].metadata)] if root else []
    names = {(kind.lower(), name)} | ({(root[0].lower(), name)} if root else set())
    pods: list[Pod] = []
    seen: set[tuple[str, str]] = set()
    while names - seen:
        current = names - seen
        seen |= current
        for child_kind, metadata in _children(inventory, namespace, current):
            names.add((child_kind.lower(), metadata.name))
            chain.append((child_kind, metadata))
    pods = [pod for key, pod in inventory.pods.items() if key.namespace == namespace and _owner_names(pod.metadata) & seen]
    if root is None and not pods and not chain:
        return None
    shown_kind = (
        root[0]
        if root
        else next((owner.kind for pod in pods for owner in pod.metadata.owner_references if owner.kind.lower() == kind.lower()), kind)
    )
    return Owned(Subject(kind=shown_kind, name=name, namespace=namespace), tuple(pods), tuple(chain), root[1] if root else None)


def _find(inventory: Inventory, kind: str, namespace: str, name: str) -> tuple[str, Workload | CronJob] | None:
    for key, workload in inventory.workloads.items():
        if key.kind_name.lower() == kind.lower() and key.name == (namespace, name):
            return key.kind_name, workload
    if kind.lower() == "cronjob":
        found = next((one for key, one in inventory.cron_jobs.items() if key == (namespace, name)), None)
        return ("CronJob", found) if found else None
    return None


def _children(inventory: Inventory, namespace: str, owners: Iterable[tuple[str, str]]) -> Iterator[tuple[str, ObjectMeta]]:
    wanted = set(owners)
    for key, workload in inventory.workloads.items():
        if key.name.namespace == namespace and _owner_names(workload.metadata) & wanted:
            yield key.kind_name, workload.metadata


def _owner_names(metadata: ObjectMeta) -> set[tuple[str, str]]:
    return {(owner.kind.lower(), owner.name) for owner in metadata.owner_references}


def why_no_pods(scene: Scene, owned: Owned) -> Facts:
    """Why a workload has no pods, or fewer than it wants."""
    refused = _refusal(scene, owned)
    if refused is not None:
        return refused
    from kubectl_dra.findings.dra609_workload_wants_no_pods import WorkloadWantsNoPods  # noqa: PLC0415 - one finding of many

    return WorkloadWantsNoPods(owner=owned.subject, why=_why_none_wanted(owned))


def refusal_of(scene: Scene, owned: Owned) -> Facts | None:
    """What keeps a workload from creating its pods; None where nothing was seen."""
    return _refusal(scene, owned)


def _refusal(scene: Scene, owned: Owned) -> Facts | None:
    said = _last_refusal(scene, owned)
    event = said[1] if said else None
    about = f"{said[0][0]}/{said[0][1].name}" if said else ""
    spec = _pod_spec(owned)
    missing = _RUNTIME_CLASS.search(event.message) if event else None
    known = scene.inventory.knows(kinds.RUNTIME_CLASS)
    name = missing["name"] if missing else (spec.runtime_class_name if spec and known else None)
    if name and name not in scene.inventory.runtime_classes:
        return _runtime_class_not_found(scene, owned, name, event, about)
    if event is None or owned.pods:
        return None
    if excess := excess_said(event.message):
        from kubectl_dra.findings.dra601_quota_exceeded import QuotaExceeded  # noqa: PLC0415 - one finding of many

        quota = Subject(kind="ResourceQuota", name=excess.quota, namespace=owned.subject.namespace)
        return QuotaExceeded(
            quota=quota,
            resource=excess.resource,
            requested=excess.requested,
            used=excess.used,
            limit=excess.limit,
            said=plain_message(event),
            age=age_of(event, scene.inventory),
        )
    from kubectl_dra.findings.dra607_pod_creation_refused import PodCreationRefused  # noqa: PLC0415 - one finding of many

    message = plain_message(event).removeprefix("Error creating: ")
    return PodCreationRefused(
        owner=owned.subject, said=message, said_about=about, age=age_of(event, scene.inventory), count=times_seen(event)
    )


def _runtime_class_not_found(scene: Scene, owned: Owned, name: str, event: Event | None, about: str) -> Facts:
    from kubectl_dra.findings.dra602_runtime_class_not_found import RuntimeClassNotFound  # noqa: PLC0415 - one finding of many

    existing = tuple(sorted(scene.inventory.runtime_classes))
    path = (
        "spec.jobTemplate.spec.template.spec.runtimeClassName" if owned.subject.kind == "CronJob" else "spec.template.spec.runtimeClassName"
    )
    return RuntimeClassNotFound(
        owner=owned.subject,
        runtime_class=name,
        field_path=path,
        existing=existing,
        nearest=nearest(name, existing),
        said=plain_message(event).removeprefix("Error creating: ") if event else "",
        age=age_of(event, scene.inventory) if event else "",
        said_about=about,
    )


def _last_refusal(scene: Scene, owned: Owned) -> tuple[tuple[str, ObjectMeta], Event] | None:
    found = [(one, event) for one in owned.chain if (event := scene.events.last(one[0], one[1], *_CREATION_FAILED))]
    return max(found, key=lambda pair: pair[1].last_seen, default=None)


def _pod_spec(owned: Owned) -> PodSpec | None:
    from kubectl_dra.api.workloads import CronJob  # noqa: PLC0415 - beside the type

    if owned.workload is None:
        return None
    spec = owned.workload.spec
    return spec.job_template.spec.template.spec if isinstance(owned.workload, CronJob) else spec.template.spec  # type: ignore[union-attr]  # the other type is Workload


def _why_none_wanted(owned: Owned) -> str:
    spec = owned.workload.spec if owned.workload else None
    if spec is not None and spec.suspend:
        return "it is suspended"
    replicas = getattr(spec, "replicas", None)
    parallelism = getattr(spec, "parallelism", None)
    if replicas == 0 or parallelism == 0:
        return f"{'replicas' if replicas == 0 else 'parallelism'} is 0"
    if owned.subject.kind == "DaemonSet":
        return "no node is one that it wants"
    return "none was seen, and no event says why"
