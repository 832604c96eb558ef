"""A pod with its claims, whichever way it got them: by name, from a template, for an extended resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.inventory.podclaims import pod_claims, wanted_extended_resources
from kubectl_dra.reports.asked import claim_state, got_text, wants_text
from kubectl_dra.reports.claims import claim_document
from kubectl_dra.reports.describe_claim import describe_claim
from kubectl_dra.reports.description import Description, Entry
from kubectl_dra.reports.words import age

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.core import Pod, PodResourceClaim
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware


def describe_pod(inventory: Inventory, hardware: Hardware, pod: Pod) -> Description:
    """The pod, each of its claims with what it got, and the containers that use them."""
    claims = _claims_of(inventory, pod)
    special = _special(inventory, pod)
    return Description(
        kind="Pod",
        title=f"Pod {pod.metadata.name} -n {pod.metadata.namespace}",
        state=_state(pod, inventory.now),
        mood="good" if pod.status.phase in {"Running", "Succeeded"} else "warn" if not pod.spec.node_name else "",
        facts={
            "namespace": pod.metadata.namespace,
            "name": pod.metadata.name,
            "phase": pod.status.phase,
            "node": pod.spec.node_name,
            "claims": [_entry_document(entry, claim) for entry, claim in claims],
            "extendedResources": wanted_extended_resources(pod, inventory.release),
            "extendedResourceClaim": claim_document(special) if special is not None else None,
        },
        entries=tuple(_entries(inventory, hardware, pod, claims, special)),
        unread=inventory.unread,
    )


def _claims_of(inventory: Inventory, pod: Pod) -> list[tuple[PodResourceClaim, ResourceClaim | None]]:
    resolved = {entry.pod_claim.name: entry.claim for entry in pod_claims(inventory, pod, frozenset()).resolved}
    return [(entry, resolved.get(entry.name)) for entry in pod.spec.resource_claims]


def _special(inventory: Inventory, pod: Pod) -> ResourceClaim | None:
    status = pod.status.extended_resource_claim_status
    if status is None:
        return None
    key = pod.metadata.key._replace(name=status.resource_claim_name)
    return inventory.resource_claims.get(key)


def _state(pod: Pod, now: str) -> str:
    words = [pod.status.phase or "no phase", f"on {pod.spec.node_name}" if pod.spec.node_name else "not scheduled"]
    return f"{' '.join(words)}, {age(pod.metadata.creation_timestamp, now)} old"


def _entry_document(entry: PodResourceClaim, claim: ResourceClaim | None) -> dict[str, object]:
    return {
        "name": entry.name,
        "claimName": entry.resource_claim_name or "",
        "templateName": entry.resource_claim_template_name or "",
        "claim": claim_document(claim) if claim is not None else None,
    }


def _entries(
    inventory: Inventory,
    hardware: Hardware,
    pod: Pod,
    claims: list[tuple[PodResourceClaim, ResourceClaim | None]],
    special: ResourceClaim | None,
) -> Iterator[Entry]:
    if not claims and special is None and not wanted_extended_resources(pod, inventory.release):
        yield Entry("claims", "none: the pod asks for no device")
    for entry, claim in claims:
        yield _claim_entry(inventory, hardware, pod, entry, claim)
    yield from _extended(inventory, hardware, pod, special)
    scheduled = next((condition for condition in pod.status.conditions if condition.type == "PodScheduled"), None)
    if not pod.spec.node_name:
        yield Entry("scheduler", scheduled.message if scheduled and scheduled.message else "has said nothing yet", "warn")
        yield Entry("more", f"kubectl dra why-pending -n {pod.metadata.namespace} pod/{pod.metadata.name}", "accent")


def _claim_entry(inventory: Inventory, hardware: Hardware, pod: Pod, entry: PodResourceClaim, claim: ResourceClaim | None) -> Entry:
    way = f"made from template {entry.resource_claim_template_name}" if entry.resource_claim_template_name else "named by the pod"
    if claim is None:
        wanted = entry.resource_claim_name or f"from template {entry.resource_claim_template_name or '<none>'}"
        return Entry(
            f"claim {entry.name}", f"{wanted}: there is no such claim" if entry.resource_claim_name else f"{wanted}: not made yet", "bad"
        )
    description = describe_claim(inventory, hardware, claim)
    users = Entry("used by", _containers(pod, entry.name) or "no container", "" if _containers(pod, entry.name) else "warn")
    kept = tuple(one for one in description.entries if one.label not in {"age", "wanted by", "constraints"} or "same" in one.text)
    return Entry(f"claim {entry.name}", f"{claim.metadata.name}, {claim_state(claim)}, {way}", description.mood, (*kept, users))


def _containers(pod: Pod, name: str) -> str:
    return ", ".join(
        f"container {container.name}" + (f" (request {claim.request})" if claim.request else "")
        for container in (*pod.spec.init_containers, *pod.spec.containers)
        for claim in container.resources.claims
        if claim.name == name
    )


def _extended(inventory: Inventory, hardware: Hardware, pod: Pod, special: ResourceClaim | None) -> Iterator[Entry]:
    status = pod.status.extended_resource_claim_status
    for name, amount in sorted(wanted_extended_resources(pod, inventory.release).items()):
        mapped = [one for one in status.request_mappings if one.resource_name == name] if status else []
        whom = ", ".join(f"container {one.container_name} (request {one.request_name})" for one in mapped)
        yield Entry(name, f"{amount}" + (f", for {whom}" if whom else ", as an extended resource"))
    if special is not None:
        got = got_text(special.status.allocation.devices.results) if special.status.allocation else "nothing yet"
        text = f"{special.metadata.name}, {claim_state(special)}: {wants_text(special.spec.devices)}, got {got}"
        yield Entry("its claim", text, below=describe_claim(inventory, hardware, special).entries[: len(special.spec.devices.requests)])
