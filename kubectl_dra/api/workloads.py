"""Deployment, Job, StatefulSet …: their pod templates, and how many pods they want."""

from __future__ import annotations

from kubectl_dra.api.core import PodSpec
from kubectl_dra.api.meta import Condition, LabelSelector, ObjectMeta, Struct


class PodTemplateSpec(Struct):
    """The pod that a workload makes copies of."""

    metadata: ObjectMeta = ObjectMeta()
    spec: PodSpec = PodSpec()


class WorkloadSpec(Struct):
    """The fields that Deployment, ReplicaSet, StatefulSet, DaemonSet and Job share in this program's eyes.

    ``replicas`` counts pods of the first three, ``parallelism`` and ``completions`` those of a Job; None where the API has a default.
    """

    replicas: int | None = None
    parallelism: int | None = None
    completions: int | None = None
    suspend: bool | None = None
    selector: LabelSelector | None = None
    template: PodTemplateSpec = PodTemplateSpec()


class WorkloadStatus(Struct):
    """What a workload reports of its pods; each field is filled by the kinds that have it."""

    replicas: int = 0
    ready_replicas: int = 0
    desired_number_scheduled: int = 0
    current_number_scheduled: int = 0
    number_ready: int = 0
    active: int = 0
    ready: int = 0
    succeeded: int = 0
    failed: int = 0
    conditions: tuple[Condition, ...] = ()


class Workload(Struct):
    """A Deployment, ReplicaSet, StatefulSet, DaemonSet or Job; which one is said by the kind it was listed as."""

    metadata: ObjectMeta = ObjectMeta()
    spec: WorkloadSpec = WorkloadSpec()
    status: WorkloadStatus = WorkloadStatus()


class JobTemplateSpec(Struct):
    """The job that a CronJob makes copies of."""

    metadata: ObjectMeta = ObjectMeta()
    spec: WorkloadSpec = WorkloadSpec()


class CronJobSpec(Struct):
    """A CronJob as its author wrote it."""

    schedule: str = ""
    suspend: bool | None = None
    job_template: JobTemplateSpec = JobTemplateSpec()


class CronJob(Struct):
    """A CronJob."""

    metadata: ObjectMeta = ObjectMeta()
    spec: CronJobSpec = CronJobSpec()
