"""A pool with its slices, generations and devices; a node with its pools and the pods that hold devices there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.prose import count
from kubectl_dra.inventory.states import pool_name
from kubectl_dra.inventory.targets import target_of
from kubectl_dra.reports.description import Description, Entry, listing
from kubectl_dra.reports.devices import device_document, reason, withheld_text
from kubectl_dra.reports.pools import otherwise_text, pool_document, targets_text
from kubectl_dra.reports.published import short_name, what_it_is
from kubectl_dra.reports.words import age, target_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import ResourceSlice
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware, PublishedDevice
    from kubectl_dra.reports.pools import PoolRow


def describe_pool(inventory: Inventory, hardware: Hardware, row: PoolRow) -> Description:
    """The pool, its slices, its counters, its devices."""
    pool = row.overview
    devices = [one for one in hardware.devices if (one.slice_.spec.driver, pool_name(one.slice_)) == tuple(pool.id)]
    return Description(
        kind="Pool",
        title=f"Pool {pool.id.pool} of {pool.id.driver}",
        state=", ".join(filter(None, [row.state, row.problem])),
        mood="good" if row.state == "complete" else "bad",
        facts={**pool_document(row), "items": [device_document(one, inventory.resource_claims, inventory.now) for one in devices]},
        entries=tuple(_pool_entries(inventory, row, devices)),
        unread=inventory.unread,
    )


def _pool_entries(inventory: Inventory, row: PoolRow, devices: list[PublishedDevice]) -> Iterator[Entry]:
    pool = row.overview
    yield Entry("for", targets_text(row.targets) if len(row.targets) < 2 else ", ".join(row.targets))  # noqa: PLR2004  (one is a sentence)
    text = f"{pool.generation}, {len(pool.slices)} of {count(pool.expected_slices, 'slice')}"
    yield Entry("generation", text, "" if pool.is_complete else "bad")
    if row.seen_otherwise:
        yield Entry("seen as", otherwise_text(row), "warn")
    slices = sorted((*pool.slices, *pool.older_slices), key=lambda slice_: slice_.metadata.name)
    yield listing("slices", (_slice_row(slice_, inventory.now) for slice_ in slices))
    counters = [
        (counter_set.name, ", ".join(f"{counter.value} {name}" for name, counter in sorted(counter_set.counters.items())))
        for slice_ in pool.slices
        for counter_set in slice_.spec.shared_counters
    ]
    if counters:
        yield listing("counters", counters)
    yield listing("devices", device_rows(inventory, devices))


def _slice_row(slice_: ResourceSlice, now: str) -> tuple[str, ...]:
    generation = slice_.spec.pool.generation if slice_.spec.pool else 0
    what = count(len(slice_.spec.devices), "device") if slice_.spec.devices or not slice_.spec.shared_counters else "counters"
    return (
        slice_.metadata.name,
        f"generation {generation}",
        what,
        target_text(target_of(slice_)),
        age(slice_.metadata.creation_timestamp, now),
    )


def device_rows(inventory: Inventory, devices: Iterable[PublishedDevice]) -> Iterator[tuple[str, ...]]:
    """Name, state, what it is, and what stands behind the state."""
    for published in devices:
        why = reason(published, inventory.resource_claims, inventory.now)
        yield (published.device.name, published.state, what_it_is(published, 3), why)


def describe_node(inventory: Inventory, hardware: Hardware, node: Node) -> Description:
    """The node, the devices that it can use, and the claims that hold some of them."""
    devices = [one for one in hardware.devices if target_of(one.slice_, one.device).includes(node)]
    kubelet = node.status.node_info.kubelet_version
    problems = ["cordoned"] if node.spec.unschedulable else []
    ready = next((condition.status for condition in node.status.conditions if condition.type == "Ready"), "Unknown")
    state = ", ".join(["ready" if ready == "True" else "not ready", *problems, *([f"kubelet {kubelet}"] if kubelet else [])])
    return Description(
        kind="Node",
        title=f"Node {node.metadata.name}",
        state=state,
        mood="good" if ready == "True" and not problems else "warn",
        facts={
            "name": node.metadata.name,
            "ready": ready == "True",
            "unschedulable": node.spec.unschedulable,
            "kubeletVersion": kubelet,
            "devices": [device_document(one, inventory.resource_claims, inventory.now) for one in devices],
        },
        entries=tuple(_node_entries(inventory, node, devices)),
        unread=inventory.unread,
    )


def _node_entries(inventory: Inventory, node: Node, devices: list[PublishedDevice]) -> Iterator[Entry]:
    for taint in node.spec.taints:
        yield Entry("taint", f"{taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}", "warn")
    pools: dict[tuple[str, str], list[PublishedDevice]] = {}
    for published in devices:
        pools.setdefault((published.slice_.spec.driver, pool_name(published.slice_)), []).append(published)
    for (driver, pool), those in pools.items():
        whose = "" if pool == node.metadata.name else f"pool {pool}, "
        withheld = those[0].withheld
        text = f"{whose}{count(len(those), 'device')}" + (f", {withheld_text(withheld)}" if withheld else "")
        yield Entry(driver, text, "bad" if withheld else "", tuple(Entry("", cells=row) for row in device_rows(inventory, those)))
    if not pools:
        yield Entry("devices", "no driver publishes a device for this node", "warn")
    holding = {(str(holder.claim), short_name(one.id)) for one in devices for holder in one.holders}
    yield listing("claims", sorted(holding), none="none holds a device here")
