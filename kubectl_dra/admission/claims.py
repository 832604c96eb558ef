"""The spec of a ResourceClaim, also inside a template → what is wrong with it.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateDeviceClaim`` and below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from kubectl_dra.admission import names
from kubectl_dra.admission.declarative import DECLARATIVE, is_declared
from kubectl_dra.admission.expressions import MAX_COST, derived_attribute_errors, selector_list_errors
from kubectl_dra.admission.field_errors import FieldErrors, forbidden, invalid, not_supported, required, too_many
from kubectl_dra.admission.lists import ITSELF, MODERN, by_field, check_list, check_set
from kubectl_dra.admission.opaque import configuration_errors
from kubectl_dra.admission.taints import toleration_errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.admission.context import Context
    from kubectl_dra.api.source import Document
    from kubectl_dra.releases.release import Release

MAX_REQUESTS: Final = 32
MAX_CONSTRAINTS: Final = 32
MAX_CONFIG: Final = 32
MAX_FIRST_AVAILABLE: Final = 8
MAX_DERIVED_ATTRIBUTES: Final = 32

RequestNames: TypeAlias = "Mapping[str, frozenset[str]]"

_UINT64: Final = 1 << 64
"""Upstream adds costs without a look at what does not fit."""
_ONE_OF_TWO = "exactly one of `exactly` or `firstAvailable` is required"
_REFERENCE_RULE = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"


def claim_spec_errors(path: str, spec: Document, context: Context) -> FieldErrors:
    """Requests, constraints and configuration of a claim."""
    devices, place, release = spec.get("devices", {}), f"{path}.devices", context.release
    constraints = devices.get("constraints", [])
    known = _request_names(devices)
    errors = [
        *check_set(
            f"{place}.requests",
            devices.get("requests", []),
            MAX_REQUESTS,
            lambda request, at: _request_errors(at, request, constraints, context),
            by_field("name"),
            release,
        ),
        *check_list(
            f"{place}.constraints",
            constraints,
            MAX_CONSTRAINTS,
            lambda constraint, at: _constraint_errors(at, constraint, known, context),
            release,
        ),
        *check_list(
            f"{place}.config",
            devices.get("config", []),
            MAX_CONFIG,
            lambda config, at: [*_reference_list_errors(at, config, known, release), *configuration_errors(at, config)],
            release,
        ),
    ]
    if sum(context.derived_costs) % _UINT64 > MAX_COST:
        errors.append(forbidden(place, "too complex, total cost of derived attribute CEL expressions in the claim exceeds cost limit"))
    return errors


def _request_names(devices: Document) -> RequestNames:
    return {
        request.get("name", ""): frozenset(subrequest.get("name", "") for subrequest in request.get("firstAvailable", ()))
        for request in devices.get("requests", ())
    }


def _request_errors(path: str, request: Document, constraints: list[Document], context: Context) -> FieldErrors:
    name = request.get("name", "")
    errors = names.named(f"{path}.name", name, names.dns_label)
    has_alternatives, has_exactly = bool(request.get("firstAvailable")), "exactly" in request
    if has_alternatives and has_exactly:
        both = [invalid(path, None, f"{_ONE_OF_TWO}, but multiple fields are set")]
        inner = _inner_errors(path, request, constraints, context)
        if context.release >= DECLARATIVE:
            return errors + both + [error for error in inner if is_declared(error, path)]
        return errors + both + ([] if context.release >= MODERN else inner)
    if not has_alternatives and not has_exactly:
        return [*errors, required(path, _ONE_OF_TWO)]
    return errors + _inner_errors(path, request, constraints, context)


def _inner_errors(path: str, request: Document, constraints: list[Document], context: Context) -> FieldErrors:
    name = request.get("name", "")
    errors: FieldErrors = []
    if request.get("firstAvailable"):
        errors += check_set(
            f"{path}.firstAvailable",
            request["firstAvailable"],
            MAX_FIRST_AVAILABLE,
            lambda subrequest, at: _subrequest_errors(at, subrequest, name, constraints, context),
            by_field("name"),
            context.release,
        )
    if "exactly" in request:
        errors += _selection_errors(f"{path}.exactly", request["exactly"], name, constraints, context)
    return errors


def _subrequest_errors(path: str, subrequest: Document, parent: str, constraints: list[Document], context: Context) -> FieldErrors:
    name = subrequest.get("name", "")
    return [
        *names.named(f"{path}.name", name, names.dns_label),
        *_selection_errors(path, subrequest, f"{parent}/{name}", constraints, context),
    ]


def _selection_errors(path: str, selection: Document, request: str, constraints: list[Document], context: Context) -> FieldErrors:
    return [
        *_class_name_errors(f"{path}.deviceClassName", selection.get("deviceClassName", "")),
        *selector_list_errors(f"{path}.selectors", selection.get("selectors", []), context),
        *_derived_attribute_errors(f"{path}.derivedAttributes", selection.get("derivedAttributes", []), request, constraints, context),
        *_allocation_mode_errors(path, selection.get("allocationMode", ""), selection.get("count", 0)),
        *(
            error
            for number, toleration in enumerate(selection.get("tolerations", ()))
            for error in toleration_errors(f"{path}.tolerations[{number}]", toleration, context.release)
        ),
    ]


def _class_name_errors(path: str, name: str) -> FieldErrors:
    return names.named(path, name, names.dns_subdomain) if name else [required(path)]


def _allocation_mode_errors(path: str, mode: str, count: int) -> FieldErrors:
    if mode == "All":
        return [invalid(f"{path}.count", count, "must not be specified when allocationMode is 'All'")] if count else []
    if mode == "ExactCount":
        return [] if count > 0 else [invalid(f"{path}.count", count, "must be greater than zero")]
    return [not_supported(f"{path}.allocationMode", mode, ("All", "ExactCount"))]


def _derived_attribute_errors(
    path: str, attributes: list[Document], request: str, constraints: list[Document], context: Context
) -> FieldErrors:
    if len(attributes) > MAX_DERIVED_ATTRIBUTES:
        return [too_many(path, len(attributes), MAX_DERIVED_ATTRIBUTES)]
    return check_set(
        path,
        attributes,
        None,
        lambda attribute, at: _one_derived_attribute_errors(at, attribute, request, constraints, context),
        by_field("name"),
        context.release,
    )


def _one_derived_attribute_errors(
    path: str, attribute: Document, request: str, constraints: list[Document], context: Context
) -> FieldErrors:
    name = attribute.get("name", "")
    errors: FieldErrors = []
    if not name:
        errors.append(required(f"{path}.name"))
    else:
        errors += names.fully_qualified_name(f"{path}.name", name, context.release)
        if not _is_constrained(name, request, constraints):
            detail = "must be referenced by at least one matchAttribute or distinctAttribute constraint targeting this request"
            errors.append(invalid(f"{path}.name", name, detail))
    if not attribute.get("expression"):
        return [*errors, required(f"{path}.expression")]
    return errors + derived_attribute_errors(f"{path}.expression", attribute["expression"], context)


def _is_constrained(attribute: str, request: str, constraints: list[Document]) -> bool:
    meant = {request, request.partition("/")[0]}
    return any(
        attribute == (constraint.get("matchAttribute") or constraint.get("distinctAttribute"))
        and (not constraint.get("requests") or meant & set(constraint["requests"]))
        for constraint in constraints
    )


def _constraint_errors(path: str, constraint: Document, known: RequestNames, context: Context) -> FieldErrors:
    errors = _reference_list_errors(path, constraint, known, context.release)
    given = [field for field in ("matchAttribute", "distinctAttribute") if field in constraint]
    if given:
        # The second of two is looked at by declarative rules only.
        looked_at = given if context.release >= DECLARATIVE else given[:1]
        return errors + [
            error for field in looked_at for error in names.fully_qualified_name(f"{path}.{field}", constraint[field], context.release)
        ]
    if "DRAConsumableCapacity" in context.gates:
        detail = 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'
        return [*errors, required(path, detail)]
    return [*errors, required(f"{path}.matchAttribute")]


def _reference_list_errors(path: str, holder: Document, known: RequestNames, release: Release) -> FieldErrors:
    references = holder.get("requests", [])
    return check_set(f"{path}.requests", references, MAX_REQUESTS, lambda name, at: reference_errors(at, name, known), ITSELF, release)


def reference_errors(path: str, reference: str, known: RequestNames) -> FieldErrors:
    """``REQUEST`` or ``REQUEST/SUBREQUEST``, which the claim must have."""
    request, slash, subrequest = reference.partition("/")
    if "/" in subrequest:
        return [invalid(path, reference, _REFERENCE_RULE)]
    errors = [error for part in reference.split("/") for error in names.named(path, part, names.dns_label)]
    is_known = request in known and (not slash or subrequest in known[request])
    return errors if is_known else [*errors, invalid(path, reference, _REFERENCE_RULE)]
