"""Claims × node × context → Outcome: depth-first over claims, requests and devices.

Upstream: ``Allocate`` and ``allocateOne`` in ``allocator_experimental.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.allocator.context import AllocatorContext
    from kubectl_dra.allocator.obstacles import Obstacle
    from kubectl_dra.allocator.result import Outcome
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import ResourceClaim


def allocate(claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> Outcome:
    """What the allocator says about these claims (of one pod, in order) on this node."""
    raise NotImplementedError


def allocate_without(obstacles: frozenset[Obstacle], claims: Sequence[ResourceClaim], node: Node, context: AllocatorContext) -> Outcome:
    """What it would say if these obstacles were not there."""
    raise NotImplementedError
