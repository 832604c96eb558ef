"""Opaque configuration of a class or a claim → what is wrong with it.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateDeviceConfiguration``, ``validateRawExtension``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import names
from kubectl_dra.admission.field_errors import FieldErrors, invalid, required, too_long
from kubectl_dra.apimachinery.decode import to_json

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document

MAX_PARAMETERS: Final = 10 * 1024


def configuration_errors(path: str, config: Document) -> FieldErrors:
    """One entry of ``config``: who reads it, and an object of at most 10 KiB."""
    if "opaque" not in config:
        return [required(f"{path}.opaque")]
    opaque, place = config["opaque"], f"{path}.opaque"
    return [*names.driver_name(f"{place}.driver", opaque.get("driver", "")), *_parameter_errors(f"{place}.parameters", opaque)]


def _parameter_errors(path: str, opaque: Document) -> FieldErrors:
    if "parameters" not in opaque:
        return [required(path)]
    if len(to_json(opaque["parameters"])) > MAX_PARAMETERS:
        return [too_long(path, MAX_PARAMETERS)]
    return [] if isinstance(opaque["parameters"], dict) else [invalid(path, "<value omitted>", "must be a valid JSON object")]
