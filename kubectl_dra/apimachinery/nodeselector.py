"""Node selectors: which nodes a term of labels and fields matches.

Upstream: ``k8s.io/component-helpers/scheduling/corev1/nodeaffinity/nodeaffinity.go`` (``NewNodeSelector``, ``nodeSelectorTerm.match``).
It matches on what is passed in (labels and a name), so that it knows no API type.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Protocol

from kubectl_dra.apimachinery.labels import Requirement, is_integer, matches

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


class SelectorLike(Protocol):
    """The API's NodeSelector."""

    @property
    def node_selector_terms(self) -> Sequence[TermLike]:
        """Terms of which one must match."""

    def __hash__(self) -> int:
        """Selectors are values."""


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


@functools.lru_cache(maxsize=4096)
def selector_problem(selector: SelectorLike) -> str:
    """Why upstream cannot parse a node selector, in its words; empty where it can.

    The API server lets no such selector through, so the words follow upstream only as far as operators and numbers of values go.
    """
    problems: list[str] = []
    for index, term in enumerate(selector.node_selector_terms):
        path = f"nodeSelectorTerms[{index}]"
        problems += (
            problem
            for field, requirements, check in (
                ("matchExpressions", term.match_expressions, _label_problem),
                ("matchFields", term.match_fields, _field_problem),
            )
            for number, requirement in enumerate(requirements)
            if (problem := check(requirement, f"{path}.{field}[{number}]"))
        )
    if not problems:
        return ""
    told = problems[0] if len(problems) == 1 else f"[{', '.join(dict.fromkeys(problems))}]"
    return f"failed to parse node selector {_go_text(selector)}: {told}"


def _label_problem(requirement: RequirementLike, path: str) -> str:
    values = requirement.values
    match requirement.operator:
        case "In" | "NotIn":
            return "" if values else f"{path}.values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
        case "Exists" | "DoesNotExist":
            shown = _go_list(values)
            return f"{path}.values: Invalid value: {shown}: values set must be empty for exists and does not exist" if values else ""
        case "Gt" | "Lt":
            if len(values) != 1:
                return f"{path}.values: Invalid value: {_go_list(values)}: for 'Gt', 'Lt' operators, exactly one value is required"
            wrong = f"{path}.values[0]: Invalid value: \"{values[0]}\": for 'Gt', 'Lt' operators, the value must be an integer"
            return "" if is_integer(values[0]) else wrong
        case operator:
            supported = '"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"'
            return f'{path}.operator: Unsupported value: "{operator}": supported values: {supported}'


def _field_problem(requirement: RequirementLike, path: str) -> str:
    if requirement.operator not in {"In", "NotIn"}:
        return f'{path}.operator: Unsupported value: "{requirement.operator}": supported values: "In", "NotIn"'
    if len(requirement.values) != 1:
        return f"{path}.values: Invalid value: {_go_list(requirement.values)}: must have one element"
    return ""


def _go_list(values: Sequence[str]) -> str:
    return "[" + ",".join(f'"{value}"' for value in values) + "]"


def _go_text(selector: SelectorLike) -> str:
    """How Go prints a NodeSelector: what its generated ``String`` methods write."""
    terms = "".join(
        f"NodeSelectorTerm{{MatchExpressions:{_go_requirements(term.match_expressions)},"
        f"MatchFields:{_go_requirements(term.match_fields)},}},"
        for term in selector.node_selector_terms
    )
    return f"&NodeSelector{{NodeSelectorTerms:[]NodeSelectorTerm{{{terms}}},}}"


def _go_requirements(requirements: Sequence[RequirementLike]) -> str:
    written = "".join(
        f"NodeSelectorRequirement{{Key:{requirement.key},Operator:{requirement.operator},Values:[{' '.join(requirement.values)}],}},"
        for requirement in requirements
    )
    return f"[]NodeSelectorRequirement{{{written}}}"


def _requirement(requirement: RequirementLike) -> Requirement:
    return Requirement(key=requirement.key, operator=requirement.operator, values=tuple(requirement.values))
