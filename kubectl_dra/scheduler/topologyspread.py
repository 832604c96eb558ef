"""Pod, Snapshot → for each node, whether PodTopologySpread refuses it.

The scheduler's default constraints only prefer, so the pod's own are all there is.
Upstream: ``pkg/scheduler/framework/plugins/podtopologyspread/{common,filtering}.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.scheduler.filters import node_affinity, taint_toleration
from kubectl_dra.scheduler.podselectors import read_selector
from kubectl_dra.scheduler.reasons import SpreadTooUneven, TopologyKeyMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubectl_dra.api.core import TopologySpreadConstraint
    from kubectl_dra.scheduler.filters import PodView
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.podselectors import PodSelector
    from kubectl_dra.scheduler.snapshot import Snapshot

Refusal: TypeAlias = TopologyKeyMissing | SpreadTooUneven


class _Spread(msgspec.Struct, frozen=True, kw_only=True):
    """One constraint, and how many pods it counts in each domain."""

    constraint: TopologySpreadConstraint
    counts: Mapping[str, int]
    fewest: int
    counts_itself: bool


def topology_spread(snapshot: Snapshot, view: PodView) -> Callable[[NodeInfo], Refusal | None] | None:
    """The check for the pod's nodes; None where the pod has no constraint that could refuse one."""
    constraints = [c for c in view.pod.spec.topology_spread_constraints if c.when_unsatisfiable == "DoNotSchedule"]
    if not constraints:
        return None
    keys = {constraint.topology_key for constraint in constraints}
    eligible = [node for node in snapshot.nodes.values() if keys <= node.node.metadata.labels.keys()]
    spreads = [_count(constraint, view, eligible) for constraint in constraints]
    return lambda node: next((refusal for spread in spreads if (refusal := _refusal(spread, node))), None)


def _count(constraint: TopologySpreadConstraint, view: PodView, nodes: list[NodeInfo]) -> _Spread:
    labels = view.pod.metadata.labels
    also = {key: labels[key] for key in constraint.match_label_keys if key in labels}
    selector = read_selector(constraint.label_selector, also)
    counts: dict[str, int] = {}
    for node in nodes:
        if _is_counted(constraint, view, node):
            domain = node.node.metadata.labels[constraint.topology_key]
            counts[domain] = counts.get(domain, 0) + _matching_pods(node, selector, view.pod.metadata.namespace)
    is_enough = len(counts) >= (1 if constraint.min_domains is None else constraint.min_domains)
    return _Spread(
        constraint=constraint,
        counts=counts,
        fewest=min(counts.values(), default=0) if is_enough else 0,
        counts_itself=selector.selects(labels),
    )


def _is_counted(constraint: TopologySpreadConstraint, view: PodView, node: NodeInfo) -> bool:
    """Whether the constraint looks at the node at all (upstream: ``matchNodeInclusionPolicies``)."""
    if (constraint.node_affinity_policy or "Honor") == "Honor" and node_affinity(view, node):
        return False
    return not (constraint.node_taints_policy == "Honor" and taint_toleration(view, node))


def _matching_pods(node: NodeInfo, selector: PodSelector, namespace: str) -> int:
    if selector.is_empty:
        return 0
    candidates = (pod.metadata for pod in node.pods if pod.metadata.namespace == namespace and not pod.metadata.deletion_timestamp)
    return sum(selector.selects(metadata.labels) for metadata in candidates)


def _refusal(spread: _Spread, node: NodeInfo) -> Refusal | None:
    constraint = spread.constraint
    domain = node.node.metadata.labels.get(constraint.topology_key)
    if domain is None:
        return TopologyKeyMissing(topology_key=constraint.topology_key)
    here = spread.counts.get(domain, 0)
    if here + spread.counts_itself - spread.fewest <= constraint.max_skew:
        return None
    return SpreadTooUneven(
        topology_key=constraint.topology_key, domain=domain, here=here, fewest=spread.fewest, max_skew=constraint.max_skew
    )
