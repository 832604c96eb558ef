"""A claim that is about to be generated → the inventory with its namespace's quotas charged for it, or that a quota refuses it.

Upstream: ``staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.apimachinery.quantity import QuantityError, from_int, read_quantity
from kubectl_dra.diagnosis.quotas import cost_of, excess_of
from kubectl_dra.inventory.whatif import with_objects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kubectl_dra.api.core import ResourceQuota
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.inventory.inventory import Inventory


def charged(inventory: Inventory, claim: ResourceClaim) -> Inventory | None:
    """The inventory after the claim was created, as far as quotas go; None where one of them refuses it."""
    namespace = claim.metadata.namespace
    if excess_of(inventory, namespace, claim.spec) is not None:
        return None
    quotas = (quota for key, quota in inventory.resource_quotas.items() if key.namespace == namespace)
    costs = cost_of(claim.spec)
    changed = [_charged(quota, costs) for quota in quotas if quota.status.hard.keys() & costs.keys()]
    return with_objects(inventory, *changed) if changed else inventory


def _charged(quota: ResourceQuota, costs: Mapping[str, int]) -> ResourceQuota:
    used = dict(quota.status.used)
    for resource in quota.status.hard.keys() & costs.keys():
        try:
            used[resource] = str(read_quantity(used.get(resource, "0")).add(from_int(costs[resource])))
        except QuantityError:
            continue
    return msgspec.structs.replace(quota, status=msgspec.structs.replace(quota.status, used=used))
