"""A node selector → what is wrong with it.

Upstream: ``pkg/apis/core/validation/validation.go`` ``ValidateNodeSelector``, ``ValidateNodeSelectorRequirement``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.admission import names
from kubectl_dra.admission.field_errors import FieldErrors, forbidden, invalid, required

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document


def node_selector_errors(path: str, selector: Document) -> FieldErrors:
    """Terms, requirements, label keys and values."""
    terms = selector.get("nodeSelectorTerms", ())
    place = f"{path}.nodeSelectorTerms"
    if not terms:
        return [required(place, "must have at least one node selector term")]
    return [error for number, term in enumerate(terms) for error in _term_errors(f"{place}[{number}]", term)]


def _term_errors(path: str, term: Document) -> FieldErrors:
    errors: FieldErrors = []
    for number, requirement in enumerate(term.get("matchExpressions", ())):
        errors += _label_requirement_errors(f"{path}.matchExpressions[{number}]", requirement)
    for number, requirement in enumerate(term.get("matchFields", ())):
        errors += _field_requirement_errors(f"{path}.matchFields[{number}]", requirement)
    return errors


def _label_requirement_errors(path: str, requirement: Document) -> FieldErrors:
    values = requirement.get("values", ())
    errors = [
        *_operator_errors(path, requirement.get("operator", ""), len(values)),
        *names.named(f"{path}.key", requirement.get("key", ""), names.label_key),
    ]
    for number, value in enumerate(values):
        errors += names.named(f"{path}.values[{number}]", value, names.label_value)
    return errors


def _operator_errors(path: str, operator: str, number: int) -> FieldErrors:
    place = f"{path}.values"
    match operator:
        case "In" | "NotIn":
            return [] if number else [required(place, "must be specified when `operator` is 'In' or 'NotIn'")]
        case "Exists" | "DoesNotExist":
            return [forbidden(place, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'")] if number else []
        case "Gt" | "Lt":
            return [] if number == 1 else [required(place, "must be specified single value when `operator` is 'Lt' or 'Gt'")]
        case _:
            return [invalid(f"{path}.operator", operator, "not a valid selector operator")]


def _field_requirement_errors(path: str, requirement: Document) -> FieldErrors:
    operator, key, values = requirement.get("operator", ""), requirement.get("key", ""), requirement.get("values", ())
    errors: FieldErrors = []
    if operator not in {"In", "NotIn"}:
        errors.append(invalid(f"{path}.operator", operator, "not a valid selector operator"))
    elif len(values) != 1:
        detail = "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"
        errors.append(required(f"{path}.values", detail))
    if key != "metadata.name":
        return [*errors, invalid(f"{path}.key", key, "not a valid field selector key")]
    for number, value in enumerate(values):
        errors += names.named(f"{path}.values[{number}]", value, names.dns_subdomain)
    return errors
