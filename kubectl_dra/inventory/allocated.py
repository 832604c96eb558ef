"""ResourceClaim statuses → AllocatedState: which devices and shares are held, how much of their capacity, and by whom.

Upstream: ``dynamicresources/allocateddevices.go`` ``foreachAllocatedDevice`` and ``structured/schedulerapi/types.go``.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.apimachinery.quantity import Quantity, read_quantity
from kubectl_dra.inventory.inventory import DeviceID

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import DeviceRequestAllocationResult, ResourceClaim


class Holder(msgspec.Struct, frozen=True, kw_only=True):
    """A claim that has a device in its allocation, and for which of its requests."""

    claim: NamespacedName
    request: str
    share_id: str | None = None
    admin_access: bool = False
    """Admin access uses the device without holding it."""


class SharedDeviceID(NamedTuple):
    """One share of a device."""

    device: DeviceID
    share_id: str


class AllocatedState(msgspec.Struct, frozen=True, kw_only=True):
    """What allocated claims hold: upstream's ``AllocatedState``, and beside it who holds it.

    ``aggregated_capacity`` maps a shared device to what its shares consume together, by capacity name.
    """

    devices: frozenset[DeviceID] = frozenset()
    shares: frozenset[SharedDeviceID] = frozenset()
    aggregated_capacity: Mapping[DeviceID, Mapping[str, Quantity]] = MappingProxyType({})
    holders: Mapping[DeviceID, tuple[Holder, ...]] = MappingProxyType({})
    shared_devices: frozenset[DeviceID] = frozenset()
    """Devices of ``shares``."""

    def is_allocated(self, device: DeviceID) -> bool:
        """Whether someone holds the device, whole or in part (upstream: ``IsDeviceAllocated``)."""
        return device in self.devices or device in self.shared_devices or device in self.aggregated_capacity

    def is_shared(self, device: DeviceID) -> bool:
        """Whether someone holds a share of the device."""
        return device in self.shared_devices or device in self.aggregated_capacity

    def pools(self) -> frozenset[tuple[str, str]]:
        """Driver and pool of everything that is held."""
        return frozenset(device[:2] for device in (*self.devices, *self.shared_devices, *self.aggregated_capacity))

    def holders_of(self, device: DeviceID) -> tuple[Holder, ...]:
        """The claims whose allocation has the device, those with admin access included."""
        return self.holders.get(device, ())

    def held_by(self, device: DeviceID) -> tuple[Holder, ...]:
        """The claims that hold the device; admin access holds nothing."""
        return tuple(holder for holder in self.holders_of(device) if not holder.admin_access)


NOTHING_ALLOCATED = AllocatedState()


def allocated_state(claims: Iterable[ResourceClaim], *, consumable_capacity: bool = True) -> AllocatedState:
    """What these claims hold; without the DRAConsumableCapacity feature a share counts as the whole device.

    Results with admin access hold nothing. Raises QuantityError for consumed capacity that is no quantity.
    """
    return with_claims(NOTHING_ALLOCATED, claims, consumable_capacity=consumable_capacity)


def with_claims(state: AllocatedState, claims: Iterable[ResourceClaim], *, consumable_capacity: bool = True) -> AllocatedState:
    """``state`` with what these claims hold besides."""
    devices, shares = set(state.devices), set(state.shares)
    capacity = {device: dict(consumed) for device, consumed in state.aggregated_capacity.items()}
    holders = {device: list(those) for device, those in state.holders.items()}
    for claim in claims:
        for result in claim.status.allocation.devices.results if claim.status.allocation else ():
            device = DeviceID(result.driver, result.pool, result.device)
            holders.setdefault(device, []).append(_holder(claim, result))
            if result.admin_access:
                continue
            if consumable_capacity and result.share_id is not None:
                shares.add(SharedDeviceID(device, result.share_id))
                if result.consumed_capacity:
                    _add(capacity.setdefault(device, {}), result)
            else:
                devices.add(device)
    return AllocatedState(
        devices=frozenset(devices),
        shares=frozenset(shares),
        aggregated_capacity=capacity,
        holders={device: tuple(those) for device, those in holders.items()},
        shared_devices=frozenset(share.device for share in shares),
    )


def _holder(claim: ResourceClaim, result: DeviceRequestAllocationResult) -> Holder:
    return Holder(
        claim=claim.metadata.key,
        request=result.request,
        share_id=result.share_id,
        admin_access=bool(result.admin_access),
    )


def _add(consumed: dict[str, Quantity], result: DeviceRequestAllocationResult) -> None:
    for name, amount in result.consumed_capacity.items():
        quantity = read_quantity(amount)
        consumed[name] = consumed[name].add(quantity) if name in consumed else quantity
