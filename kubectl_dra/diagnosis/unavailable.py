"""Claims that are allocated for nodes where the pod cannot be → facts: which nodes, who uses the claim there, what keeps the pod away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.diagnosis import changes
from kubectl_dra.diagnosis.binding import is_reserved_for
from kubectl_dra.diagnosis.nodes import node_facts
from kubectl_dra.diagnosis.placed import held_devices
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.findings import prose
from kubectl_dra.scheduler.filters import matches_node
from kubectl_dra.scheduler.reasons import Plugin

if TYPE_CHECKING:
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.scheduler.dynamicresources import PodDevices

_ROOM = frozenset({Plugin.NODE_RESOURCES_FIT})


def unavailable_claims(scene: Scene, pod: Pod, devices: PodDevices, cases: Cases) -> tuple[Facts, ...]:
    """What an allocated claim's nodes have against the pod; nothing where no allocated claim limits it."""
    pinned = [
        claim for claim in devices.claims if claim.status.allocation is not None and claim.status.allocation.node_selector is not None
    ]
    for claim in pinned:
        usable = [case for case in cases.judged if _is_usable(scene, claim, case)]
        if all(case.refusals for case in usable):
            return _refused_there(scene, pod, claim, usable)
    return ()


def _is_usable(scene: Scene, claim: ResourceClaim, case: Case) -> bool:
    allocation = claim.status.allocation
    del scene
    return allocation is not None and (allocation.node_selector is None or matches_node(allocation.node_selector, case.node))


def _refused_there(scene: Scene, pod: Pod, claim: ResourceClaim, usable: list[Case]) -> tuple[Facts, ...]:
    plugins = tuple(dict.fromkeys(refusal.plugin for case in usable for refusal in case.refusals))
    if usable and set(plugins) <= _ROOM:
        return (node_facts(scene, pod, usable, Plugin.NODE_RESOURCES_FIT), _pinned(scene, pod, claim, usable))
    return (_pinned(scene, pod, claim, usable), *(node_facts(scene, pod, usable, plugin) for plugin in plugins))


def _why_not(case: Case) -> str:
    from kubectl_dra.diagnosis.nodes import refusal_text  # noqa: PLC0415 - one finding of many

    refusals = [refusal_text(refusal) for refusal in case.refusals]
    return f"{prose.listed(case.nodes)}: {prose.listed(refusals)}"


def _pinned(scene: Scene, pod: Pod, claim: ResourceClaim, usable: list[Case]) -> Facts:
    from kubectl_dra.findings.dra207_claim_pinned_to_other_node import ClaimPinnedToOtherNode  # noqa: PLC0415

    nodes = tuple(name for case in usable for name in case.nodes)
    since = claim.status.allocation.allocation_timestamp if claim.status.allocation else ""
    users = [user for user in scene.consumers(claim) if user.metadata.uid != pod.metadata.uid]
    reserved = () if is_reserved_for(claim, pod) and not users else tuple(f"pod {user.metadata.name}" for user in users)
    return ClaimPinnedToOtherNode(
        pod=subject_of_pod(pod),
        claim=scene.subject_of_claim(claim),
        nodes=nodes,
        reserved_for=reserved,
        why_not=tuple(_why_not(case) for case in usable),
        devices=held_devices(scene, (claim,)),
        age=prose.age(since or claim.metadata.creation_timestamp, scene.inventory.now),
        change=changes.pod_changed(pod, node_selector={}, affinity=None),
    )
