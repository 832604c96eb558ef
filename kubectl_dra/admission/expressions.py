"""A CEL expression → what the API server has against it: its length, its syntax and types, its estimated cost.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateSelector``, ``validateCELExpression``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission.field_errors import FieldErrors, forbidden, invalid, required, too_long
from kubectl_dra.admission.lists import check_list
from kubectl_dra.selection.derived_attribute import compile_derived_attribute
from kubectl_dra.selection.device_selector import CannotTell, Environment, compile_selector

if TYPE_CHECKING:
    from kubectl_dra.admission.context import Context
    from kubectl_dra.api.source import Document

MAX_LENGTH: Final = 10 * 1024
MAX_COST: Final = 1_000_000
_MAX_SELECTORS: Final = 32


def selector_list_errors(path: str, selectors: list[Document], context: Context) -> FieldErrors:
    """The selectors of a class, a request or (1.34) a taint rule."""
    return check_list(path, selectors, _MAX_SELECTORS, lambda selector, place: _selector_errors(place, selector, context), context.release)


def _selector_errors(path: str, selector: Document, context: Context) -> FieldErrors:
    if "cel" not in selector:
        return [required(f"{path}.cel")]
    return _expression_errors(f"{path}.cel.expression", selector["cel"].get("expression", ""), context)


def derived_attribute_errors(path: str, expression: str, context: Context) -> FieldErrors:
    """The expression of a derived attribute; what it costs is added to what the claim's others cost."""
    return _expression_errors(path, expression, context, is_derived=True)


def _expression_errors(path: str, expression: str, context: Context, *, is_derived: bool = False) -> FieldErrors:
    if len(expression.encode()) > MAX_LENGTH:
        return [too_long(path, MAX_LENGTH)]
    compiled = (compile_derived_attribute if is_derived else compile_selector)(expression, environment_of_new(context))
    if isinstance(compiled.error, CannotTell):
        context.untold.append(f"{path}: {compiled.error.text}")
        return []
    if compiled.error is not None:
        return [invalid(path, expression, compiled.error.text)]
    if is_derived:
        context.derived_costs.append(compiled.max_cost)
    return [forbidden(path, "too complex, exceeds cost limit")] if compiled.max_cost > MAX_COST else []


def environment_of_new(context: Context) -> Environment:
    """The environment in which the API server compiles expressions that are new to it."""
    return Environment(
        release=str(context.release),
        stored=False,
        consumable_capacity="DRAConsumableCapacity" in context.gates,
        list_type_attributes="DRAListTypeAttributes" in context.gates,
    )
