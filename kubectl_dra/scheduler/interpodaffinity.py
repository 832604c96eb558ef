"""Pod, Snapshot → for each node, whether InterPodAffinity refuses it.

Upstream: ``pkg/scheduler/framework/plugins/interpodaffinity/filtering.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from kubectl_dra.scheduler.nodeinfo import affinity_terms, anti_affinity_terms
from kubectl_dra.scheduler.podselectors import read_terms
from kubectl_dra.scheduler.reasons import OtherPodKeepsAway, PodAffinityUnmet, PodAntiAffinityViolated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.podselectors import Term
    from kubectl_dra.scheduler.snapshot import Snapshot

Refusal: TypeAlias = PodAffinityUnmet | PodAntiAffinityViolated | OtherPodKeepsAway
_Domain: TypeAlias = tuple[str, str]
"""A node label's key and value."""


def inter_pod_affinity(snapshot: Snapshot, pod: Pod) -> Callable[[NodeInfo], Refusal | None] | None:
    """The check for the pod's nodes; None where the pod and its neighbours have no such wishes."""
    wanted, unwanted = read_terms(affinity_terms(pod), pod), read_terms(anti_affinity_terms(pod), pod)
    closed = _domains_closed_by_others(snapshot, pod)
    if not wanted and not unwanted and not closed:
        return None
    return _Neighbourhood(snapshot, pod, wanted, unwanted, closed).refusal


class _Neighbourhood:
    """Where the pods are that matter to one pod (upstream: ``preFilterState``)."""

    def __init__(
        self, snapshot: Snapshot, pod: Pod, wanted: tuple[Term, ...], unwanted: tuple[Term, ...], closed: dict[_Domain, Pod]
    ) -> None:
        self.wanted, self.unwanted, self.closed = wanted, unwanted, closed
        self.wanted_domains = set(_domains_of_all(snapshot, wanted)) if wanted else set()
        self.unwanted_domains = set(_domains_of_any(snapshot, unwanted)) if unwanted else set()
        self.may_be_first = bool(wanted) and all(term.concerns(pod, snapshot.inventory) for term in wanted)

    def refusal(self, node: NodeInfo) -> Refusal | None:
        """Why the node is refused, None where it is not."""
        return self._unmet(node) or self._violated(node) or self._kept_away(node)

    def _unmet(self, node: NodeInfo) -> PodAffinityUnmet | None:
        labels = node.node.metadata.labels
        for term in self.wanted:
            if term.topology_key not in labels:
                return PodAffinityUnmet(topology_key=term.topology_key)
        for term in self.wanted:
            if (term.topology_key, labels[term.topology_key]) not in self.wanted_domains:
                # The first of a group of pods that want to be together may go anywhere.
                is_first = not self.wanted_domains and self.may_be_first
                return None if is_first else PodAffinityUnmet(topology_key=term.topology_key)
        return None

    def _violated(self, node: NodeInfo) -> PodAntiAffinityViolated | None:
        labels = node.node.metadata.labels
        for term in self.unwanted:
            if (term.topology_key, labels.get(term.topology_key)) in self.unwanted_domains:
                return PodAntiAffinityViolated(topology_key=term.topology_key)
        return None

    def _kept_away(self, node: NodeInfo) -> OtherPodKeepsAway | None:
        for domain in node.node.metadata.labels.items() if self.closed else ():
            if other := self.closed.get(domain):
                return OtherPodKeepsAway(pod=other.metadata.key, topology_key=domain[0])
        return None


def _domains_closed_by_others(snapshot: Snapshot, pod: Pod) -> dict[_Domain, Pod]:
    """Domains in which a pod runs that must not be near ``pod``."""
    closed: dict[_Domain, Pod] = {}
    for other, node in snapshot.pods_that_keep_away:
        for term in read_terms(anti_affinity_terms(other), other):
            if term.concerns(pod, snapshot.inventory):
                closed |= dict.fromkeys(_domain(term, node), other)
    return closed


def _domains_of_all(snapshot: Snapshot, terms: tuple[Term, ...]) -> Iterator[_Domain]:
    """Domains of pods that all terms are about."""
    for node in snapshot.nodes.values():
        if any(all(term.concerns(other, snapshot.inventory) for term in terms) for other in node.pods):
            for term in terms:
                yield from _domain(term, node)


def _domains_of_any(snapshot: Snapshot, terms: tuple[Term, ...]) -> Iterator[_Domain]:
    """Domains of pods that one of the terms is about, by that term's key."""
    for node in snapshot.nodes.values():
        for term in terms:
            if any(term.concerns(other, snapshot.inventory) for other in node.pods):
                yield from _domain(term, node)


def _domain(term: Term, node: NodeInfo) -> tuple[_Domain, ...]:
    value = node.node.metadata.labels.get(term.topology_key)
    return () if value is None else ((term.topology_key, value),)
