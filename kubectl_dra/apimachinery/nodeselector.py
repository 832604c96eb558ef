"""Node selectors: which nodes a term of labels and fields matches.

Upstream: ``k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go`` (``NewNodeSelector``, ``nodeSelectorTerm.match``).
It matches on what is passed in (labels and a name), so that it knows no API type.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from kubectl_dra.apimachinery.labels import Requirement, matches

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class RequirementLike(Protocol):
    """The API's NodeSelectorRequirement."""

    @property
    def key(self) -> str:
        """Label key, or ``metadata.name``."""

    @property
    def operator(self) -> str:
        """In, NotIn, Exists, DoesNotExist, Gt or Lt."""

    @property
    def values(self) -> tuple[str, ...]:
        """What the key is compared with."""


class TermLike(Protocol):
    """The API's NodeSelectorTerm."""

    @property
    def match_expressions(self) -> Sequence[RequirementLike]:
        """Requirements on labels."""

    @property
    def match_fields(self) -> Sequence[RequirementLike]:
        """Requirements on fields."""




def term_matches(term: TermLike, labels: Mapping[str, str], name: str) -> bool:
    """Whether a term matches the node with these labels and this name; an empty term matches nothing."""
    if not term.match_expressions and not term.match_fields:
        return False
    expressions = (_requirement(requirement) for requirement in term.match_expressions)
    fields = (_requirement(requirement) for requirement in term.match_fields)
    return matches(expressions, labels) and matches(fields, {"metadata.name": name})


def selector_matches(terms: Sequence[TermLike], labels: Mapping[str, str], name: str) -> bool:
    """Whether one of the terms matches the node with these labels and this name."""
    return any(term_matches(term, labels, name) for term in terms)


def _requirement(requirement: RequirementLike) -> Requirement:
    return Requirement(key=requirement.key, operator=requirement.operator, values=tuple(requirement.values))
