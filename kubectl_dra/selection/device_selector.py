"""DeviceSelector on Device → bool or CelError: one selector on one device, compiled once per text and environment.

Follows `dynamic-resource-allocation/cel` (compile.go, cache.go).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_version
from kubectl_dra.cel.errors import CannotTell, CelError, CompileError, EvaluationError
from kubectl_dra.cel.values import NONE, MapWithDefault, OptionalValue, Value, type_name

if TYPE_CHECKING:
    from kubectl_dra.api.resource import Device, DeviceAttribute
    from kubectl_dra.cel.program import Program

__all__ = [
    "COST_LIMIT",
    "LENGTH_LIMIT",
    "CannotTell",
    "CelError",
    "CompileError",
    "CompiledSelector",
    "DeviceError",
    "DeviceValue",
    "Environment",
    "EvaluationError",
    "compile_selector",
    "device_value",
    "qualified_name",
]

COST_LIMIT: Final = 1_000_000
"""`CELSelectorExpressionMaxCost`: what an expression may cost, estimated by the API server and counted by the scheduler."""
LENGTH_LIMIT: Final = 10 * 1024
"""`CELSelectorExpressionMaxLength`: how many bytes an expression may have."""

_NO_SUCH_KEY: Final = "no such key:"
_HINT: Final = ". consider using CEL optional chaining (.? followed by orValue()) or guarding the check with has() for optional fields"
_FIRST_WITH_LISTS: Final = 36
_FIRST_WITH_LISTS_ALWAYS: Final = 37


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """Which Kubernetes reads the expression.

    The scheduler, and the API server for objects that it has stored already, use stored expressions (the default); the API server reads
    expressions that are new or changed with the libraries that the release before had, and only then do the two gates count (in 1.36
    list types count for both).
    """

    release: str = "1.37"
    stored: bool = True
    consumable_capacity: bool = True
    list_type_attributes: bool = True

    @property
    def minor(self) -> int:
        """The minor part of the release."""
        return int(self.release.partition(".")[2])

    @property
    def knows_lists(self) -> bool:
        """Whether an attribute may hold a list; else one that does is of no known kind."""
        if self.minor >= _FIRST_WITH_LISTS_ALWAYS:
            return True
        return self.minor >= _FIRST_WITH_LISTS and self.list_type_attributes


class DeviceError(msgspec.Struct, frozen=True):
    """A device of which no expression can be evaluated, and why, in upstream's words."""

    text: str


class DeviceValue(msgspec.Struct, frozen=True):
    """A device as expressions see it. Making one costs more than most evaluations, so it is made once for many selectors."""

    value: dict[str, Value]


class CompiledSelector:
    """A selector ready for devices; made by `compile_selector`."""

    __slots__ = ("environment", "error", "expression", "max_cost", "output_type", "program")

    def __init__(self, expression: str, environment: Environment, compiled: Program | CompileError | CannotTell) -> None:
        self.expression = expression
        self.environment = environment
        self.error = compiled if isinstance(compiled, CompileError | CannotTell) else None
        """Why it cannot be evaluated at all; None where it can."""
        self.program = None if isinstance(compiled, CompileError | CannotTell) else compiled
        """The compiled expression; None after an error."""
        self.output_type = "" if self.program is None else str(self.program.output_type)
        """The type that the checker found, "" after an error."""
        self.max_cost = 0 if self.program is None else self.program.cost.maximum
        """The estimated cost that the API server holds against COST_LIMIT; 0 after an error."""

    def evaluate(self, driver: str, device: Device) -> bool | CelError:
        """Whether the selector selects the device of the driver; `DeviceMatches`. A compile error is returned for every device."""
        return self.evaluate_value(_ready(driver, device, self.environment))

    def evaluate_value(self, device: DeviceValue | DeviceError) -> bool | CelError:
        """The same for a device that `device_value` made ready, in an environment of the same release and gates."""
        if self.program is None:
            return self.error or CannotTell("")
        if isinstance(device, DeviceError):
            return EvaluationError(device.text)
        result = self.program.evaluate(device.value)
        if isinstance(result, bool | EvaluationError | CannotTell | CompileError):
            return result
        return _as_bool(result)


def enhanced(text: str) -> str:
    """A runtime error as 1.37's scheduler tells it, with a hint where a key is missing; `EnhanceRuntimeError`."""
    return text + _HINT if _NO_SUCH_KEY in text else text


@lru_cache(maxsize=4096)
def compile_selector(expression: str, environment: Environment) -> CompiledSelector:
    """The selector that a text means in an environment; the same object for the same arguments. Never raises for what the text says."""
    from kubectl_dra.selection.cel_environment import compile_expression  # noqa: PLC0415 - the engine is loaded with the first selector

    return CompiledSelector(expression, environment, compile_expression(expression, environment, cost_limit=COST_LIMIT))


def qualified_name(name: str, driver: str) -> tuple[str, str]:
    """The domain and the identifier of an attribute or capacity; without a domain it is the driver's. `parseQualifiedName`."""
    domain, slash, identifier = name.partition("/")
    return (domain, identifier) if slash else (driver, name)


def device_value(driver: str, device: Device, environment: Environment) -> DeviceValue | DeviceError:
    """The device as expressions see it, or why none can; which attribute is named first is chance upstream."""
    attributes: MapWithDefault = MapWithDefault()
    for name, attribute in device.attributes.items():
        try:
            value = _attribute_value(attribute, knows_lists=environment.knows_lists)
        except (VersionError, UnsupportedAttributeError) as error:
            return DeviceError(f"attribute {name}: {error}")
        _file(attributes, name, driver, value)
    capacity: MapWithDefault = MapWithDefault()
    for name, entry in device.capacity.items():
        try:
            _file(capacity, name, driver, read_quantity(entry.value))
        except QuantityError as error:
            return DeviceError(f"capacity {name}: {error}")
    value = {
        "driver": driver,
        "allowMultipleAllocations": device.allow_multiple_allocations is True,
        "attributes": attributes,
        "capacity": capacity,
    }
    return DeviceValue(value)


_MOST_READY: Final = 4096
_READY: dict[int, tuple[Device, str, Environment, DeviceValue | DeviceError]] = {}


def _ready(driver: str, device: Device, environment: Environment) -> DeviceValue | DeviceError:
    """`device_value`, kept for the next selector: most devices are asked about by several, one after the other."""
    kept = _READY.get(id(device))
    if kept is not None and kept[0] is device and kept[1] == driver and (kept[2] is environment or kept[2] == environment):
        return kept[3]
    if len(_READY) >= _MOST_READY:
        _READY.clear()
    value = device_value(driver, device, environment)
    _READY[id(device)] = device, driver, environment, value
    return value


def _file(maps: MapWithDefault, name: str, driver: str, value: Value) -> None:
    domain, identifier = qualified_name(name, driver)
    inner = maps.get(domain)
    if isinstance(inner, dict):
        inner[identifier] = value
    else:
        maps[domain] = {identifier: value}


class UnsupportedAttributeError(ValueError):
    """An attribute whose value is of no kind that the release knows."""


def _attribute_value(attribute: DeviceAttribute, *, knows_lists: bool) -> Value:
    """The one value of an attribute, in upstream's order of preference; `getAttributeValue`."""
    if knows_lists:
        for values in (attribute.ints, attribute.bools, attribute.strings):
            if values is not None:
                return list(values)
        if attribute.versions is not None:
            return [_version(version) for version in attribute.versions]
    for value in (attribute.int_, attribute.bool_, attribute.string):
        if value is not None:
            return value
    if attribute.version is not None:
        return _version(attribute.version)
    raise UnsupportedAttributeError("unsupported attribute value")


def _version(text: str) -> Value:
    try:
        return parse_version(text)
    except VersionError as error:
        raise VersionError(f"parse semantic version: {error}") from None


_CONVERSION_FAILURES: Final = {
    "string": "unsupported native conversion from string to 'bool'",
    "list": "type conversion error from list to 'bool'",
    "map": "type conversion error from map to 'bool'",
    "bytes": "type conversion error from Bytes to 'bool'",
    "int": "unsupported type conversion from 'int' to bool",
    "uint": "unsupported type conversion from 'uint' to bool",
    "double": "type conversion error from Double to 'bool'",
    "type": "type conversion not supported for 'type'",
    "kubernetes.Quantity": "type conversion error from 'Quantity' to 'bool'",
    "kubernetes.Semver": "type conversion error from 'Semver' to 'bool'",
    "kubernetes.URL": "type conversion error from 'URL' to 'bool'",
    "kubernetes.NamedFormat": "type conversion error from 'Format' to 'bool'",
    "net.IP": "type conversion error from 'IP' to 'bool'",
    "net.CIDR": "type conversion error from 'CIDR' to 'bool'",
    "google.protobuf.Duration": "type conversion error from 'Duration' to 'bool'",
    "google.protobuf.Timestamp": "type conversion error from 'Timestamp' to 'bool'",
}
"""Why upstream cannot make a bool of a value: each type says it in its own words."""


def _as_bool(value: Value) -> bool | EvaluationError:
    """The value as a bool, which upstream makes of an optional, too."""
    inner = value
    while isinstance(inner, OptionalValue) and inner is not NONE:
        inner = inner.value
    if isinstance(inner, bool):
        return inner
    name = type_name(inner)
    reason = (
        "optional.none() dereference" if inner is NONE else _CONVERSION_FAILURES.get(name, f"type conversion error from '{name}' to 'bool'")
    )
    return EvaluationError(f"CEL result of type {type_name(value)} could not be converted to bool: {reason}")
