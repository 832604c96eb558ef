"""What a person asks for, as values: requests with their conditions, alternatives, constraints, and the objects to write."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Unwritable(ValueError):
    """What was asked for cannot be written; the message says why in one sentence. ``is_usage`` tells of words that mean nothing."""

    def __init__(self, message: str, *, is_usage: bool = True) -> None:
        super().__init__(message)
        self.message = message
        self.is_usage = is_usage


class Comparison(enum.Enum):
    """How a condition compares."""

    EQUAL = "equal"
    AT_LEAST = "at least"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """``--with NAME[=VALUE]`` or ``--min NAME=VALUE``.

    Without a value, that of the ``--like`` device is meant. ``comparison`` is None where the kind of thing decides: an attribute is equal,
    a capacity at least that.
    """

    name: str
    value: str | None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedDevices:
    """Devices of one class: how many (``wants_all``: all), like which, on what conditions.

    ``class_name`` is empty where the ``like`` device decides it. ``where`` are CEL expressions as they were given, ``capacity`` what is
    to be taken of shared devices.
    """

    name: str = ""
    class_name: str = ""
    count: int = 1
    wants_all: bool = False
    like: str = ""
    conditions: tuple[Condition, ...] = ()
    where: tuple[str, ...] = ()
    capacity: tuple[tuple[str, str], ...] = ()
    tolerates: bool = False
    is_admin: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedRequest:
    """A request: one sort of devices, or several of which the first available is taken."""

    name: str
    alternatives: tuple[WantedDevices, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Everything that was asked for.

    ``same`` and ``distinct`` are attributes that all devices must share, or no two may. ``name`` and ``namespace`` are empty where none was
    given. ``consumer`` is empty, or ``Pod``, ``Deployment`` or ``Job``.
    """

    requests: tuple[WantedRequest, ...]
    same: tuple[str, ...] = ()
    distinct: tuple[str, ...] = ()
    name: str = ""
    namespace: str = ""
    is_claim: bool = False
    consumer: str = ""
    api_version: str = ""
    is_forced: bool = False
    """Whether values that no device has are written all the same."""
