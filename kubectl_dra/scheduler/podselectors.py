"""Label selectors of the API on pods and namespaces.

Upstream: ``apimachinery/pkg/apis/meta/v1/helpers.go`` ``LabelSelectorAsSelector``, ``kube-scheduler/framework/types.go`` ``AffinityTerm``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.apimachinery.labels import Requirement, matches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.core import Pod, PodAffinityTerm
    from kubectl_dra.api.meta import LabelSelector
    from kubectl_dra.inventory.inventory import Inventory


class PodSelector(msgspec.Struct, frozen=True, kw_only=True):
    """A label selector, read once; None selects nothing, an empty one everything."""

    requirements: tuple[Requirement, ...] | None

    @property
    def is_empty(self) -> bool:
        """Whether it selects everything."""
        return self.requirements == ()

    def selects(self, labels: Mapping[str, str]) -> bool:
        """Whether the labels meet it."""
        return self.requirements is not None and matches(self.requirements, labels)


def read_selector(selector: LabelSelector | None, also: Mapping[str, str] | None = None) -> PodSelector:
    """A selector of the API, with the labels ``also`` required besides."""
    if selector is None:
        return PodSelector(requirements=None)
    pairs = (*(also or {}).items(), *selector.match_labels.items())
    equal = (Requirement(key=key, operator="In", values=(value,)) for key, value in pairs)
    expressions = (Requirement(key=e.key, operator=e.operator, values=e.values) for e in selector.match_expressions)
    return PodSelector(requirements=(*equal, *expressions))


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """One required term of affinity or anti-affinity, read once: which pods, within which domain."""

    topology_key: str
    pods: PodSelector
    namespaces: frozenset[str]
    namespace_selector: PodSelector

    def concerns(self, pod: Pod, inventory: Inventory) -> bool:
        """Whether ``pod`` is one of the pods that the term is about."""
        namespace = pod.metadata.namespace
        if namespace not in self.namespaces and not self.namespace_selector.selects(_labels_of(namespace, inventory)):
            return False
        return self.pods.selects(pod.metadata.labels)


def read_terms(terms: tuple[PodAffinityTerm, ...], owner: Pod) -> tuple[Term, ...]:
    """The terms of ``owner``; one that names no namespaces is about its own."""
    return tuple(_read_term(term, owner) for term in terms)


def _read_term(term: PodAffinityTerm, owner: Pod) -> Term:
    names_none = not term.namespaces and term.namespace_selector is None
    return Term(
        topology_key=term.topology_key,
        pods=read_selector(term.label_selector),
        namespaces=frozenset({owner.metadata.namespace}) if names_none else frozenset(term.namespaces),
        namespace_selector=read_selector(term.namespace_selector),
    )


def _labels_of(namespace: str, inventory: Inventory) -> Mapping[str, str]:
    found = inventory.namespaces.get(namespace)
    return found.metadata.labels if found else {}
