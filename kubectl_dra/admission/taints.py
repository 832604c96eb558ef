"""Device taints, tolerations of them, and DeviceTaintRules → what is wrong with them.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateDeviceTaint``, ``validateDeviceToleration``,
``validateDeviceTaintRuleSpec``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import names
from kubectl_dra.admission.expressions import selector_list_errors
from kubectl_dra.admission.field_errors import FieldErrors, invalid, not_supported, required
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from kubectl_dra.admission.context import Context
    from kubectl_dra.api.source import Document

_EFFECTS: Final = ("NoExecute", "NoSchedule")


def effects(release: Release) -> tuple[str, ...]:
    """The effects of a release."""
    return (*_EFFECTS, "None") if release >= Release(1, 35) else _EFFECTS


def taint_errors(path: str, taint: Document, release: Release) -> FieldErrors:
    """A taint, in a slice or a rule."""
    errors = names.named(f"{path}.key", taint.get("key", ""), names.label_key)
    errors += names.named(f"{path}.value", taint.get("value", ""), names.label_value)
    effect = taint.get("effect", "")
    if not effect:
        return [*errors, required(f"{path}.effect")]
    return errors + _effect_errors(path, effect, release)


def toleration_errors(path: str, toleration: Document, release: Release) -> FieldErrors:
    """A request's toleration."""
    errors: FieldErrors = []
    value, effect = toleration.get("value", ""), toleration.get("effect", "")
    if toleration.get("key"):
        errors += names.named(f"{path}.key", toleration["key"], names.label_key)
    match toleration.get("operator", ""):
        case "Exists":
            if value:
                errors.append(invalid(f"{path}.value", value, "must be empty for operator `Exists`"))
        case "Equal":
            errors += names.named(f"{path}.value", value, names.label_value)
        case "":
            errors.append(required(f"{path}.operator"))
        case operator:
            errors.append(not_supported(f"{path}.operator", operator, ("Equal", "Exists")))
    return errors + (_effect_errors(path, effect, release) if effect else [])


def _effect_errors(path: str, effect: str, release: Release) -> FieldErrors:
    known = effects(release)
    return [] if effect in known else [not_supported(f"{path}.effect", effect, known)]


def taint_rule_errors(path: str, spec: Document, context: Context) -> FieldErrors:
    """The spec of a DeviceTaintRule."""
    selector, place = spec.get("deviceSelector", {}), f"{path}.deviceSelector"
    errors: FieldErrors = []
    if "deviceClassName" in selector:
        errors += names.named(f"{place}.deviceClassName", selector["deviceClassName"], names.dns_subdomain)
    if "driver" in selector:
        errors += names.driver_name(f"{place}.driver", selector["driver"])
    if "pool" in selector:
        errors += names.pool_name(f"{place}.pool", selector["pool"])
    if "device" in selector:
        errors += names.named(f"{place}.device", selector["device"], names.dns_label)
    errors += selector_list_errors(f"{place}.selectors", selector.get("selectors", []), context)
    return errors + taint_errors(f"{path}.taint", spec.get("taint", {}), context.release)
