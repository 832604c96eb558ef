"""Wanted + Supply → Plan: every request with its class, its selectors, and the devices that they leave."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kubectl_dra.scaffolding.selectors import Bound, Selector, selectors_of
from kubectl_dra.scaffolding.steps import label_of, unique
from kubectl_dra.scaffolding.supply import ATTRIBUTES, CAPACITY, Property
from kubectl_dra.scaffolding.wanted import Unwritable

if TYPE_CHECKING:
    from kubectl_dra.scaffolding.supply import Supply
    from kubectl_dra.scaffolding.wanted import Wanted, WantedDevices, WantedRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedDevices:
    """One sort of devices: what was asked for, the class, the selectors, and which devices match (of those the class lets through).

    ``capacity`` pairs keys as the devices have them with amounts; ``tolerated`` are the keys of device taints that are tolerated.
    """

    wanted: WantedDevices
    name: str
    class_name: str
    selectors: tuple[Selector, ...]
    bounds: tuple[Bound, ...]
    of_class: tuple[int, ...]
    matching: tuple[int, ...]
    capacity: tuple[tuple[str, str], ...] = ()
    tolerated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedRequest:
    """A request and its alternatives, one where there are none."""

    name: str
    alternatives: tuple[PlannedDevices, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that is written: requests, and the full names of attributes that must be the same, or distinct."""

    wanted: Wanted
    requests: tuple[PlannedRequest, ...]
    same: tuple[str, ...]
    distinct: tuple[str, ...]

    def matching(self) -> tuple[int, ...]:
        """The devices that any request matches."""
        return tuple(dict.fromkeys(index for request in self.requests for one in request.alternatives for index in one.matching))


def plan(wanted: Wanted, supply: Supply) -> Plan:
    """What to write. Raises :class:`Unwritable` for names that nothing has, and for selectors that fail."""
    names: list[str] = []
    requests = []
    for request in wanted.requests:
        planned = _request(request, supply, names, is_forced=wanted.is_forced)
        names.append(planned.name)
        requests.append(planned)
    every = tuple(dict.fromkeys(index for request in requests for one in request.alternatives for index in one.matching))
    if not every:
        every = tuple(index for request in requests for one in request.alternatives for index in one.of_class)
    return Plan(
        wanted=wanted,
        requests=tuple(requests),
        same=tuple(_constraint(name, supply, every).qualified for name in wanted.same),
        distinct=tuple(_constraint(name, supply, every).qualified for name in wanted.distinct),
    )


def _constraint(name: str, supply: Supply, devices: tuple[int, ...]) -> Property:
    return supply.find_property(name, devices, (ATTRIBUTES,))


def _request(request: WantedRequest, supply: Supply, taken: list[str], *, is_forced: bool) -> PlannedRequest:
    alternatives: list[PlannedDevices] = []
    for one in request.alternatives:
        class_name = one.class_name or _class_of(one, supply)
        names = [planned.name for planned in alternatives]
        name = one.name if one.class_name else label_of(class_name)
        alternatives.append(_devices(one, class_name, unique(name, names), supply, is_forced=is_forced))
    _require_reachable(alternatives)
    name = request.name if request.alternatives[0].class_name else unique(alternatives[0].name, taken)
    return PlannedRequest(name=name, alternatives=tuple(alternatives))


def _require_reachable(alternatives: list[PlannedDevices]) -> None:
    """Raise :class:`Unwritable` for an alternative that asks for nothing which an earlier one would not get first."""
    for number, later in enumerate(alternatives):
        for earlier in alternatives[:number]:
            is_wider = set(earlier.matching) >= set(later.matching) and earlier.class_name == later.class_name
            if is_wider and earlier.wanted.count <= later.wanted.count and earlier.wanted.wants_all == later.wanted.wants_all:
                text = f"--or {later.class_name} is never reached: what comes before it takes the same devices, and no more of them"
                raise Unwritable(text)


def _class_of(wanted: WantedDevices, supply: Supply) -> str:
    if not wanted.like:
        raise Unwritable("what is wanted is said by --class NAME, --like NODE/DEVICE or --request NAME=CLASS")
    classes = supply.classes_of(supply.find_device(wanted.like))
    if not classes:
        raise Unwritable(f"no DeviceClass lets {wanted.like} through, so no claim can ask for it", is_usage=False)

    # The widest class of one driver is the one that the driver means for everybody.
    def is_of_one_driver(name: str) -> bool:
        return len({driver for driver, _ in supply.devices(supply.of_class(name))}) == 1

    return max(classes, key=lambda name: (is_of_one_driver(name), len(supply.of_class(name))))


def _devices(wanted: WantedDevices, class_name: str, name: str, supply: Supply, *, is_forced: bool) -> PlannedDevices:
    of_class = supply.of_class(class_name)
    selectors, bounds = selectors_of(wanted, supply, of_class, is_forced=is_forced)
    matching = supply.selected(of_class, [selector.expression for selector in selectors])
    return PlannedDevices(
        wanted=wanted,
        name=name,
        class_name=class_name,
        selectors=selectors,
        bounds=bounds,
        of_class=of_class,
        matching=matching,
        capacity=tuple((_capacity_key(capacity, supply, matching or of_class), amount) for capacity, amount in wanted.capacity),
        tolerated=_taint_keys(supply, matching) if wanted.tolerates else (),
    )


def _capacity_key(name: str, supply: Supply, devices: tuple[int, ...]) -> str:
    """The key as the devices write it: the allocator compares keys letter for letter."""
    found = supply.find_property(name, devices, (CAPACITY,))
    keys = [found.key_of(driver, device) for driver, device in supply.devices(devices)]
    return next(key for key in keys if key)


def _taint_keys(supply: Supply, devices: tuple[int, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(taint.key for _, device in supply.devices(devices) for taint in device.taints if taint.effect != "None"))
