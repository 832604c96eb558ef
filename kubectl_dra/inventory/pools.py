"""ResourceSlices → pools: the newest generation, complete or not, valid or not and why, per node and release.

Upstream: ``pools_experimental.go`` ``GatherPools``, ``buildPool``, ``checkSlicesInPool``.
"""

from __future__ import annotations

import functools
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.api.resource import ResourcePool
from kubectl_dra.apimachinery.nodeselector import selector_matches, selector_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import CounterSet, Device, NodeSelector, ResourceSlice
    from kubectl_dra.releases.behaviour import Behaviour


class PoolID(NamedTuple):
    """A pool's whole name."""

    driver: str
    pool: str

    def __str__(self) -> str:
        """``DRIVER/POOL``."""
        return f"{self.driver}/{self.pool}"


class Pool(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as one node sees it: the slices for the node, in the order of the search; the others matter for counters only.

    An incomplete or invalid pool of 1.35 and later has no slices.
    """

    id: PoolID
    is_incomplete: bool = False
    invalid_reason: str = ""
    """``duplicate device name X`` and the like; empty for a valid pool."""
    slices: tuple[ResourceSlice, ...] = ()
    other_slices: tuple[ResourceSlice, ...] = ()
    counter_sets: Mapping[str, CounterSet] = MappingProxyType({})

    @property
    def is_invalid(self) -> bool:
        """Whether the pool breaks a rule that only the allocator checks."""
        return bool(self.invalid_reason)


class PoolsUnreadable(msgspec.Struct, frozen=True, kw_only=True):
    """A node selector that cannot be parsed: no pool is known, and the pod's scheduling attempt ends; ``text`` is upstream's."""

    text: str
    slice_name: str


_NO_POOL = ResourcePool()


def pool_of(slice_: ResourceSlice) -> ResourcePool:
    """The slice's pool; an empty one where it has none."""
    return slice_.spec.pool or _NO_POOL


class SliceIndex:
    """All slices, by the node they name and by pool; built once for many nodes."""

    def __init__(self, slices: Iterable[ResourceSlice]) -> None:
        self.slices = tuple(slices)
        self._of_node: dict[str, list[ResourceSlice]] = {}
        self._shared: list[ResourceSlice] = []
        self._of_pool: dict[PoolID, list[ResourceSlice]] = {}
        for slice_ in self.slices:
            spec = slice_.spec
            if spec.node_name and not spec.shared_counters:
                self._of_node.setdefault(spec.node_name, []).append(slice_)
            else:
                self._shared.append(slice_)
            self._of_pool.setdefault(PoolID(spec.driver, pool_of(slice_).name), []).append(slice_)

    def visible_from(self, node_name: str) -> Sequence[ResourceSlice]:
        """Slices that may be relevant for a node: those that name it, then those that name none or have counters."""
        local = self._of_node.get(node_name, [])
        return [*local, *self._shared] if self._shared else local

    def of_pool(self, pool: PoolID) -> Sequence[ResourceSlice]:
        """All slices of a pool, of any generation, for any node."""
        return self._of_pool.get(pool, ())

    @functools.cached_property
    def has_namesakes_with_counters(self) -> bool:
        """Whether pools of two drivers have the same name and both have counters."""
        drivers: dict[str, str] = {}
        for id_, slices in self._of_pool.items():
            if any(slice_.spec.shared_counters for slice_ in slices) and drivers.setdefault(id_.pool, id_.driver) != id_.driver:
                return True
        return False

    def pools(self) -> Iterable[tuple[PoolID, Sequence[ResourceSlice]]]:
        """Every pool with all its slices."""
        return self._of_pool.items()


def gather_pools(index: SliceIndex, node: Node, behaviour: Behaviour) -> tuple[Pool, ...] | PoolsUnreadable:
    """The pools that have devices for the node, in the order in which the allocator searches them."""
    groups = _relevant_slices(index, node, behaviour)
    if isinstance(groups, PoolsUnreadable):
        return groups
    if not behaviour.sorts_pools:  # upstream's order is chance here, except that slices keep theirs; any will do
        groups = {pool: _in_listed_order(slices, index, behaviour) for pool, slices in groups.items()}
    pools = [pool for id_, slices in groups.items() if (pool := _pool(id_, slices, index, behaviour))]
    if len(pools) > 1:
        pools.sort(key=attrgetter("id"))
        if behaviour.binding_conditions_last:
            pools.sort(key=_has_binding_conditions)
    return tuple(pools)


def node_matches(node: Node, node_name: str | None, all_nodes: bool | None, selector: NodeSelector | None) -> bool:  # noqa: FBT001
    """Whether a slice or device with these fields is for the node (upstream: ``NodeMatches``)."""
    if node_name:
        return node_name == node.metadata.name
    if all_nodes:
        return True
    return selector is not None and selector_matches(selector.node_selector_terms, node.metadata.labels, node.metadata.name)


def device_matches_node(node: Node, device: Device) -> bool:
    """Whether a device of a slice with per-device node selection is for the node."""
    return node_matches(node, device.node_name, device.all_nodes, device.node_selector)


def _relevant_slices(index: SliceIndex, node: Node, behaviour: Behaviour) -> dict[PoolID, list[ResourceSlice]] | PoolsUnreadable:
    groups: dict[PoolID, list[ResourceSlice]] = {}
    for slice_ in index.visible_from(node.metadata.name):
        if is_ignored(slice_, behaviour):
            continue
        relevant = _is_relevant(slice_, node, behaviour)
        if isinstance(relevant, PoolsUnreadable):
            return relevant
        if relevant:
            _keep_newest(groups, slice_)
    return groups


def is_ignored(slice_: ResourceSlice, behaviour: Behaviour) -> bool:
    """Whether the allocator does not see the slice at all, for a field whose feature is off."""
    spec = slice_.spec
    if not behaviour.features.partitionable_devices and (
        spec.per_device_node_selection is not None or (behaviour.ignores_counter_slices_without_feature and spec.shared_counters)
    ):
        return True
    return behaviour.ignores_slices_with_groups and has_compatibility_groups(slice_)


def has_compatibility_groups(slice_: ResourceSlice) -> bool:
    """Whether some device of the slice declares compatibility groups."""
    return any(entry.compatibility_groups for device in slice_.spec.devices for entry in device.consumes_counters)


def _is_relevant(slice_: ResourceSlice, node: Node, behaviour: Behaviour) -> bool | PoolsUnreadable:
    spec = slice_.spec
    if spec.shared_counters and behaviour.shared_counters_everywhere:
        return True
    if spec.node_name:
        return spec.node_name == node.metadata.name
    if spec.all_nodes:
        return True
    if spec.node_selector is not None:
        if problem := selector_problem(spec.node_selector):
            return _unreadable(slice_, f"slice {slice_.metadata.name}: {problem}")
        return node_matches(node, None, None, spec.node_selector)
    return bool(spec.per_device_node_selection) and _has_device_for(slice_, node)


def _has_device_for(slice_: ResourceSlice, node: Node) -> bool | PoolsUnreadable:
    for device in slice_.spec.devices:
        reached = not device.node_name and not device.all_nodes and device.node_selector
        if reached and (problem := selector_problem(reached)):
            return _unreadable(slice_, f"device {device.name} in slice {slice_.metadata.name}: {problem}")
        if device_matches_node(node, device):
            return True
    return False


def _unreadable(slice_: ResourceSlice, problem: str) -> PoolsUnreadable:
    text = f"gather pool information: failed to perform node selection for {problem}"
    return PoolsUnreadable(text=text, slice_name=slice_.metadata.name)


def _keep_newest(groups: dict[PoolID, list[ResourceSlice]], slice_: ResourceSlice) -> None:
    pool = pool_of(slice_)
    id_ = PoolID(slice_.spec.driver, pool.name)
    known = groups.get(id_)
    if known is None or pool.generation > pool_of(known[0]).generation:
        groups[id_] = [slice_]
    elif pool.generation == pool_of(known[0]).generation:
        known.append(slice_)


def _in_listed_order(slices: list[ResourceSlice], index: SliceIndex, behaviour: Behaviour) -> list[ResourceSlice]:
    if len(slices) > 1:
        kept = {id(slice_) for slice_ in slices}
        spec = slices[0].spec
        slices = [slice_ for slice_ in index.of_pool(PoolID(spec.driver, pool_of(slices[0]).name)) if id(slice_) in kept]
        if behaviour.binding_conditions_last:
            slices.sort(key=_slice_has_binding_conditions)
    return slices


def _pool(id_: PoolID, slices: list[ResourceSlice], index: SliceIndex, behaviour: Behaviour) -> Pool | None:
    """The pool, or None where a newer generation makes it obsolete."""
    first = pool_of(_first(slices, index, behaviour))
    whole: list[ResourceSlice] | None = None
    is_complete = len(slices) == first.resource_slice_count
    if not is_complete and behaviour.skips_unusable_pools:
        every = index.of_pool(id_)
        if any(pool_of(slice_).generation > first.generation for slice_ in every):
            return None
        whole = [slice_ for slice_ in every if pool_of(slice_).generation == first.generation]
        if behaviour.ignores_slices_with_groups:
            whole = [slice_ for slice_ in whole if not has_compatibility_groups(slice_)]
        is_complete = len(whole) == first.resource_slice_count
    if not is_complete and not behaviour.validates_incomplete_pools:
        return Pool(id=id_, is_incomplete=True)
    if behaviour.sorts_pools and len(slices) > 1:
        slices = sorted(slices, key=_slice_name)
    return _built(id_, slices, whole or slices, behaviour, is_incomplete=not is_complete)


def _first(slices: Sequence[ResourceSlice], index: SliceIndex, behaviour: Behaviour) -> ResourceSlice:
    """The slice that upstream meets first: its word counts where slices disagree about their number."""
    first = slices[0]
    number = pool_of(first).resource_slice_count
    if not behaviour.finds_counter_sets_elsewhere or all(pool_of(slice_).resource_slice_count == number for slice_ in slices):
        return first
    seen = {id(slice_) for slice_ in slices}
    listed = [slice_ for slice_ in index.of_pool(PoolID(first.spec.driver, pool_of(first).name)) if id(slice_) in seen]
    return next((slice_ for slice_ in listed if slice_.spec.node_name), listed[0])


def _built(
    id_: PoolID, slices: Sequence[ResourceSlice], whole: Sequence[ResourceSlice], behaviour: Behaviour, *, is_incomplete: bool
) -> Pool:
    if not behaviour.validates_counters:
        reason = _duplicate_device(slices)
        if reason and not behaviour.validates_incomplete_pools:  # without devices, none has binding conditions either
            return Pool(id=id_, is_incomplete=is_incomplete, invalid_reason=reason)
        return Pool(id=id_, is_incomplete=is_incomplete, invalid_reason=reason, slices=tuple(slices))
    names = {slice_.metadata.name for slice_ in slices} if len(whole) > len(slices) else None
    others = [slice_ for slice_ in whole if slice_.metadata.name not in names] if names is not None else []
    with_devices = [slice_ for slice_ in slices if not slice_.spec.shared_counters]
    with_counters = [slice_ for slice_ in slices if slice_.spec.shared_counters]
    validated: Sequence[ResourceSlice] = slices
    if behaviour.finds_counter_sets_elsewhere:
        with_counters += [slice_ for slice_ in others if slice_.spec.shared_counters]
        others = [slice_ for slice_ in others if not slice_.spec.shared_counters]
        validated = with_devices
    counter_sets, duplicate = _counter_sets(with_counters)
    reason = _duplicate_device(with_devices) or duplicate or _broken_reference(counter_sets, (*validated, *others))
    if reason:
        return Pool(id=id_, is_incomplete=is_incomplete, invalid_reason=reason)
    return Pool(id=id_, slices=tuple(with_devices), other_slices=tuple(others), counter_sets=counter_sets)


def _duplicate_device(slices: Sequence[ResourceSlice]) -> str:
    names = [device.name for slice_ in slices for device in slice_.spec.devices]
    if len(set(names)) == len(names):
        return ""
    seen: set[str] = set()
    return next(f"duplicate device name {name}" for name in names if name in seen or seen.add(name))  # type: ignore[func-returns-value]


def _counter_sets(slices: Sequence[ResourceSlice]) -> tuple[dict[str, CounterSet], str]:
    found: dict[str, CounterSet] = {}
    for slice_ in slices:
        for counter_set in slice_.spec.shared_counters:
            if counter_set.name in found:
                return found, f"duplicate counter set name {counter_set.name}"
            found[counter_set.name] = counter_set
    return found, ""


def _broken_reference(counter_sets: Mapping[str, CounterSet], slices: Iterable[ResourceSlice]) -> str:
    for slice_ in slices:
        for device in slice_.spec.devices:
            for entry in device.consumes_counters:
                counter_set = counter_sets.get(entry.counter_set)
                if counter_set is None:
                    return f"counter set {entry.counter_set} not found"
                for counter in entry.counters:
                    if counter not in counter_set.counters:
                        return f"counter {counter} not found in counter set {counter_set.name}"
    return ""


def _slice_name(slice_: ResourceSlice) -> str:
    return slice_.metadata.name


def _slice_has_binding_conditions(slice_: ResourceSlice) -> bool:
    return any(device.binding_conditions for device in slice_.spec.devices)


def _has_binding_conditions(pool: Pool) -> bool:
    return any(_slice_has_binding_conditions(slice_) for slice_ in pool.slices)


class PoolOverview(msgspec.Struct, frozen=True, kw_only=True):
    """A pool as the cluster has it, for people: its newest generation and what is left of older ones."""

    id: PoolID
    generation: int
    slices: tuple[ResourceSlice, ...]
    """Those of the newest generation, by name."""
    expected_slices: int
    """What the slices say is their number, ``resourceSliceCount``; the largest where they disagree."""
    older_slices: tuple[ResourceSlice, ...]
    """Slices that a newer generation has made obsolete, by generation and name."""
    invalid_reason: str = ""
    """What breaks a rule that only the allocator checks, looked at over the whole pool; empty where nothing does."""

    @property
    def is_complete(self) -> bool:
        """Whether as many slices are there as they say."""
        return len(self.slices) == self.expected_slices


def overview_of_pools(slices: Iterable[ResourceSlice], behaviour: Behaviour) -> tuple[PoolOverview, ...]:
    """Every pool of the cluster, by driver and name."""
    of_pool: dict[PoolID, list[ResourceSlice]] = {}
    for slice_ in slices:
        of_pool.setdefault(PoolID(slice_.spec.driver, pool_of(slice_).name), []).append(slice_)
    return tuple(_overview(id_, of_pool[id_], behaviour) for id_ in sorted(of_pool))


def _overview(id_: PoolID, every: list[ResourceSlice], behaviour: Behaviour) -> PoolOverview:
    older: list[ResourceSlice] = []
    newest = every
    if len(every) > 1:  # with most drivers a pool is a node's, and one slice holds it
        every.sort(key=lambda slice_: (pool_of(slice_).generation, slice_.metadata.name))
        generation = pool_of(every[-1]).generation
        older = [slice_ for slice_ in every if pool_of(slice_).generation < generation]
        newest = every[len(older) :]
    return PoolOverview(
        id=id_,
        generation=pool_of(newest[0]).generation,
        slices=tuple(newest),
        expected_slices=max([pool_of(slice_).resource_slice_count for slice_ in newest]),
        older_slices=tuple(older),
        invalid_reason=_invalid_for_some_node(newest, behaviour),
    )


def _invalid_for_some_node(slices: Sequence[ResourceSlice], behaviour: Behaviour) -> str:
    """Why the pool is invalid where it is seen: names may be repeated on different nodes, counters are looked at as a whole."""
    with_counters = [slice_ for slice_ in slices if slice_.spec.shared_counters] if behaviour.validates_counters else []
    with_devices = [slice_ for slice_ in slices if not slice_.spec.shared_counters] if with_counters else slices
    for seen in _seen_together(with_devices):
        if reason := _duplicate_device(seen):
            return reason
    if not behaviour.validates_counters:
        return ""
    counter_sets, duplicate = _counter_sets(with_counters)
    return duplicate or _broken_reference(counter_sets, slices)


def _seen_together(slices: Sequence[ResourceSlice]) -> Iterable[Sequence[ResourceSlice]]:
    """The slices of each node that one of them names, with those that name none."""
    if len(slices) == 1:
        return (slices,)
    of_node: dict[str, list[ResourceSlice]] = {}
    for slice_ in slices:
        of_node.setdefault(slice_.spec.node_name or "", []).append(slice_)
    shared = of_node.pop("", [])
    return [[*seen, *shared] for seen in of_node.values()] or [shared]
