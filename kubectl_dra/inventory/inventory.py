"""Inventory: all objects that were read, by name, frozen; everything that is worked out from them is a function of it.

Same inventory, same answer: nothing here or above reads a clock, a file or a server.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.api.source import UnreadReason
from kubectl_dra.releases.release import NEWEST, Release

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.core import Event, Namespace, Node, Pod, PriorityClass, ResourceQuota, RuntimeClass
    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.rbac import ClusterRole, ClusterRoleBinding
    from kubectl_dra.api.resource import DeviceClass, DeviceTaintRule, ResourceClaim, ResourceClaimTemplate, ResourceSlice
    from kubectl_dra.api.source import ServerInfo, Unread
    from kubectl_dra.api.workloads import CronJob, Workload
    from kubectl_dra.apimachinery.origin import Origin


class DeviceID(NamedTuple):
    """A device's whole name (upstream: ``structured/schedulerapi/types.go`` ``DeviceID``)."""

    driver: str
    pool: str
    device: str

    def __str__(self) -> str:
        """``DRIVER/POOL/DEVICE``; a pool's name may itself contain slashes."""
        return f"{self.driver}/{self.pool}/{self.device}"


class WorkloadKey(NamedTuple):
    """A workload's kind (``Deployment``) and name."""

    kind_name: str
    name: NamespacedName


class Inventory(msgspec.Struct, frozen=True, kw_only=True):
    """What was read of a cluster.

    ``release`` is the release whose behaviour is followed, ``server_release`` what the server (or dump) says of itself, None where unknown.
    ``feature_gates`` are gates set by the user against the release's defaults. ``now`` is RFC 3339. ``read_kinds`` names the kinds that
    were asked for: a kind not in it is not known to be empty, and a kind in ``unread`` is known only in part.
    """

    resource_slices: tuple[ResourceSlice, ...] = ()
    device_classes: Mapping[str, DeviceClass] = {}
    resource_claims: Mapping[NamespacedName, ResourceClaim] = {}
    resource_claim_templates: Mapping[NamespacedName, ResourceClaimTemplate] = {}
    device_taint_rules: Mapping[str, DeviceTaintRule] = {}
    nodes: Mapping[str, Node] = {}
    pods: Mapping[NamespacedName, Pod] = {}
    namespaces: Mapping[str, Namespace] = {}
    events: tuple[Event, ...] = ()
    resource_quotas: Mapping[NamespacedName, ResourceQuota] = {}
    workloads: Mapping[WorkloadKey, Workload] = {}
    cron_jobs: Mapping[NamespacedName, CronJob] = {}
    runtime_classes: Mapping[str, RuntimeClass] = {}
    cluster_roles: Mapping[str, ClusterRole] = {}
    cluster_role_bindings: Mapping[str, ClusterRoleBinding] = {}
    priority_classes: Mapping[str, PriorityClass] = {}
    server: ServerInfo | None = None
    server_release: Release | None = None
    release: Release = NEWEST
    feature_gates: Mapping[str, bool] = {}
    now: str = ""
    is_live: bool = False
    read_kinds: frozenset[Kind] = frozenset()
    unread: tuple[Unread, ...] = ()
    origins: Mapping[tuple[str, NamespacedName], Origin] = {}
    """Kind name and object name → where it came from; filled for objects from files."""

    def unread_of(self, kind: Kind) -> tuple[Unread, ...]:
        """What of ``kind`` could not be read; empty where all of it was."""
        return tuple(unread for unread in self.unread if unread.kind is kind)

    def knows(self, kind: Kind) -> bool:
        """Whether every object of ``kind`` was read."""
        return kind in self.read_kinds and not self.unread_of(kind)

    def is_hidden(self, kind: Kind) -> bool:
        """Whether there may be objects of ``kind`` that the server did not show, or not all: it forbids them, or failed."""
        return any(unread.reason in {UnreadReason.FORBIDDEN, UnreadReason.FAILED} for unread in self.unread_of(kind))
