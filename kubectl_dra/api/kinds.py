"""The table of kinds: kind → group, versions, plural, scope, and the Struct that holds it."""

from __future__ import annotations

import msgspec

RESOURCE_GROUP = "resource.k8s.io"


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of object that this program reads.

    ``versions`` are the versions of its group that can be read, best first; all are rewritten to the first one's shape.
    """

    name: str
    group: str
    versions: tuple[str, ...]
    plural: str
    namespaced: bool
    singular: str

    def api_versions(self) -> tuple[str, ...]:
        """The ``apiVersion`` strings under which this kind is read, best first."""
        return tuple(f"{self.group}/{version}" if self.group else version for version in self.versions)

    def __str__(self) -> str:
        """The kind's name."""
        return self.name


def _kind(name: str, group: str, versions: str, plural: str, *, namespaced: bool) -> Kind:
    return Kind(name=name, group=group, versions=tuple(versions.split()), plural=plural, namespaced=namespaced, singular=name.lower())


_RESOURCE_VERSIONS = "v1 v1beta2 v1beta1 v1alpha3"

RESOURCE_SLICE = _kind("ResourceSlice", RESOURCE_GROUP, _RESOURCE_VERSIONS, "resourceslices", namespaced=False)
RESOURCE_CLAIM = _kind("ResourceClaim", RESOURCE_GROUP, _RESOURCE_VERSIONS, "resourceclaims", namespaced=True)
RESOURCE_CLAIM_TEMPLATE = _kind("ResourceClaimTemplate", RESOURCE_GROUP, _RESOURCE_VERSIONS, "resourceclaimtemplates", namespaced=True)
DEVICE_CLASS = _kind("DeviceClass", RESOURCE_GROUP, _RESOURCE_VERSIONS, "deviceclasses", namespaced=False)
DEVICE_TAINT_RULE = _kind("DeviceTaintRule", RESOURCE_GROUP, "v1 v1beta2 v1alpha3", "devicetaintrules", namespaced=False)

POD = _kind("Pod", "", "v1", "pods", namespaced=True)
NODE = _kind("Node", "", "v1", "nodes", namespaced=False)
NAMESPACE = _kind("Namespace", "", "v1", "namespaces", namespaced=False)
EVENT = _kind("Event", "", "v1", "events", namespaced=True)
RESOURCE_QUOTA = _kind("ResourceQuota", "", "v1", "resourcequotas", namespaced=True)

DEPLOYMENT = _kind("Deployment", "apps", "v1", "deployments", namespaced=True)
REPLICA_SET = _kind("ReplicaSet", "apps", "v1", "replicasets", namespaced=True)
STATEFUL_SET = _kind("StatefulSet", "apps", "v1", "statefulsets", namespaced=True)
DAEMON_SET = _kind("DaemonSet", "apps", "v1", "daemonsets", namespaced=True)
JOB = _kind("Job", "batch", "v1", "jobs", namespaced=True)
CRON_JOB = _kind("CronJob", "batch", "v1", "cronjobs", namespaced=True)
RUNTIME_CLASS = _kind("RuntimeClass", "node.k8s.io", "v1", "runtimeclasses", namespaced=False)
PRIORITY_CLASS = _kind("PriorityClass", "scheduling.k8s.io", "v1", "priorityclasses", namespaced=False)
CLUSTER_ROLE = _kind("ClusterRole", "rbac.authorization.k8s.io", "v1", "clusterroles", namespaced=False)
CLUSTER_ROLE_BINDING = _kind("ClusterRoleBinding", "rbac.authorization.k8s.io", "v1", "clusterrolebindings", namespaced=False)

KINDS: tuple[Kind, ...] = (
    RESOURCE_SLICE,
    RESOURCE_CLAIM,
    RESOURCE_CLAIM_TEMPLATE,
    DEVICE_CLASS,
    DEVICE_TAINT_RULE,
    POD,
    NODE,
    NAMESPACE,
    EVENT,
    RESOURCE_QUOTA,
    DEPLOYMENT,
    REPLICA_SET,
    STATEFUL_SET,
    DAEMON_SET,
    JOB,
    CRON_JOB,
    RUNTIME_CLASS,
    PRIORITY_CLASS,
    CLUSTER_ROLE,
    CLUSTER_ROLE_BINDING,
)

_BY_NAME = {(kind.group, kind.name): kind for kind in KINDS}


def find_kind(api_version: str, name: str) -> Kind | None:
    """The kind that ``apiVersion`` and ``kind`` name, in whatever version; None for one that this program does not read."""
    group, _, _ = api_version.rpartition("/")
    return _BY_NAME.get((group, name))


_SHORT_NAMES = {
    "deploy": "Deployment",
    "rs": "ReplicaSet",
    "sts": "StatefulSet",
    "ds": "DaemonSet",
    "cj": "CronJob",
    "po": "Pod",
}


def kind_named(word: str) -> str:
    """The kind that a word of the command line means: ``deploy``, ``deployments``, ``Deployment`` and ``deployments.apps`` alike."""
    lowered = word.lower().partition(".")[0]
    for kind in KINDS:
        if lowered in (kind.singular, kind.plural):
            return kind.name
    return _SHORT_NAMES.get(lowered, word)
