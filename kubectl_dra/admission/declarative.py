"""The path at which a complaint is told, where the object was written in v1beta1.

Most of validation looks at the v1 shape whatever was written. The declarative rules of 1.37 look at the object as written, and where one of
them stands for a rule of the other kind, its path is the one that is told: without ``exactly``, with ``basic``. Upstream:
``ResourceNormalizationRules``, and the tags in ``staging/src/k8s.io/api/resource/v1beta1/types.go``.
"""

from __future__ import annotations

import dataclasses
import re
from typing import TYPE_CHECKING, Final

from kubectl_dra.admission.field_errors import ErrorType
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from kubectl_dra.admission.field_errors import FieldError

DECLARATIVE: Final = Release(1, 37)

_EXACT = re.compile(
    r"(?P<request>.*\.requests\[\d+\])\.exactly\."
    r"(?P<field>selectors|allocationMode|tolerations\[\d+\]\.(?:key|operator|effect)|derivedAttributes.*)\Z"
)
_BASIC = re.compile(
    r"(?P<device>spec\.devices\[\d+\])\."
    r"(?P<field>attributes\[[^]]*\]|consumesCounters.*|taints\[\d+\]\.effect|bindingConditions|bindingFailureConditions)\Z"
)
_OF_SIZE: Final = (".selectors", ".bindingConditions", ".bindingFailureConditions")
"""Fields of which only the size has a declarative rule."""


_OF_REQUEST = re.compile(
    r"(firstAvailable(\[\d+\](\.deviceClassName)?)?|((exactly|firstAvailable\[\d+\])\."
    r"(selectors|allocationMode|tolerations\[\d+\]\.(key|operator|effect)|derivedAttributes.*)))\Z"
)


def is_declared(error: FieldError, request_path: str) -> bool:
    """Whether a complaint about what is inside a request comes from a declarative rule, which looks even where others give up."""
    return _OF_REQUEST.match(error.path.removeprefix(f"{request_path}.")) is not None and _is_of_declared_type(error)


def _is_about_cel(error: FieldError) -> bool:
    return error.path.endswith(".expression") and error.type is not ErrorType.REQUIRED


def _is_of_declared_type(error: FieldError) -> bool:
    if error.path.endswith(_OF_SIZE):
        return error.type is ErrorType.TOO_MANY
    if ".derivedAttributes[" in error.path and (error.detail.startswith("must be referenced") or _is_about_cel(error)):
        return False
    if error.path.endswith(".counters") and error.type is ErrorType.TOO_MANY:
        return False
    # An absent mode is none of the declared values and yet left to the other rules.
    return not error.path.endswith(".allocationMode") or bool(error.value)


def as_written(error: FieldError, version: str, release: Release) -> FieldError:
    """``error`` at the path at which the API server tells it for an object of ``version``."""
    if version != "v1beta1" or release < DECLARATIVE:
        return error
    for pattern, holder, shape in ((_EXACT, "request", "{}.{}"), (_BASIC, "device", "{}.basic.{}")):
        found = pattern.match(error.path)
        if found is not None and _is_of_declared_type(error):
            return dataclasses.replace(error, path=shape.format(found[holder], found["field"]))
    return error
