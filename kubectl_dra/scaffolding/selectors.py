"""Conditions → CEL that means them and fails on no device that the class lets through.

An attribute that some of those devices lack is guarded: by the driver where only its devices have it, else by ``has()``.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kubectl_dra.api.resource import DeviceAttribute, DeviceCapacity
from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity
from kubectl_dra.apimachinery.semver import VersionError, parse_normalized_version, parse_version
from kubectl_dra.scaffolding.supply import ATTRIBUTES, CAPACITY, Property
from kubectl_dra.scaffolding.wanted import Comparison, Condition, Unwritable
from kubectl_dra.selection.device_selector import CannotTell, CompileError, compile_selector
from kubectl_dra.selection.groups import evaluate_devices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.apimachinery.quantity import Quantity
    from kubectl_dra.scaffolding.supply import Supply
    from kubectl_dra.scaffolding.wanted import WantedDevices


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """One selector: its text, and why it is there."""

    expression: str
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """A condition as it was understood: on what, how, and the value in CEL."""

    property: Property
    comparison: Comparison
    text: str
    clause: str


def selectors_of(
    wanted: WantedDevices, supply: Supply, candidates: Sequence[int], *, is_forced: bool = False
) -> tuple[tuple[Selector, ...], tuple[Bound, ...]]:
    """The selectors of a request on the devices that its class lets through, and its conditions as understood.

    Raises :class:`Unwritable`.
    """
    like = supply.devices([supply.find_device(wanted.like)])[0] if wanted.like else None
    conditions = wanted.conditions or (_product_of(like) if like is not None and not wanted.where else ())
    bounds = tuple(_bound(condition, supply, candidates, like, is_forced=is_forced) for condition in conditions)
    devices = supply.devices(candidates)
    selectors = []
    if bounds:
        selectors.append(Selector(expression=_guarded(bounds, devices)))
    selectors += [Selector(expression=expression) for expression in wanted.where]
    for selector in selectors:
        _require_sound(selector.expression, supply, devices)
    return tuple(selectors), bounds


_PRODUCT_WORDS = ("productname", "product", "model", "devicename", "acceleratortype", "profile", "type")


def _product_of(like: tuple[str, Device]) -> tuple[Condition, ...]:
    """What a device is called in a shop, which is what ``--like`` alone means."""
    names = {key.rpartition("/")[2].lower(): key.rpartition("/")[2] for key in like[1].attributes}
    found = next((names[word] for word in _PRODUCT_WORDS if word in names), None)
    if found is None:
        raise Unwritable("--like names a device without a product name; --with NAME says what of it counts")
    return (Condition(name=found, value=None),)


def _bound(condition: Condition, supply: Supply, candidates: Sequence[int], like: tuple[str, Device] | None, *, is_forced: bool) -> Bound:
    tables = (CAPACITY,) if condition.comparison is Comparison.AT_LEAST else (ATTRIBUTES, CAPACITY)
    found = _meant(condition, supply.find_properties(condition.name, candidates, tables), supply.devices(candidates))
    if condition.value is None:
        entry = found.of(*like) if like is not None else None
        if entry is None:
            raise Unwritable(f"the --like device has no {condition.name}", is_usage=False)
    else:
        entry = None
    if found.table == CAPACITY:
        amount = condition.value if condition.value is not None else str(entry.value if isinstance(entry, DeviceCapacity) else "")
        return _capacity_bound(found, amount)
    if isinstance(entry, DeviceAttribute):
        return _attribute_bound(found, entry)
    published = [each for pair in supply.devices(candidates) if isinstance(each := found.of(*pair), DeviceAttribute)]
    return _attribute_bound(found, _nearest_entry(found, condition.value or "", published, is_forced=is_forced))


def _meant(condition: Condition, found: list[Property], devices: Sequence[tuple[str, Device]]) -> Property:
    """Of several drivers' attributes with one name the one that has the value; else the most common."""
    if condition.value is None or found[0].table == CAPACITY:
        return found[0]
    for one in found:
        entries = (one.of(driver, device) for driver, device in devices)
        if any(isinstance(entry, DeviceAttribute) and _means(condition.value, entry) for entry in entries):
            return one
    return found[0]


def _capacity_bound(found: Property, amount: str) -> Bound:
    try:
        quantity = read_quantity(amount)
    except QuantityError as error:
        raise Unwritable(f"{found.identifier}={amount}: {amount} is not a quantity such as 40Gi") from error
    text = str(quantity)
    clause = f'{found.lookup}.compareTo(quantity("{text}")) >= 0'
    return Bound(property=found, comparison=Comparison.AT_LEAST, text=text, clause=clause)


def _attribute_bound(found: Property, entry: DeviceAttribute) -> Bound:
    text, clause = _equality(found.lookup, entry)
    return Bound(property=found, comparison=Comparison.EQUAL, text=text, clause=clause)


def _equality(lookup: str, entry: DeviceAttribute) -> tuple[str, str]:
    """A value in words, and the clause that it is this one."""
    if entry.string is not None:
        return entry.string, f"{lookup} == {json.dumps(entry.string, ensure_ascii=False)}"
    if entry.version is not None:
        return entry.version, f'{lookup} == semver("{entry.version}")'
    if entry.bool_ is not None:
        return str(entry.bool_).lower(), f"{lookup} == {str(entry.bool_).lower()}"
    if entry.int_ is not None:
        return str(entry.int_), f"{lookup} == {entry.int_}"
    values = entry.value
    if isinstance(values, tuple) and values:
        first = values[0]
        literal = json.dumps(first, ensure_ascii=False) if entry.versions is None else f'semver("{first}")'
        return str(first), f"{lookup}.exists(value, value == {literal})"
    raise Unwritable(f"{lookup} holds a value of a kind that cannot be compared", is_usage=False)


def _nearest_entry(found: Property, value: str, published: Sequence[DeviceAttribute], *, is_forced: bool) -> DeviceAttribute:
    """The published value that ``value`` means. Raises :class:`Unwritable` with the values that there are."""
    for entry in published:
        if _means(value, entry):
            return entry if not isinstance(entry.value, tuple) else _single(entry, value)
    if is_forced:
        return _as_text_like(published[0], value)
    counts = Counter(_shown(entry) for entry in published)
    values = ", ".join(f"{text} on {number}" for text, number in counts.most_common(4))
    more = f" and {len(counts) - 4} other values" if len(counts) > 4 else ""  # noqa: PLR2004
    raise Unwritable(f"no device has {found.identifier}={value}: there are {values}{more}", is_usage=False)


def _as_text_like(published: DeviceAttribute, value: str) -> DeviceAttribute:
    """A value that nobody has, of the type that the others have."""
    if published.version is not None:
        try:
            return DeviceAttribute(version=str(parse_normalized_version(value)))
        except VersionError as error:
            raise Unwritable(f"{value} is not a version, and the devices have versions") from error
    if published.int_ is not None and value.lstrip("-").isdigit():
        return DeviceAttribute(int_=int(value))
    if published.bool_ is not None and value in {"true", "false"}:
        return DeviceAttribute(bool_=value == "true")
    return DeviceAttribute(strings=(value,)) if published.strings is not None else DeviceAttribute(string=value)


def _means(value: str, entry: DeviceAttribute) -> bool:
    if isinstance(entry.value, tuple):
        return any(str(part).lower() == value.lower() if isinstance(part, bool) else str(part) == value for part in entry.value)
    if entry.version is not None:
        try:
            return parse_normalized_version(value) == parse_version(entry.version)
        except VersionError:
            return False
    return _shown(entry).lower() == value.lower()


def _single(entry: DeviceAttribute, value: str) -> DeviceAttribute:
    """A list attribute with the one value that is meant."""
    if entry.strings is not None:
        return DeviceAttribute(strings=(value,))
    if entry.versions is not None:
        return DeviceAttribute(versions=(value,))
    if entry.ints is not None:
        return DeviceAttribute(ints=(int(value),))
    return DeviceAttribute(bools=(value.lower() == "true",))


def _shown(entry: DeviceAttribute) -> str:
    value = entry.value
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(str(part) for part in value) if isinstance(value, tuple) else str(value)


def _guarded(bounds: Sequence[Bound], devices: Sequence[tuple[str, Device]]) -> str:
    """All clauses, with what keeps them from failing in front of them."""
    guards: list[str] = []
    for bound in bounds:
        having = [driver for driver, device in devices if bound.property.of(driver, device) is not None]
        lacking = [driver for driver, device in devices if bound.property.of(driver, device) is None]
        if not lacking:
            continue
        is_drivers_own = len(set(having)) == 1 and having[0] not in lacking
        guard = f'device.driver == "{having[0]}"' if is_drivers_own else f"has({bound.property.lookup})"
        if guard not in guards:
            guards.append(guard)
    return " &&\n".join([*guards, *(bound.clause for bound in bounds)])


def _require_sound(expression: str, supply: Supply, devices: Sequence[tuple[str, Device]]) -> None:
    """Raise :class:`Unwritable` for an expression that does not compile or fails on a device."""
    compiled = compile_selector(expression, supply.environment)
    if isinstance(compiled.error, CompileError | CannotTell):
        raise Unwritable(f"{expression!r} does not compile: {compiled.error.text.splitlines()[0]}")
    failures = [result for result in evaluate_devices(compiled, devices) if not isinstance(result, bool)]
    if failures:
        message = f"{expression!r} fails on {len(failures)} of {len(devices)} devices that the class lets through: {failures[0].text}"
        raise Unwritable(f"{message}; the scheduler stops at such a device", is_usage=False)


def spread(bound: Bound, devices: Sequence[tuple[str, Device]]) -> tuple[Quantity, Quantity] | None:
    """The smallest and the largest amount that devices have of a capacity."""
    amounts = [
        read_quantity(entry.value) for driver, device in devices if isinstance(entry := bound.property.of(driver, device), DeviceCapacity)
    ]
    return (min(amounts), max(amounts)) if amounts else None
