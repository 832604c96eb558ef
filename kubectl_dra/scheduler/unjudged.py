"""Pod → the plugins that this program does not follow, and that may refuse it on a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.scheduler.reasons import Plugin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.core import Pod

_RESTARTS_ALL = "RestartAllContainers"


def unjudged_plugins(pod: Pod) -> tuple[Plugin, ...]:
    """The plugins that would have to be asked about the pod.

    Those of volumes, where it has some that bind it to nodes; NodeDeclaredFeatures, where it needs what not every kubelet can do: of all
    that this plugin looks at, only a restart of all containers is on by default in a followed release (1.36, 1.37).
    """
    return tuple(_plugins(pod))


def _plugins(pod: Pod) -> Iterator[Plugin]:
    if any(volume.persistent_volume_claim or volume.ephemeral or volume.csi for volume in pod.spec.volumes):
        yield Plugin.VOLUMES
    containers = (*pod.spec.containers, *pod.spec.init_containers)
    if any(rule.action == _RESTARTS_ALL for container in containers for rule in container.restart_policy_rules):
        yield Plugin.NODE_DECLARED_FEATURES
