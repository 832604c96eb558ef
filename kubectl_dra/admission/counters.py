"""Shared counters of a slice and what its devices consume → what is wrong with them.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateCounterSet``, ``validateDeviceCounterConsumption``. 1.34 limits the sums
and wants sets in the slice of the devices; 1.35 and later limit each set and let sets stand in slices of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.admission import names
from kubectl_dra.admission.declarative import DECLARATIVE
from kubectl_dra.admission.field_errors import FieldErrors, duplicate, invalid, required, too_many
from kubectl_dra.admission.lists import MODERN, by_field, check_set

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document
    from kubectl_dra.releases.release import Release

MAX_COUNTER_SETS: Final = 8
MAX_COUNTERS: Final = 32
MAX_CONSUMPTIONS: Final = 2
MAX_GROUPS: Final = 2
_MAX_DEVICE_COUNTERS_OF_SLICE: Final = 1024


def counter_set_errors(path: str, sets: list[Document], release: Release) -> FieldErrors:
    """``sharedCounters`` of a slice."""
    most = MAX_COUNTER_SETS if release >= MODERN else None
    return check_set(path, sets, most, lambda entry, at: _holder_errors(at, entry, "name", release), by_field("name"), release)


def consumption_errors(path: str, consumptions: list[Document], release: Release) -> FieldErrors:
    """``consumesCounters`` of a device."""
    most = MAX_CONSUMPTIONS if release >= MODERN else None
    return check_set(path, consumptions, most, lambda entry, at: _consumption(at, entry, release), by_field("counterSet"), release)


def _consumption(path: str, entry: Document, release: Release) -> FieldErrors:
    groups, place = entry.get("compatibilityGroups", []), f"{path}.compatibilityGroups"
    errors = _holder_errors(path, entry, "counterSet", release)
    if len(groups) > MAX_GROUPS:
        return [*errors, too_many(place, len(groups), MAX_GROUPS)]
    for number, group in enumerate(groups):
        errors += names.named(f"{place}[{number}]", group, names.dns_label)
        if group in groups[:number]:
            errors.append(duplicate(f"{place}[{number}]", group))
    return errors


def _holder_errors(path: str, holder: Document, name_field: str, release: Release) -> FieldErrors:
    """A set, or what is consumed of one: a name and counters."""
    name, counters = holder.get(name_field, ""), holder.get("counters", {})
    errors = names.named(f"{path}.{name_field}", name, names.dns_label) if name else [required(f"{path}.{name_field}")]
    if not counters:
        return [*errors, required(f"{path}.counters")]
    if len(counters) > MAX_COUNTERS and release >= MODERN:
        errors = [*errors, too_many(f"{path}.counters", len(counters), MAX_COUNTERS)]
        if release < DECLARATIVE:
            return errors
    for counter in counters:
        place = f"{path}.counters" if release >= MODERN else f"{path}.counters[{counter}]"
        errors += names.named(place, counter, names.dns_label)
    return errors


def slice_counter_errors(path: str, devices: list[Document], sets: list[Document], release: Release) -> FieldErrors:
    """The sums that 1.34 limits."""
    if release >= MODERN:
        return []
    consumed = sum(len(entry.get("counters", {})) for device in devices for entry in device.get("consumesCounters", ()))
    shared = sum(len(entry.get("counters", {})) for entry in sets)
    errors: FieldErrors = []
    if consumed > _MAX_DEVICE_COUNTERS_OF_SLICE:
        limit = f"the total number of counters in devices must not exceed {_MAX_DEVICE_COUNTERS_OF_SLICE}"
        errors.append(invalid(f"{path}.devices", consumed, limit))
    if shared > MAX_COUNTERS:
        errors.append(invalid(f"{path}.sharedCounters", shared, f"the total number of shared counters must not exceed {MAX_COUNTERS}"))
    return errors


def consumption_limit_errors(path: str, device: Document, spec: Document, release: Release) -> FieldErrors:
    """How many counters a device may consume in 1.34, and that its slice declares them."""
    if release >= MODERN:
        return []
    declared = {entry.get("name", ""): entry.get("counters", {}) for entry in spec.get("sharedCounters", ())}
    consumptions = device.get("consumesCounters", ())
    errors: FieldErrors = []
    number = sum(len(entry.get("counters", {})) for entry in consumptions)
    if number > MAX_COUNTERS:
        errors.append(invalid(path, number, f"the total number of counters must not exceed {MAX_COUNTERS}"))
    for index, entry in enumerate(consumptions):
        place, name = f"{path}.consumesCounters[{index}]", entry.get("counterSet", "")
        if name not in declared:
            errors.append(invalid(f"{place}.counterSet", name, "must reference a counterSet defined in the ResourceSlice sharedCounters"))
            continue
        rule = "must reference a counter defined in the ResourceSlice sharedCounters"
        errors += [invalid(f"{place}.counters", counter, rule) for counter in entry.get("counters", {}) if counter not in declared[name]]
    return errors
