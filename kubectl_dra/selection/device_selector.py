"""DeviceSelector on Device → bool or CelError: one selector on one device, compiled once per text and environment.

Follows `dynamic-resource-allocation/cel` (compile.go, cache.go).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import msgspec

from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_version
from kubectl_dra.cel.celtypes import ANY, BOOL, DYN, QUANTITY, STRING, Type, map_of
from kubectl_dra.cel.environment import BINDINGS, INCLUDES, INCLUDES_IN_1_36, add_functions, base_functions, base_macros, quirks_of
from kubectl_dra.cel.environment import Environment as CelEnvironment
from kubectl_dra.cel.errors import CannotTell, CelError, CompileError, EvaluationError
from kubectl_dra.cel.library.formatting import plain_text
from kubectl_dra.cel.program import Program, compile_program
from kubectl_dra.cel.values import MapWithDefault, Value, type_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.resource import Device, DeviceAttribute
    from kubectl_dra.cel.declarations import Functions, Overload

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

_DEVICE: Final = "device"
_DEVICE_TYPE: Final = Type("struct", "kubernetes.DRADevice")
_NO_SUCH_KEY: Final = "no such key:"
_HINT: Final = ". consider using CEL optional chaining (.? followed by orValue()) or guarding the check with has() for optional fields"
_FIRST_WITH_LISTS: Final = 36
_FIRST_WITH_LISTS_ALWAYS: Final = 37
_MAX_DOMAIN: Final = 63
_MAX_DRIVER: Final = 63
_MAX_ID: Final = 32
_MAX_ENTRIES: Final = 32
_MAX_ATTRIBUTE: Final = 64


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
    def attribute_type(self) -> Type:
        """The type of an attribute's value, of which no more is known before it is read."""
        if self.minor < _FIRST_WITH_LISTS:
            return ANY
        always = self.minor >= _FIRST_WITH_LISTS_ALWAYS and self.stored
        return DYN if always or self.list_type_attributes else ANY

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
        self.program = compiled if isinstance(compiled, Program) else None
        """The compiled expression; None after an error."""
        self.error = None if isinstance(compiled, Program) else compiled
        """Why it cannot be evaluated at all; None where it can."""
        self.output_type = str(compiled.output_type) if isinstance(compiled, Program) else ""
        """The type that the checker found, "" after an error."""
        self.max_cost = compiled.cost.maximum if isinstance(compiled, Program) else 0
        """The estimated cost that the API server holds against COST_LIMIT; 0 after an error."""

    def evaluate(self, driver: str, device: Device) -> bool | CelError:
        """Whether the selector selects the device of the driver; `DeviceMatches`. A compile error is returned for every device."""
        return self.evaluate_value(device_value(driver, device, self.environment))

    def evaluate_value(self, device: DeviceValue | DeviceError) -> bool | CelError:
        """The same for a device that `device_value` made ready, in an environment of the same release and gates."""
        if self.program is None:
            return self.error or CannotTell("")
        if isinstance(device, DeviceError):
            return EvaluationError(device.text)
        result = self.program.evaluate(device.value)
        if isinstance(result, bool | EvaluationError | CannotTell | CompileError):
            return result
        return EvaluationError(f"CEL result of type {type_name(result)} could not be converted to bool: {_conversion_failure(result)}")


def enhanced(text: str) -> str:
    """A runtime error as 1.37's scheduler tells it, with a hint where a key is missing; `EnhanceRuntimeError`."""
    return text + _HINT if _NO_SUCH_KEY in text else text


@lru_cache(maxsize=4096)
def compile_selector(expression: str, environment: Environment) -> CompiledSelector:
    """The selector that a text means in an environment; the same object for the same arguments. Never raises for what the text says."""
    cel_environment = _cel_environment(environment)

    def validate_output(found: Type) -> str | None:
        if found in (BOOL, environment.attribute_type) or (found == ANY and environment.minor < _FIRST_WITH_LISTS_ALWAYS):
            return None
        return f"must evaluate to bool or the unknown type, not {found}"

    compiled = compile_program(expression, cel_environment, cost_limit=COST_LIMIT, validate_output=validate_output)
    return CompiledSelector(expression, environment, compiled)


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


_GO_NAMES: Final = {"kubernetes.Semver": "Semver", "kubernetes.Quantity": "Quantity"}


def _conversion_failure(value: Value) -> str:
    """Why upstream cannot make a bool of a value: each type says it in its own words."""
    name = type_name(value)
    if name == "string":
        return "unsupported native conversion from string to 'bool'"
    if name == "list":
        return "type conversion error from list to 'bool'"
    if name == "bytes":
        return "type conversion error from Bytes to 'bool'"
    if name in _GO_NAMES:
        return f"type conversion error from '{_GO_NAMES[name]}' to 'bool'"
    return f"unsupported type conversion from '{name}' to bool" if plain_text(value) is not None else f"type conversion error from '{name}' to 'bool'"


@lru_cache(maxsize=32)
def _cel_environment(environment: Environment) -> CelEnvironment:
    release = environment.minor
    compatible_with = release if environment.stored else release - 1
    macros = dict(base_macros(compatible_with)) | dict(BINDINGS.macros)
    return CelEnvironment(
        variables={_DEVICE: _DEVICE_TYPE},
        structs={_DEVICE_TYPE.name: _fields(environment)},
        functions=_functions(environment, compatible_with),
        macros=macros,
        quirks=quirks_of(release),
        size_of=_size_of,
    )


def _fields(environment: Environment) -> Mapping[str, Type]:
    fields = {
        "driver": STRING,
        "attributes": map_of(STRING, map_of(STRING, environment.attribute_type)),
        "capacity": map_of(STRING, map_of(STRING, QUANTITY)),
    }
    if environment.stored or environment.consumable_capacity:
        fields["allowMultipleAllocations"] = BOOL
    return fields


def _functions(environment: Environment, compatible_with: int) -> Functions:
    functions: dict[str, tuple[Overload, ...]] = dict(base_functions(environment.minor, compatible_with))
    gated = environment.stored or environment.list_type_attributes
    if environment.minor >= _FIRST_WITH_LISTS and gated and "includes" not in functions:
        library = INCLUDES if environment.minor >= _FIRST_WITH_LISTS_ALWAYS else INCLUDES_IN_1_36
        add_functions(functions, library.functions)
    return functions


def _size_of(path: tuple[str, ...]) -> int | None:
    """How large what a path leads to can be, by the limits that the API sets; `sizeEstimator.EstimateSize`."""
    node: _Declared | None = _DEVICE_SIZES if path[:1] == (_DEVICE,) else None
    for name in path[1:]:
        if node is None:
            return None
        node = node.step(name)
    return node.size if node is not None else None


class _Declared(msgspec.Struct, frozen=True):
    """A part of a device, how many elements or characters it has at most, and what its parts are."""

    size: int
    element: _Declared | None = None
    key: _Declared | None = None
    fields: dict[str, _Declared] = {}
    names_any_element: bool = False
    """Whether a field's name leads to an element, as it does to an attribute but not to a capacity."""

    def step(self, name: str) -> _Declared | None:
        """What one name of a path leads to."""
        if name in {"@items", "@values"}:
            return self.element
        if name == "@keys":
            return self.key
        return self.fields.get(name) or (self.element if self.names_any_element else None)


_UNBOUNDED: Final = 0
_DOMAIN: Final = _Declared(_MAX_DOMAIN)
_ID: Final = _Declared(_MAX_ID)
_ATTRIBUTES: Final = _Declared(_MAX_ENTRIES, _Declared(_MAX_ATTRIBUTE), _ID, names_any_element=True)
_CAPACITIES: Final = _Declared(_MAX_ENTRIES, _Declared(_UNBOUNDED), _ID)
_DEVICE_SIZES: Final = _Declared(
    _UNBOUNDED,
    fields={
        "driver": _Declared(_MAX_DRIVER),
        "allowMultipleAllocations": _Declared(1),
        "attributes": _Declared(_MAX_ENTRIES, _ATTRIBUTES, _DOMAIN),
        "capacity": _Declared(_MAX_ENTRIES, _CAPACITIES, _DOMAIN),
    },
)
