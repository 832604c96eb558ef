"""What a claim costs of a ResourceQuota → which quota refuses it.

Upstream: ``pkg/quota/v1/evaluator/core/resource_claims.go``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.api.core import ResourceQuota
    from kubectl_dra.api.resource import DeviceSubRequest, ExactDeviceRequest, ResourceClaim, ResourceClaimSpec
    from kubectl_dra.inventory.inventory import Inventory

ALL_COUNTS_AS = 32
"""What ``allocationMode: All`` costs, the most that a claim can hold."""

_CLAIMS = "count/resourceclaims.resource.k8s.io"
_DEVICES = ".deviceclass.resource.k8s.io/devices"
_SAID = re.compile(r"exceeded quota: (?P<quota>[^,]+), requested: (?P<requested>\S+), used: (?P<used>\S+), limited: (?P<limit>\S+)")


class Excess(NamedTuple):
    """A quota that refuses: its name, the resource, and the amounts."""

    quota: str
    resource: str
    requested: str
    used: str
    limit: str


def cost_of(spec: ResourceClaimSpec) -> Mapping[str, int]:
    """What a claim costs, by quota resource."""
    costs = {_CLAIMS: 1}
    for request in spec.devices.requests:
        wanted: tuple[ExactDeviceRequest | DeviceSubRequest, ...] = (request.exactly,) if request.exactly else request.first_available
        most: dict[str, int] = {}
        for one in wanted:
            amount = ALL_COUNTS_AS if one.allocation_mode == "All" else one.count or 1
            most[one.device_class_name] = max(most.get(one.device_class_name, 0), amount)
        for name, amount in most.items():
            costs[name + _DEVICES] = costs.get(name + _DEVICES, 0) + amount
    return costs


def excess_of(inventory: Inventory, namespace: str, spec: ResourceClaimSpec) -> Excess | None:
    """The first quota of the namespace that has no room for a claim with this spec, as far as its status is filled."""
    costs = cost_of(spec)
    for quota in (quota for key, quota in sorted(inventory.resource_quotas.items()) if key.namespace == namespace):
        for excess in _excesses(quota, costs):
            return excess
    return None


def _excesses(quota: ResourceQuota, costs: Mapping[str, int]) -> Iterator[Excess]:
    for resource, limit in quota.status.hard.items():
        if resource not in costs:
            continue
        used = quota.status.used.get(resource, "0")
        try:
            left = read_quantity(limit).value() - read_quantity(used).value()
        except QuantityError:
            continue
        if costs[resource] > left:
            yield Excess(quota.metadata.name, resource, str(costs[resource]), str(used), str(limit))


def excess_said(message: str) -> Excess | None:
    """The quota that an API server's refusal names; None where it speaks of none."""
    found = _SAID.search(message)
    if not found:
        return None
    requested, used, limit = (dict(_pairs(found[name])) for name in ("requested", "used", "limit"))
    resource = next(iter(requested), "")
    return Excess(found["quota"], resource, requested.get(resource, ""), used.get(resource, ""), limit.get(resource, ""))


def _pairs(text: str) -> Iterator[tuple[str, str]]:
    for part in text.split(","):
        name, _, amount = part.rpartition("=")
        yield name, amount


def users_of(inventory: Inventory, namespace: str, resource: str) -> tuple[ResourceClaim, ...]:
    """The claims of a namespace that count for a quota resource."""
    claims = (claim for key, claim in sorted(inventory.resource_claims.items()) if key.namespace == namespace)
    return tuple(claim for claim in claims if resource in cost_of(claim.spec))
