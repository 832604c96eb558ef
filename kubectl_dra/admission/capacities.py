"""A device's capacity → what is wrong with the amounts that may be asked of it.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateRequestPolicy`` and below.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

from kubectl_dra.admission.field_errors import FieldErrors, forbidden, invalid, required
from kubectl_dra.admission.lists import Keys, check_set
from kubectl_dra.apimachinery.quantity import Quantity, read_quantity
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from kubectl_dra.admission.context import Context
    from kubectl_dra.api.source import Document

_MAX_OPTIONS: Final = 10
_MAX_INT64: Final = (1 << 63) - 1
_PATHS_OF_DEFAULT: Final = Release(1, 37)
"""From this release on a default out of range is told at ``default``; before, at the bound it breaks."""


def capacity_errors(path: str, capacity: Document, context: Context, *, is_shared: bool) -> FieldErrors:
    """One capacity; only a device for several allocations may have a request policy."""
    policy = capacity.get("requestPolicy")
    if policy is None:
        return []
    place = f"{path}.requestPolicy"
    if not is_shared:
        return [forbidden(place, "allowMultipleAllocations must be true")]
    if policy.get("validValues") and "validRange" in policy:
        detail = 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'
        return [forbidden(place, detail)]
    most = read_quantity(capacity.get("value", "0"))
    if policy.get("validValues"):
        return _values_policy_errors(place, policy, most, context)
    return _range_policy_errors(place, policy, most, context) if "validRange" in policy else []


def _values_policy_errors(path: str, policy: Document, most: Quantity, context: Context) -> FieldErrors:
    if "default" not in policy:
        return [required(f"{path}.default", "required when validValues is defined")]
    default, place = read_quantity(policy["default"]), f"{path}.validValues"
    options = [read_quantity(option) for option in policy["validValues"]]
    errors: FieldErrors = []
    for number, (left, right) in enumerate(itertools.pairwise(options), 1):
        if left > right:
            errors.append(invalid(f"{place}[{number}]", str(right), "values must be sorted in ascending order"))

    def option_errors(option: Quantity, at: str) -> FieldErrors:
        return [invalid(at, str(option), f"option is larger than capacity value: {most}")] if option > most else []

    keys = Keys(of=_exact_key if "DRAFractionalCapacityRange" in context.gates else _whole_key)
    errors += check_set(place, options, _MAX_OPTIONS, option_errors, keys, context.release)
    if default not in options:
        errors.append(invalid(place, str(default), "default value is not valid according to the requestPolicy"))
    return errors


def _exact_key(option: object) -> tuple[int, int]:
    """The digits, with those behind the point: upstream compares texts, in which 1 and 1.000 (1000m) are two."""
    assert isinstance(option, Quantity)  # noqa: S101  (narrows)
    number: int = option.unscaled * 10 ** max(0, option.scale)
    return number, min(0, option.scale)


def _whole_key(option: object) -> int:
    assert isinstance(option, Quantity)  # noqa: S101  (narrows)
    return option.value()


def _range_policy_errors(path: str, policy: Document, most: Quantity, context: Context) -> FieldErrors:
    if "default" not in policy:
        return [required(f"{path}.default", "required when validRange is defined")]
    place = f"{path}.validRange"
    bounds = {name: read_quantity(value) for name, value in policy["validRange"].items()}
    if "min" not in bounds:
        return [required(f"{place}.min", "required when validRange is defined")]
    bounds["default"] = read_quantity(policy["default"])
    errors = _bound_errors(place, bounds, most, context.release)
    is_fractional = "DRAFractionalCapacityRange" in context.gates and any(_has_fraction(bound) for bound in bounds.values())
    if is_fractional:
        finer = [name for name in ("default", "min", "max", "step") if name in bounds and not _is_milli(bounds[name])]
        if finer:
            unfit = "value cannot be represented as a milli value"
            return errors + [invalid(f"{place}.{name}", str(bounds[name]), unfit) for name in finer]
    return errors + (_step_errors(place, bounds, most, context.release, is_fractional=is_fractional) if "step" in bounds else [])


def _bound_errors(path: str, bounds: dict[str, Quantity], most: Quantity, release: Release) -> FieldErrors:
    default, low, high = bounds["default"], bounds["min"], bounds.get("max")
    at_default = f"{path}.default" if release >= _PATHS_OF_DEFAULT else ""
    errors: FieldErrors = []
    if low > most:
        errors.append(invalid(f"{path}.min", str(low), f"min is larger than capacity value: {most}"))
    if default < low:
        errors.append(invalid(at_default or f"{path}.min", str(default), f"default is less than min: {low}"))
    if high is None:
        return errors
    if low > high:
        errors.append(invalid(f"{path}.max", str(low), f"min is larger than max: {high}"))
    if high > most:
        errors.append(invalid(f"{path}.max", str(high), f"max is larger than capacity value: {most}"))
    if default > high:
        errors.append(invalid(at_default or f"{path}.max", str(default), f"default is more than max: {high}"))
    return errors


def _step_errors(path: str, bounds: dict[str, Quantity], most: Quantity, release: Release, *, is_fractional: bool) -> FieldErrors:
    step, low, place = bounds["step"], bounds["min"], f"{path}.step"
    if step.sign <= 0 and release >= _PATHS_OF_DEFAULT:
        return [invalid(place, str(step), "must be greater than zero")]
    errors: FieldErrors = []
    if low.add(step) > most:
        errors.append(invalid(place, str(step), f"one step {low.add(step)} is larger than capacity value: {most}"))
    if not is_fractional and release >= _PATHS_OF_DEFAULT:
        unsafe = _unsafe_errors(path, bounds)
        if unsafe:
            return errors + unsafe
    for value in (bounds["default"], bounds.get("max")):
        if value is not None and not _is_on_step(value, low, step, is_fractional=is_fractional):
            errors.append(invalid(place, str(value), f"value is not a multiple of a given step ({step}) from ({low})"))
    return errors


def _unsafe_errors(path: str, bounds: dict[str, Quantity]) -> FieldErrors:
    errors: FieldErrors = []
    for name in ("default", "min", "max", "step"):
        bound = bounds.get(name)
        if bound is not None and bound.sign < 0:
            errors.append(invalid(f"{path}.{name}", str(bound), "must be greater than or equal to 0"))
        elif bound is not None and bound > read_quantity(str(_MAX_INT64)):
            errors.append(invalid(f"{path}.{name}", str(bound), f"must not be larger than {_MAX_INT64}"))
    return errors


def _is_on_step(value: Quantity, low: Quantity, step: Quantity, *, is_fractional: bool) -> bool:
    if is_fractional:
        return (value.milli_value() - low.milli_value()) % step.milli_value() == 0
    whole = step.value()
    return whole != 0 and (value.value() - low.value()) % whole == 0


def _has_fraction(bound: Quantity) -> bool:
    return read_quantity(str(bound.value())) != bound


def _is_milli(bound: Quantity) -> bool:
    return read_quantity(f"{bound.milli_value()}m") == bound
