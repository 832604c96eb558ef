"""Inventory → the pods to explain: those that wait and ask for devices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.inventory.podclaims import wanted_extended_resources

if TYPE_CHECKING:
    from kubectl_dra.api.core import Pod
    from kubectl_dra.diagnosis.scene import Scene

_ENDED = frozenset({"Succeeded", "Failed"})


def asks_for_devices(scene: Scene, pod: Pod) -> bool:
    """Whether the pod names claims or templates, or asks for an extended resource that DRA backs or nobody does."""
    if pod.spec.resource_claims or pod.status.extended_resource_claim_status:
        return True
    if not _may_want_extended_resources(pod):
        return False
    wanted = wanted_extended_resources(pod, scene.snapshot.release)
    return any(name in scene.snapshot.backing_classes or name not in _offered(scene) for name in wanted)


def _may_want_extended_resources(pod: Pod) -> bool:
    containers = (*pod.spec.containers, *pod.spec.init_containers)
    return any("/" in name for container in containers for name in container.resources.requests)


def _offered(scene: Scene) -> frozenset[str]:
    return frozenset(name for node in scene.inventory.nodes.values() for name in node.status.allocatable)


def is_waiting(pod: Pod) -> bool:
    """Whether the pod has not ended, and does not run."""
    return pod.status.phase not in _ENDED and pod.status.phase != "Running" and not pod.metadata.deletion_timestamp


def waiting_pods(scene: Scene, namespace: str | None) -> tuple[Pod, ...]:
    """The waiting pods of a namespace (None: of all) that ask for devices."""
    pods = (pod for key, pod in sorted(scene.inventory.pods.items()) if namespace in (None, key.namespace))
    return tuple(pod for pod in pods if is_waiting(pod) and asks_for_devices(scene, pod))
