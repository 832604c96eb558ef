"""Hardware → PoolList: the pools of all drivers, their generation, whether the scheduler uses them, and what of them can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.inventory.pools import PoolID, PoolOverview, PoolsUnreadable, SliceIndex, gather_pools
from kubectl_dra.inventory.states import State, in_counting_order, pool_name
from kubectl_dra.inventory.targets import target_of
from kubectl_dra.reports.devices import DeviceCounts, count_devices
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.reports.words import counted, listed, target_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.core import Node
    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware, PublishedDevice


class PoolRow(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as the cluster has it; ``seen_otherwise`` are nodes from which the scheduler sees it otherwise, with what it sees."""

    overview: PoolOverview
    state: str
    """``complete``, ``incomplete`` or ``invalid``."""
    targets: tuple[str, ...]
    counts: DeviceCounts
    seen_otherwise: dict[str, str] = {}

    @property
    def older_generations(self) -> tuple[int, ...]:
        """The generations that are still there and passed over."""
        return tuple(sorted({slice_.spec.pool.generation for slice_ in self.overview.older_slices if slice_.spec.pool}))

    @property
    def created(self) -> str:
        """When the newest of its slices was made."""
        return max((slice_.metadata.creation_timestamp for slice_ in self.overview.slices), default="")

    @property
    def problem(self) -> str:
        """What is wrong with the pool, in words; empty where nothing is."""
        if self.overview.invalid_reason:
            return self.overview.invalid_reason
        older = ", ".join(map(str, self.older_generations))
        return f"beside generation {older}" if older else ""


class PoolList(Report, frozen=True, kw_only=True):
    """``rows`` by driver and pool."""

    rows: tuple[PoolRow, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    now: str = ""

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "PoolList",
            "items": [pool_document(row) for row in self.rows],
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }

    def names(self) -> tuple[str, ...]:
        """``pool/DRIVER/POOL`` for each."""
        return tuple(f"pool/{row.overview.id}" for row in self.rows)


def pool_document(row: PoolRow) -> dict[str, object]:
    """One pool in the documented shape."""
    pool = row.overview
    return {
        "driver": pool.id.driver,
        "pool": pool.id.pool,
        "state": row.state,
        "reason": row.problem,
        "generation": pool.generation,
        "olderGenerations": list(row.older_generations),
        "slices": [slice_.metadata.name for slice_ in pool.slices],
        "olderSlices": [slice_.metadata.name for slice_ in pool.older_slices],
        "expectedSlices": pool.expected_slices,
        "targets": list(row.targets),
        "devices": row.counts.devices,
        "states": dict(row.counts.states),
        "freePartitions": msgspec.to_builtins(row.counts.free_partitions),
        "seenOtherwiseFrom": [{"node": node, "state": state} for node, state in row.seen_otherwise.items()],
        "created": row.created,
    }


def pool_rows(hardware: Hardware, nodes: Mapping[str, Node]) -> tuple[PoolRow, ...]:
    """A row for each pool, by driver and pool."""
    by_pool: dict[tuple[str, str], list[PublishedDevice]] = {}
    for device in hardware.devices:
        if device.withheld is None or device.withheld.because != "older generation":
            by_pool.setdefault((device.slice_.spec.driver, pool_name(device.slice_)), []).append(device)
    otherwise = _seen_otherwise(hardware, nodes)
    return tuple(
        _row(pool, by_pool.get((pool.id.driver, pool.id.pool), []), hardware, otherwise.get(pool.id, {})) for pool in hardware.pools
    )


def _row(pool: PoolOverview, devices: list[PublishedDevice], hardware: Hardware, otherwise: dict[str, str]) -> PoolRow:
    return PoolRow(
        overview=pool,
        state=_state(pool),
        targets=_targets(pool),
        counts=count_devices(hardware, tuple(devices)),
        seen_otherwise=otherwise,
    )


def _state(pool: PoolOverview) -> str:
    if pool.invalid_reason:
        return "invalid"
    return "complete" if pool.is_complete else "incomplete"


def _targets(pool: PoolOverview) -> tuple[str, ...]:
    texts = dict.fromkeys(
        target_text(target_of(slice_, device))
        for slice_ in pool.slices
        for device in ((None,) if not slice_.spec.per_device_node_selection else slice_.spec.devices)
        if not (slice_.spec.shared_counters and not slice_.spec.devices)
    )
    return tuple(sorted(texts, key=in_counting_order))


def _seen_otherwise(hardware: Hardware, nodes: Mapping[str, Node]) -> dict[PoolID, dict[str, str]]:
    """Pool → node → what the scheduler sees of the pool from there, where that is not what the cluster has.

    Only a pool of several slices or generations can look different from one node than from another.
    """
    suspects = {pool.id: pool for pool in hardware.pools if pool.older_slices or (len(pool.slices) > 1 and _reaches_nodes(pool))}
    slices = [slice_ for pool in suspects.values() for slice_ in (*pool.slices, *pool.older_slices)]
    index = SliceIndex(slices)
    found: dict[PoolID, dict[str, str]] = {}
    for node in nodes.values() if suspects else ():
        seen = gather_pools(index, node, hardware.behaviour)
        for pool in () if isinstance(seen, PoolsUnreadable) else seen:
            generation = max((slice_.spec.pool.generation for slice_ in pool.slices if slice_.spec.pool), default=0)
            overview = suspects[pool.id]
            state = "invalid" if pool.is_invalid else "incomplete" if pool.is_incomplete else "complete"
            if generation and generation != overview.generation:
                state = f"generation {generation}"
            elif state == _state(overview):
                continue
            found.setdefault(pool.id, {})[node.metadata.name] = state
    return found


def _reaches_nodes(pool: PoolOverview) -> bool:
    return len(_targets(pool)) > 1 or not pool.is_complete or bool(pool.invalid_reason)


def otherwise_text(row: PoolRow) -> str:
    """``complete for node-1``: what the scheduler sees from some nodes."""
    by_state: dict[str, list[str]] = {}
    for node, state in row.seen_otherwise.items():
        by_state.setdefault(state, []).append(node)
    return "; ".join(f"{state} for {listed(sorted(names, key=in_counting_order))}" for state, names in by_state.items())


def targets_text(targets: tuple[str, ...]) -> str:
    """The node, the labels, or how many there are."""
    return targets[0] if len(targets) == 1 else counted(len(targets), "node") if targets else "<none>"


def state_counts(states: dict[State, int], wanted: Iterable[State]) -> int:
    """How many devices are in one of the states."""
    return sum(states.get(state, 0) for state in wanted)


def report_pools(inventory: Inventory, rows: Iterable[PoolRow], findings: tuple[Finding, ...]) -> PoolList:
    """The report on these pools."""
    return PoolList(rows=tuple(rows), findings=findings, unread=inventory.unread, now=inventory.now)
