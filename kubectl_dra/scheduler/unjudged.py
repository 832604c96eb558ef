"""Pod → the plugins that this program does not follow, and that may refuse it on a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.scheduler.reasons import Plugin

if TYPE_CHECKING:
    from kubectl_dra.api.core import Pod


def unjudged_plugins(pod: Pod) -> tuple[Plugin, ...]:
    """The plugins that would have to be asked about the pod: those of volumes, where it has some that bind it to nodes."""
    binds = any(volume.persistent_volume_claim or volume.ephemeral or volume.csi for volume in pod.spec.volumes)
    return (Plugin.VOLUMES,) if binds else ()
