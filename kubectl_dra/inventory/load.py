"""A Source and kinds → Inventory: reads what is asked for and nothing else.

What cannot be read becomes an Unread in the inventory. Raises :class:`kubectl_dra.api.reading.UnreadableObject` for an object that is not
what its kind says, and whatever the Source raises when nothing at all can be had.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import msgspec

from kubectl_dra.api import core, kinds, rbac, resource, workloads
from kubectl_dra.api.reading import UnreadableObject, page_ahead, read, read_placed
from kubectl_dra.api.source import Listing, UnreadReason
from kubectl_dra.inventory.amounts import wrong_amount
from kubectl_dra.inventory.inventory import Inventory, WorkloadKey
from kubectl_dra.releases import release as releases

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.api.meta import NamespacedName, ObjectMeta
    from kubectl_dra.api.source import Source
    from kubectl_dra.apimachinery.origin import Origin

    _Origins: TypeAlias = dict[tuple[str, NamespacedName], Origin]

_T = TypeVar("_T")

WORKLOAD_KINDS = (kinds.DEPLOYMENT, kinds.REPLICA_SET, kinds.STATEFUL_SET, kinds.DAEMON_SET, kinds.JOB)
"""Kinds whose objects are in :attr:`Inventory.workloads`."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What to read, and how to look at it.

    ``namespace`` limits namespaced kinds to one namespace (None: all). ``fallback_namespace`` is read instead where a kind may not be
    listed in all namespaces. ``now`` is the clock, for a live cluster; ``release`` overrides the server's.
    """

    kinds: tuple[Kind, ...]
    namespace: str | None = None
    fallback_namespace: str = ""
    now: str = ""
    release: releases.Release | None = None
    feature_gates: Mapping[str, bool] = msgspec.field(default_factory=dict)


def load(source: Source, wish: Wish) -> Inventory:
    """Everything of the kinds wished for, frozen."""
    fields: dict[str, Any] = {}
    origins: _Origins = {}
    for kind in wish.kinds:
        listing = _list(source, kind, wish)
        fields.setdefault("unread", []).extend(listing.unread)
        _add(fields, kind, listing, None if source.is_live else origins)
    server = source.server_info()
    server_release = releases.parse(server.git_version)
    if server_release is None and not source.is_live:
        server_release = _release_of_nodes(source)
    followed = wish.release or server_release or releases.NEWEST
    fields["unread"] = tuple(fields.get("unread", ()))
    return Inventory(
        **fields,
        server=server,
        server_release=server_release,
        release=releases.nearest_followed(followed),
        feature_gates=wish.feature_gates,
        now=wish.now if source.is_live else newest_time(source),
        is_live=source.is_live,
        read_kinds=frozenset(wish.kinds),
        origins=origins,
    )


def decode_ahead(kind: Kind, api_version: str, page: bytes) -> tuple[object, ...]:
    """The objects of one page, as :func:`load` will want them; for a Source that has time while the next page comes."""
    _, struct = _table_entry(kind)
    return page_ahead(api_version, page, struct)


def objects_of(inventory: Inventory, kind: Kind) -> Collection[object]:
    """The inventory's objects of one kind; for a workload's kind those of all such kinds."""
    field, _ = _table_entry(kind)
    found: Collection[object] = getattr(inventory, field)
    return found


def _table_entry(kind: Kind) -> tuple[str, type[Any]]:
    return _BY_NAME.get(kind) or _BY_KEY.get(kind) or _IN_ORDER.get(kind) or ("workloads", workloads.Workload)


def _list(source: Source, kind: Kind, wish: Wish) -> Listing:
    listing = source.list(kind, wish.namespace if kind.namespaced else None)
    forbidden = any(unread.reason is UnreadReason.FORBIDDEN for unread in listing.unread)
    if not (forbidden and kind.namespaced and wish.namespace is None and wish.fallback_namespace):
        return listing
    part = source.list(kind, wish.fallback_namespace)
    if part.unread:
        return listing
    # What is there is true, and that there is more stays said.
    return Listing(
        kind=kind,
        objects=part.objects,
        pages=part.pages,
        read_ahead=part.read_ahead,
        api_version=part.api_version,
        origin=part.origin,
        unread=listing.unread,
    )


_BY_NAME: dict[Kind, tuple[str, type[Any]]] = {
    kinds.DEVICE_CLASS: ("device_classes", resource.DeviceClass),
    kinds.DEVICE_TAINT_RULE: ("device_taint_rules", resource.DeviceTaintRule),
    kinds.NODE: ("nodes", core.Node),
    kinds.NAMESPACE: ("namespaces", core.Namespace),
    kinds.RUNTIME_CLASS: ("runtime_classes", core.RuntimeClass),
    kinds.PRIORITY_CLASS: ("priority_classes", core.PriorityClass),
    kinds.CLUSTER_ROLE: ("cluster_roles", rbac.ClusterRole),
    kinds.CLUSTER_ROLE_BINDING: ("cluster_role_bindings", rbac.ClusterRoleBinding),
}
_BY_KEY: dict[Kind, tuple[str, type[Any]]] = {
    kinds.RESOURCE_CLAIM: ("resource_claims", resource.ResourceClaim),
    kinds.RESOURCE_CLAIM_TEMPLATE: ("resource_claim_templates", resource.ResourceClaimTemplate),
    kinds.POD: ("pods", core.Pod),
    kinds.RESOURCE_QUOTA: ("resource_quotas", core.ResourceQuota),
    kinds.CRON_JOB: ("cron_jobs", workloads.CronJob),
}
_IN_ORDER: dict[Kind, tuple[str, type[Any]]] = {
    kinds.RESOURCE_SLICE: ("resource_slices", resource.ResourceSlice),
    kinds.EVENT: ("events", core.Event),
}


def _add(fields: dict[str, Any], kind: Kind, listing: Listing, origins: _Origins | None) -> None:
    if kind in _BY_NAME:
        field, struct = _BY_NAME[kind]
        fields[field] = {value.metadata.name: value for value in _values(listing, struct, origins)}
    elif kind in _BY_KEY:
        field, struct = _BY_KEY[kind]
        fields[field] = {value.metadata.key: value for value in _values(listing, struct, origins)}
    elif kind in _IN_ORDER:
        field, struct = _IN_ORDER[kind]
        fields[field] = _values(listing, struct, origins)
    else:
        found = fields.setdefault("workloads", {})
        for value in _values(listing, workloads.Workload, origins):
            found[WorkloadKey(kind.name, value.metadata.key)] = value


def _values(listing: Listing, struct: type[_T], origins: _Origins | None) -> tuple[_T, ...]:
    """The objects of a listing; those of files (where ``origins`` are kept) are looked at as an API server would when they are written."""
    if origins is None:
        return read(listing, struct)
    every = tuple(read_placed(listing, struct))
    for placed in every:
        metadata: ObjectMeta = placed.value.metadata  # type: ignore[attr-defined]  # every Struct in the tables above has it
        if (error := wrong_amount(placed.value)) is not None:
            raise UnreadableObject(kind_name=listing.kind.name, name=metadata.name, origin=placed.origin, error=error)
        if placed.origin is not None and listing.objects:
            origins[listing.kind.name, metadata.key] = placed.origin
    return tuple(_as_stored(placed.value) for placed in every)


def _as_stored(value: _T) -> _T:
    """What is written by hand, as the API server would have stored it."""
    if isinstance(value, resource.ResourceClaim | resource.ResourceClaimTemplate):
        from kubectl_dra.admission.defaults import as_stored  # noqa: PLC0415  (what a server lists has its defaults)

        return as_stored(value)
    return value


def _release_of_nodes(source: Source) -> releases.Release | None:
    """The newest kubelet's release among the nodes of a dump."""
    nodes = read(source.list(kinds.NODE), core.Node)
    found = (releases.parse(node.status.node_info.kubelet_version) for node in nodes)
    return max((release for release in found if release is not None), default=None)


_TIME = re.compile(rb'"(?!deletion)[a-zA-Z]*(?:Timestamp|Time|timeAdded)"\s*:\s*"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z)"')
_TIME_TEXT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


def newest_time(source: Source) -> str:
    """The newest time that any object of ``source`` carries, RFC 3339; empty where none does.

    That is *now* for files: ages do not change when the same dump is looked at again. A deletion's time may lie in the future: left out.
    """
    newest = ""
    for kind in kinds.KINDS:
        newest = max(newest, _newest_of(source.list(kind)))
    return newest


def _newest_of(listing: Listing) -> str:
    contents = (*listing.pages, *(raw.content for raw in listing.objects if raw.content is not None))
    times = (time for content in contents for time in _TIME.findall(content))
    written = (time for raw in listing.objects if raw.document is not None for time in _times_in(raw.document))
    return max(max(times, default=b"").decode(), max(written, default=""))


def _times_in(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        yield from _times_of_fields(value)
    elif isinstance(value, list):
        for item in value:
            yield from _times_in(item)


def _times_of_fields(fields: Mapping[object, object]) -> Iterator[str]:
    for name, field in fields.items():
        if not isinstance(field, str):
            yield from _times_in(field)
        elif str(name).endswith(("Timestamp", "Time", "timeAdded")) and name != "deletionTimestamp" and _TIME_TEXT.fullmatch(field):
            yield field


def every_kind(*groups: Iterable[Kind] | Kind) -> tuple[Kind, ...]:
    """Kinds and groups of kinds, each kind once, in order."""
    flat: list[Kind] = []
    for group in groups:
        flat.extend([group] if isinstance(group, kinds.Kind) else group)
    return tuple(dict.fromkeys(flat))
