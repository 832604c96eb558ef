"""Slices, classes, allocated state, behaviour → AllocatorContext: what one allocator knows, and what it remembers between nodes and pods."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.allocator.obstacles import Obstacle
    from kubectl_dra.api.resource import DeviceClass, ResourceSlice
    from kubectl_dra.inventory.allocated import AllocatedState
    from kubectl_dra.releases.behaviour import Behaviour


class AllocatorContext:
    """One allocator (upstream: ``Allocator``): made once for a state of the cluster, used for all its nodes and pods.

    ``slices`` have taint rules merged in already. It never changes what it answers; what it keeps are caches.
    """

    behaviour: Behaviour
    classes: Mapping[str, DeviceClass]
    allocated: AllocatedState

    def __init__(
        self,
        *,
        slices: Iterable[ResourceSlice],
        classes: Mapping[str, DeviceClass],
        allocated: AllocatedState,
        behaviour: Behaviour,
    ) -> None:
        raise NotImplementedError

    def with_allocated(self, allocated: AllocatedState) -> AllocatorContext:
        """The same cluster with other devices taken; what is remembered of slices and selectors is shared."""
        raise NotImplementedError

    def without(self, obstacles: frozenset[Obstacle]) -> AllocatorContext:
        """The same cluster without these obstacles, as far as they are the cluster's and not the claims'."""
        raise NotImplementedError
