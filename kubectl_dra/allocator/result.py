"""What one allocation attempt on one node ends in: devices for every claim, or why there are none."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.allocator.requests import RequestView
    from kubectl_dra.api.resource import AllocationResult, Device, ResourceSlice
    from kubectl_dra.apimachinery.quantity import Quantity
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.inventory.inventory import DeviceID


class ChosenDevice(msgspec.Struct, frozen=True, kw_only=True):
    """A device that the search took for a request; ``consumed_capacity`` is None unless the device is shared."""

    request: RequestView
    id: DeviceID
    device: Device
    slice_: ResourceSlice
    consumed_capacity: dict[str, Quantity] | None = None


class Allocation:
    """The claims fit on the node. What they get is worked out when it is asked for, since most callers ask for few of many nodes."""

    __slots__ = ("_devices", "_make_devices", "_make_results", "_results")

    def __init__(
        self,
        make_devices: Callable[[], tuple[tuple[ChosenDevice, ...], ...]],
        make_results: Callable[[tuple[tuple[ChosenDevice, ...], ...]], tuple[AllocationResult, ...]],
    ) -> None:
        self._make_devices = make_devices
        self._make_results = make_results
        self._devices: tuple[tuple[ChosenDevice, ...], ...] | None = None
        self._results: tuple[AllocationResult, ...] | None = None

    @property
    def devices(self) -> tuple[tuple[ChosenDevice, ...], ...]:
        """The devices of each claim, in the order in which they were taken."""
        if self._devices is None:
            self._devices = self._make_devices()
        return self._devices

    @property
    def results(self) -> tuple[AllocationResult, ...]:
        """What is written into each claim's status."""
        if self._results is None:
            self._results = self._make_results(self.devices)
        return self._results


class NoAllocation(msgspec.Struct, frozen=True, kw_only=True):
    """The claims do not fit on the node: ``cannot allocate all claims``."""


class InvalidPools(msgspec.Struct, frozen=True, kw_only=True):
    """The claims do not fit on the node, and it has invalid pools: ``invalid resource pools were encountered`` (node-local)."""


class ErrorKind(enum.Enum):
    """What a fatal error is about."""

    NODE_SELECTOR = "a node selector that cannot be parsed"
    FEATURE_DISABLED = "a field whose feature is off"
    SELECTOR_UNKNOWN = "a selector of unknown kind"
    CLASS_NOT_NAMED = "a request without class"
    CLASS_NOT_FOUND = "a class that does not exist"
    COUNT_TOO_LARGE = "a count beyond what the scheduler's machine can count; not on machines of 64 bits"
    POOL_INCOMPLETE = "all devices asked for while a pool is incomplete"
    POOL_INVALID = "a pool that is invalid"
    MODE_UNKNOWN = "an allocation mode of unknown kind"
    TOO_MANY_DEVICES = "more devices than a claim can hold"
    CONSTRAINT_UNKNOWN = "a constraint of unknown kind"
    CONSTRAINT_OF_ALL = "a constraint that not all of all devices satisfy"
    CEL_COMPILE = "a selector that does not compile"
    CEL_RUNTIME = "a selector that fails on a device"
    DERIVED_ATTRIBUTE = "a derived attribute that fails"
    CAPACITY = "an amount of capacity that cannot be computed"
    CRASH = "a defect of the release that ends the scheduler"


class AllocationError(msgspec.Struct, frozen=True, kw_only=True):
    """A fatal error: it ends the pod's whole scheduling attempt. ``text`` is upstream's.

    What it is about is told as far as it is known: the request, the pool (``DRIVER/POOL``), the device, and for selectors the class (empty:
    the request's own), the index and the expression.
    """

    text: str
    kind: ErrorKind
    request: RequestView | None = None
    pool: str = ""
    device: DeviceID | None = None
    class_name: str = ""
    selector_index: int | None = None
    constraint_index: int | None = None
    expression: str = ""
    error: CelError | None = None


class CannotTell(msgspec.Struct, frozen=True, kw_only=True):
    """Upstream has an answer, and this program does not know it; ``text`` says what is missing."""

    text: str


Outcome: TypeAlias = Allocation | NoAllocation | InvalidPools | AllocationError | CannotTell
