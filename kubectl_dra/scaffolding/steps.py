"""Options in the order in which they were typed → Wanted: each option belongs to the request, or the alternative, before it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from kubectl_dra.scaffolding.wanted import Comparison, Condition, Unwritable, Wanted, WantedDevices, WantedRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_DEVICES: Final = 32

Step = tuple[str, str]
"""The name of an option without its dashes, and its value; empty for a switch."""


def read_steps(steps: Iterable[Step]) -> tuple[tuple[WantedRequest, ...], tuple[str, ...], tuple[str, ...]]:
    """Requests, attributes that are to be the same, attributes that are to be distinct. Raises :class:`Unwritable`."""
    reading = _Reading()
    for option, value in steps:
        reading.take(option, value)
    return reading.requests(), tuple(reading.same), tuple(reading.distinct)


def wanted_of(steps: Iterable[Step], **objects: str | bool) -> Wanted:
    """Everything that was asked for; ``objects`` are the fields of :class:`Wanted` that say what is to be written."""
    requests, same, distinct = read_steps(steps)
    return Wanted(requests=requests, same=same, distinct=distinct, **objects)  # type: ignore[arg-type]


class _Reading:
    """The request that is being described, and those before it."""

    def __init__(self) -> None:
        self.same: list[str] = []
        self.distinct: list[str] = []
        self._done: list[list[WantedDevices]] = []
        self._names: list[str] = []

    def take(self, option: str, value: str) -> None:
        """One option."""
        if option in _STARTS:
            self._start(option, value)
        elif option == "or":
            self._current()
            self._done[-1].append(WantedDevices(class_name=value))
        elif option in {"same", "distinct"}:
            (self.same if option == "same" else self.distinct).append(value)
        else:
            self._done[-1 if self._done else self._begin()][-1] = _CHANGES[option](self._current(), value)

    def _start(self, option: str, value: str) -> None:
        name, equals, class_name = value.partition("=")
        if option == "request":
            if not equals or not name or not class_name:
                raise Unwritable(f"--request {value} is not NAME=CLASS")
            self._names.append(name)
            self._done.append([WantedDevices(class_name=class_name)])
            return
        if self._done and self._done[-1][-1].class_name:
            raise Unwritable(
                f"--class {value} names a second class; --request NAME=CLASS begins another request, --or CLASS an alternative"
            )
        if not self._done:
            self._begin()
        self._done[-1][-1] = dataclasses.replace(self._done[-1][-1], class_name=value)

    def _begin(self) -> int:
        self._names.append("")
        self._done.append([WantedDevices()])
        return -1

    def _current(self) -> WantedDevices:
        if not self._done:
            self._begin()
        return self._done[-1][-1]

    def requests(self) -> tuple[WantedRequest, ...]:
        """The requests, each with a name."""
        if not self._done:
            raise Unwritable("what is wanted is said by --class NAME, --like NODE/DEVICE or --request NAME=CLASS")
        names: list[str] = []
        for name, alternatives in zip(self._names, self._done, strict=True):
            names.append(unique(name or label_of(alternatives[0].class_name or "device"), names))
        return tuple(
            WantedRequest(name=name, alternatives=_named(alternatives)) for name, alternatives in zip(names, self._done, strict=True)
        )


def _named(alternatives: list[WantedDevices]) -> tuple[WantedDevices, ...]:
    names: list[str] = []
    for alternative in alternatives:
        names.append(unique(label_of(alternative.class_name or "device"), names))
    return tuple(dataclasses.replace(one, name=name) for one, name in zip(alternatives, names, strict=True))


def label_of(class_name: str) -> str:
    """The first part of a class's name, which is a DNS label: ``gpu`` of ``gpu.example.com``."""
    return class_name.partition(".")[0]


def unique(name: str, taken: Iterable[str]) -> str:
    """``name``, or ``name-2`` … where it is taken."""
    names = set(taken)
    number = 2
    candidate = name
    while candidate in names:
        candidate, number = f"{name}-{number}", number + 1
    return candidate


def _pair(option: str, value: str) -> tuple[str, str]:
    name, equals, amount = value.partition("=")
    if not equals or not name or not amount:
        raise Unwritable(f"--{option} {value} is not NAME=VALUE")
    return name, amount


def _count(devices: WantedDevices, value: str) -> WantedDevices:
    if not value.isdigit() or not 0 < int(value) <= MAX_DEVICES:
        raise Unwritable(f"--count {value} is not a number from 1 to {MAX_DEVICES}, the most devices that a claim can have")
    return dataclasses.replace(devices, count=int(value))


def _with(devices: WantedDevices, value: str) -> WantedDevices:
    name, equals, wanted = value.partition("=")
    if not equals and not devices.like:
        raise Unwritable(f"--with {value} takes its value from a device, and no --like NODE/DEVICE stands before it")
    condition = Condition(name=name, value=wanted if equals else None)
    return dataclasses.replace(devices, conditions=(*devices.conditions, condition))


def _min(devices: WantedDevices, value: str) -> WantedDevices:
    name, amount = _pair("min", value)
    condition = Condition(name=name, value=amount, comparison=Comparison.AT_LEAST)
    return dataclasses.replace(devices, conditions=(*devices.conditions, condition))


_STARTS = ("class", "request")
_CHANGES: Mapping[str, Callable[[WantedDevices, str], WantedDevices]] = {
    "count": _count,
    "all": lambda devices, _: dataclasses.replace(devices, wants_all=True),
    "like": lambda devices, value: dataclasses.replace(devices, like=value),
    "with": _with,
    "min": _min,
    "where": lambda devices, value: dataclasses.replace(devices, where=(*devices.where, value)),
    "capacity": lambda devices, value: dataclasses.replace(devices, capacity=(*devices.capacity, _pair("capacity", value))),
    "tolerate": lambda devices, _: dataclasses.replace(devices, tolerates=True),
    "admin": lambda devices, _: dataclasses.replace(devices, is_admin=True),
}
