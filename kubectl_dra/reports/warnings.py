"""Inventory and Hardware → the findings that every listing warns of: what could not be read, and pools that are not offered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.api.source import UnreadReason
from kubectl_dra.findings.finding import conclude
from kubectl_dra.inventory.pools import PoolID

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from kubectl_dra.api.resource import ResourceSlice
    from kubectl_dra.api.source import Unread
    from kubectl_dra.findings.finding import Facts, Finding
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.pools import PoolOverview
    from kubectl_dra.inventory.states import Hardware
    from kubectl_dra.releases.behaviour import Behaviour


def warn_of_view(inventory: Inventory) -> tuple[Finding, ...]:
    """What the server does not serve, does not show, or failed to answer."""
    facts: list[Facts] = []
    unserved = [one for one in inventory.unread if one.reason is UnreadReason.NOT_SERVED and one.kind.group == RESOURCE_GROUP]
    if unserved and not _serves_group(inventory):
        facts.append(_group_not_served(inventory))
    facts += [_unread(one) for one in inventory.unread if one.reason in {UnreadReason.FORBIDDEN, UnreadReason.FAILED}]
    return tuple(conclude(fact) for fact in facts)


def _serves_group(inventory: Inventory) -> bool:
    server = inventory.server
    if server is None:
        return False
    return "v1" in (server.resource_versions or ()) or any(
        "resourceclaims" in plurals for version, plurals in server.served.items() if RESOURCE_GROUP in version
    )


def _group_not_served(inventory: Inventory) -> Facts:
    from kubectl_dra.findings.dra001_resource_group_not_served import ResourceGroupNotServed  # noqa: PLC0415  (rarely needed)
    from kubectl_dra.releases.release import FOLLOWED  # noqa: PLC0415

    server = inventory.server
    release = inventory.server_release
    return ResourceGroupNotServed(
        server_version=server.git_version if server else "",
        served=tuple(f"{RESOURCE_GROUP}/{version}" for version in (server.resource_versions or () if server else ())),
        gate_needed=release is not None and release < FOLLOWED[0],
    )


def _unread(one: Unread) -> Facts:
    from kubectl_dra.findings.dra002_kind_forbidden import KindForbidden  # noqa: PLC0415  (rarely needed)
    from kubectl_dra.findings.dra003_kind_unreadable import KindUnreadable  # noqa: PLC0415

    resource = f"{one.kind.plural}.{one.kind.group}" if one.kind.group else one.kind.plural
    if one.reason is UnreadReason.FORBIDDEN:
        return KindForbidden(kind=one.kind.name, resource=resource, namespace=one.namespace, server_message=one.message)
    return KindUnreadable(kind=one.kind.name, resource=resource, namespace=one.namespace, reader_message=one.message)


def warn_of_pools(hardware: Hardware, looked_at: Container[PoolID] | None = None) -> tuple[Finding, ...]:
    """Pools that are incomplete or invalid, slices of older generations, slices without a pool; by driver and pool.

    ``looked_at`` are the pools that the answer is about (None: all); a slice without a pool is in the pool without a name of its driver.
    """
    pools = hardware.pools if looked_at is None else [pool for pool in hardware.pools if pool.id in looked_at]
    facts = [fact for pool in pools if _is_suspect(pool) for fact in _of_pool(pool, hardware)]
    loose = [one for one in hardware.without_pool if looked_at is None or PoolID(one.spec.driver, "") in looked_at]
    facts += [_without_pool(slice_) for slice_ in loose]
    return tuple(conclude(fact) for fact in facts)


def _is_suspect(pool: PoolOverview) -> bool:
    return bool(pool.invalid_reason or pool.older_slices) or not pool.is_complete


def _of_pool(pool: PoolOverview, hardware: Hardware) -> Iterator[Facts]:
    if not pool.is_complete:
        yield _incomplete(pool, hardware.behaviour)
    # What is wrong with a pool as a whole need not concern the nodes that its slices are for.
    withheld = {device.slice_.metadata.name for device in hardware.devices if device.withheld is not None}
    if pool.invalid_reason and any(slice_.metadata.name in withheld or not slice_.spec.devices for slice_ in pool.slices):
        yield _invalid(pool, hardware.behaviour)
    for slice_ in pool.older_slices:
        if slice_.metadata.name in withheld or not slice_.spec.devices:
            yield _older(pool, slice_)


def _incomplete(pool: PoolOverview, behaviour: Behaviour) -> Facts:
    from kubectl_dra.findings.dra301_pool_incomplete import PoolIncomplete  # noqa: PLC0415  (rarely needed)

    return PoolIncomplete(
        driver=pool.id.driver,
        pool=pool.id.pool,
        generation=pool.generation,
        slices=len(pool.slices),
        announced=pool.expected_slices,
        devices=_devices(pool.slices),
        slice_names=tuple(slice_.metadata.name for slice_ in pool.slices),
        used_all_the_same=not behaviour.skips_unusable_pools,
        release=str(behaviour.release),
    )


def _invalid(pool: PoolOverview, behaviour: Behaviour) -> Facts:
    from kubectl_dra.findings.dra303_pool_breaks_its_rules import PoolBreaksItsRules  # noqa: PLC0415  (rarely needed)

    return PoolBreaksItsRules(
        driver=pool.id.driver,
        pool=pool.id.pool,
        reason=pool.invalid_reason,
        devices=_devices(pool.slices),
        slice_names=tuple(slice_.metadata.name for slice_ in pool.slices),
        fatal=not behaviour.skips_unusable_pools,
    )


def _older(pool: PoolOverview, slice_: ResourceSlice) -> Facts:
    from kubectl_dra.findings.dra308_slice_of_old_generation import SliceOfOldGeneration  # noqa: PLC0415  (rarely needed)

    return SliceOfOldGeneration(
        slice_name=slice_.metadata.name,
        driver=pool.id.driver,
        pool=pool.id.pool,
        generation=slice_.spec.pool.generation if slice_.spec.pool else 0,
        newest=pool.generation,
        devices=len(slice_.spec.devices),
    )


def _without_pool(slice_: ResourceSlice) -> Facts:
    from kubectl_dra.findings.dra307_slice_without_pool import SliceWithoutPool  # noqa: PLC0415  (rarely needed)

    return SliceWithoutPool(
        slice_name=slice_.metadata.name,
        driver=slice_.spec.driver,
        devices=len(slice_.spec.devices),
        node=slice_.spec.node_name or "",
    )


def _devices(slices: Iterable[ResourceSlice]) -> int:
    return sum(len(slice_.spec.devices) for slice_ in slices)
