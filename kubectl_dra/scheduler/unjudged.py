"""Pod → the plugins between NodeResourcesFit and DynamicResources that this program does not follow, and that may refuse it on a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.scheduler.reasons import Plugin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.scheduler.nodeinfo import NodeInfo
    from kubectl_dra.scheduler.snapshot import Snapshot


def unjudged_plugins(snapshot: Snapshot, pod: Pod) -> Callable[[NodeInfo], tuple[Plugin, ...]]:
    """For a node, the plugins that would have to be asked about the pod."""
    everywhere = tuple(_plugins_for(pod))
    return lambda node: everywhere


def _plugins_for(pod: Pod) -> Iterator[Plugin]:
    if any(volume.persistent_volume_claim or volume.ephemeral or volume.csi for volume in pod.spec.volumes):
        yield Plugin.VOLUMES
    if any(constraint.when_unsatisfiable == "DoNotSchedule" for constraint in pod.spec.topology_spread_constraints):
        yield Plugin.POD_TOPOLOGY_SPREAD
