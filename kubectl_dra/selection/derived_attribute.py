"""A request's derived attribute on a device → DeviceAttribute or CelError.

Follows `GetOrCompileDerivedAttribute`, `EvaluateDerivedAttribute` and `valToDeviceAttribute` of `dynamic-resource-allocation/cel` (1.37).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.api.resource import DeviceAttribute
from kubectl_dra.apimachinery.quantity import Quantity
from kubectl_dra.apimachinery.semver import Version
from kubectl_dra.cel.errors import CannotTell, CompileError, EvaluationError
from kubectl_dra.cel.values import Duration, Timestamp, UInt, go_type
from kubectl_dra.selection.device_selector import COST_LIMIT, CompiledSelector, DeviceError

if TYPE_CHECKING:
    from kubectl_dra.cel.celtypes import Type
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.cel.values import Value
    from kubectl_dra.selection.device_selector import DeviceValue, Environment

_FIELDS: Final[dict[type, str]] = {bool: "bool", int: "int", str: "string", Version: "version"}
"""The type of a value → the field of a DeviceAttribute that holds it; with an s, the field that holds several."""
_GO_NAMES: Final[dict[type, str]] = {
    bool: "bool",
    int: "int64",
    UInt: "uint64",
    float: "float64",
    str: "string",
    bytes: "[]uint8",
    Version: "semver.Version",
    Quantity: "*resource.Quantity",
    type(None): "structpb.NullValue",
    Duration: "time.Duration",
    Timestamp: "time.Time",
}


class CompiledDerivedAttribute(CompiledSelector):
    """An expression ready for devices; made by `compile_derived_attribute`."""

    __slots__ = ()

    def derive(self, device: DeviceValue | DeviceError) -> DeviceAttribute | CelError:
        """The attribute that a device gets."""
        if self.program is None:
            return self.error or CannotTell("")
        if isinstance(device, DeviceError):
            return EvaluationError(device.text)
        result = self.program.evaluate(device.value)
        if isinstance(result, EvaluationError | CannotTell | CompileError):
            return result
        return _as_attribute(result)


@lru_cache(maxsize=1024)
def compile_derived_attribute(expression: str, environment: Environment) -> CompiledDerivedAttribute:
    """The attribute that a text means in an environment. Never raises for what the text says."""
    from kubectl_dra.cel.program import compile_program  # noqa: PLC0415 - the engine is loaded with the first expression
    from kubectl_dra.selection.cel_environment import cel_environment  # noqa: PLC0415 - the same

    def validate_output(found: Type) -> str | None:
        lists = environment.list_type_attributes or environment.stored
        element = found.parameters[0] if lists and found.kind == "list" and len(found.parameters) == 1 else found
        if _is_allowed(element):
            return None
        or_lists = " or a list of these scalars" if lists else ""
        return f"must evaluate to a primitive scalar (string, integer, boolean, semver){or_lists}, not {found}"

    compiled = compile_program(expression, cel_environment(environment), cost_limit=COST_LIMIT, validate_output=validate_output)
    return CompiledDerivedAttribute(expression, environment, compiled)


def _is_allowed(found: Type) -> bool:
    return found.kind in {"bool", "int", "string", "any", "dyn"} or found.name == "kubernetes.Semver"


def _as_attribute(value: Value) -> DeviceAttribute | EvaluationError:
    if isinstance(value, list):
        return _as_list(value)
    field = _FIELDS.get(type(value))
    if field is None:
        return EvaluationError(f"unsupported CEL return type: {_go_name(value)}")
    return msgspec.convert({field: _plain(value)}, DeviceAttribute)


def _as_list(values: list[Value]) -> DeviceAttribute | EvaluationError:
    if not values:
        return DeviceAttribute(strings=())
    field = _FIELDS.get(type(values[0]))
    if field is None:
        return EvaluationError(f"unsupported list element type: {_go_name(values[0])}")
    for index, value in enumerate(values):
        if type(value) is not type(values[0]):
            name = "semver" if field == "version" else field
            return EvaluationError(f"expected list element at index {index} to be {name}, got {_go_name(value)}")
    return msgspec.convert({f"{field}s": tuple(map(_plain, values))}, DeviceAttribute)


def _plain(value: Value) -> Value:
    return str(value) if isinstance(value, Version) else value


def _go_name(value: Value) -> str:
    return _GO_NAMES.get(type(value), "map[ref.Val]ref.Val" if isinstance(value, dict) else go_type(value))
