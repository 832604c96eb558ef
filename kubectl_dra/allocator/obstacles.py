"""Obstacles that can be taken away, to find out what stands between a pod and its devices.

Each is one way to make the same claims easier on the same cluster; the search runs again on what is left.
"""

from __future__ import annotations

import enum


class Obstacle(enum.StrEnum):
    """What may be taken away, alone or together with others."""

    IN_USE = "inUse"
    """Everything that other claims hold."""
    REQUEST_SELECTORS = "requestSelectors"
    CLASS_SELECTORS = "classSelectors"
    TAINTS = "taints"
    CONSTRAINTS = "constraints"
    COUNTERS = "counters"
    """What devices consume of counters."""
    CAPACITY_REQUESTS = "capacityRequests"
    REQUEST_POLICIES = "requestPolicies"
    BINDING_CONDITIONS = "bindingConditions"
    OTHER_NODES = "otherNodes"
    """Node restrictions of slices and devices."""
    INCOMPLETE_POOLS = "incompletePools"
    INVALID_POOLS = "invalidPools"
    COUNTS = "counts"
    """Every request asks for one device."""
    OTHER_CLAIMS = "otherClaims"
    """Only the first claim is left."""
    OTHER_REQUESTS = "otherRequests"
    """Only the first request of each claim is left, and no constraint."""
