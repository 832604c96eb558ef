"""A pod's entries that lead to no usable claim → facts: missing, not generated, refused, somebody else's, being deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.diagnosis import quotas
from kubectl_dra.diagnosis.clock import age_of, plain_message
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.diagnosis.spelling import nearest
from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Subject
from kubectl_dra.inventory import podclaims
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.core import Event, Pod, PodResourceClaim
    from kubectl_dra.api.resource import ResourceClaim, ResourceClaimSpec, ResourceClaimTemplate
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts

_CREATION_FAILED = "FailedResourceClaimCreation"
_ADMIN_ACCESS_LABEL = "resource.kubernetes.io/admin-access"
_FIRST_WITH_INSTANT_CLAIMS = Release(1, 36)


def facts_of(scene: Scene, pod: Pod, obstacle: podclaims.PodClaimObstacle) -> Facts:
    """What stands between an entry of the pod and its claim."""
    match obstacle:
        case podclaims.ClaimNotFound() if obstacle.pod_claim.resource_claim_name is not None:
            return _claim_not_found(scene, pod, obstacle.pod_claim, obstacle.name)
        case podclaims.ClaimNotFound() | podclaims.ClaimNotGenerated():
            return _not_generated(scene, pod, obstacle.pod_claim)
        case podclaims.ClaimBeingDeleted():
            return being_deleted(scene, obstacle.claim)
        case podclaims.ClaimNotOwned():
            return _not_owned(scene, pod, obstacle)
        case podclaims.PodClaimNotUnderstood():
            from kubectl_dra.findings.dra119_request_not_understood import RequestNotUnderstood  # noqa: PLC0415

            entry = _index(pod, obstacle.pod_claim)
            said = "the entry names neither a claim nor a template"
            return RequestNotUnderstood(claim=subject_of_pod(pod).at(f"spec.resourceClaims[{entry}]"), scheduler_text=said)


def _index(pod: Pod, entry: PodResourceClaim) -> int:
    return next((index for index, one in enumerate(pod.spec.resource_claims) if one.name == entry.name), 0)


def _claim_not_found(scene: Scene, pod: Pod, entry: PodResourceClaim, name: NamespacedName) -> Facts:
    from kubectl_dra.findings.dra109_claim_not_found import ClaimNotFound  # noqa: PLC0415 - one finding of many

    existing, elsewhere = _names(scene.inventory.resource_claims, name)
    return ClaimNotFound(
        pod=subject_of_pod(pod),
        entry=entry.name,
        entry_index=_index(pod, entry),
        claim_name=name.name,
        existing=existing,
        nearest=nearest(name.name, existing),
        elsewhere=elsewhere,
        node=pod.spec.node_name,
    )


def _names(keys: Iterable[NamespacedName], wanted: NamespacedName) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names in the wanted one's namespace, and the other namespaces that have the wanted name."""
    keys = sorted(keys)
    existing = tuple(key.name for key in keys if key.namespace == wanted.namespace)
    return existing, tuple(key.namespace for key in keys if key.name == wanted.name and key.namespace != wanted.namespace)


def _not_generated(scene: Scene, pod: Pod, entry: PodResourceClaim) -> Facts:
    name = NamespacedName(pod.metadata.namespace, entry.resource_claim_template_name or "")
    template = scene.inventory.resource_claim_templates.get(name)
    event = _creation_event(scene, pod, entry)
    if template is None:
        return _template_not_found(scene, pod, entry, name, event)
    refusal = _refusal_in_objects(scene, pod, entry, template) or (_refusal_said(scene, pod, entry, event) if event else None)
    return refusal or _not_made_yet(scene, pod, entry, template, event)


def _creation_event(scene: Scene, pod: Pod, entry: PodResourceClaim) -> Event | None:
    start = f"PodResourceClaim {entry.name}:"
    events = scene.events.about("Pod", pod.metadata)
    found = (event for event in reversed(events) if event.reason == _CREATION_FAILED and plain_message(event).startswith(start))
    return next(found, None)


def _template_not_found(scene: Scene, pod: Pod, entry: PodResourceClaim, name: NamespacedName, event: Event | None) -> Facts:
    from kubectl_dra.findings.dra110_template_not_found import TemplateNotFound  # noqa: PLC0415 - one finding of many

    existing, elsewhere = _names(scene.inventory.resource_claim_templates, name)
    return TemplateNotFound(
        pod=subject_of_pod(pod),
        entry=entry.name,
        entry_index=_index(pod, entry),
        template_name=name.name,
        existing=existing,
        nearest=nearest(name.name, existing),
        elsewhere=elsewhere,
        controller_message=plain_message(event) if event else "",
        controller_age=age_of(event, scene.inventory) if event else "",
    )


def _refusal_in_objects(scene: Scene, pod: Pod, entry: PodResourceClaim, template: ResourceClaimTemplate) -> Facts | None:
    """A refusal of the claim that the objects show by themselves, whatever events are left."""
    subject = Subject(kind="ResourceClaimTemplate", name=template.metadata.name, namespace=template.metadata.namespace)
    spec = template.spec.spec
    return admin_access_not_labelled(scene, pod.metadata.namespace, subject, spec) or quota_exceeded(scene, pod, entry.name, spec)


def admin_access_not_labelled(scene: Scene, namespace: str, asked_by: Subject, spec: ResourceClaimSpec) -> Facts | None:
    """Admin access in a namespace without the label; None where there is none of it, or where the namespace was not read."""
    request = next((request.name for request in spec.devices.requests if request.exactly and request.exactly.admin_access), "")
    home = scene.inventory.namespaces.get(namespace)
    if not request or home is None or home.metadata.labels.get(_ADMIN_ACCESS_LABEL) == "true":
        return None
    from kubectl_dra.findings.dra114_admin_access_not_labelled import AdminAccessNotLabelled  # noqa: PLC0415

    return AdminAccessNotLabelled(namespace=namespace, asked_by=asked_by, request=request)


def quota_exceeded(scene: Scene, pod: Pod, entry: str, spec: ResourceClaimSpec) -> Facts | None:
    """A quota without room for a claim with this spec, by its own status."""
    excess = quotas.excess_of(scene.inventory, pod.metadata.namespace, spec)
    return _quota_facts(scene, pod, entry, excess, None) if excess else None


def _quota_facts(scene: Scene, pod: Pod, entry: str, excess: quotas.Excess, event: Event | None) -> Facts:
    from kubectl_dra.findings.dra601_quota_exceeded import QuotaExceeded  # noqa: PLC0415 - one finding of many

    namespace = pod.metadata.namespace
    users = quotas.users_of(scene.inventory, namespace, excess.resource)
    amounts = (excess.used, excess.requested)
    return QuotaExceeded(
        quota=Subject(kind="ResourceQuota", name=excess.quota, namespace=namespace),
        resource=excess.resource,
        requested=excess.requested,
        used=excess.used,
        limit=excess.limit,
        needed=str(sum(map(int, amounts))) if all(amount.isdigit() for amount in amounts) else "",
        pod=subject_of_pod(pod),
        entry=entry,
        holders=tuple(f"claim {claim.metadata.name}" for claim in users),
        said=plain_message(event) if event else "",
        age=age_of(event, scene.inventory) if event else "",
    )


def _refusal_said(scene: Scene, pod: Pod, entry: PodResourceClaim, event: Event) -> Facts | None:
    """A refusal that the controller reports; None for an error that the objects have overtaken."""
    message = plain_message(event).partition(": ")[2]
    if excess := quotas.excess_said(message):
        return _quota_facts(scene, pod, entry.name, excess, event)
    if not message.startswith("create ResourceClaim"):
        return None
    server_message = message.partition(": ")[2]
    if _ADMIN_ACCESS_LABEL in server_message:
        from kubectl_dra.findings.dra114_admin_access_not_labelled import AdminAccessNotLabelled  # noqa: PLC0415

        asked_by = Subject(kind="ResourceClaimTemplate", name=entry.resource_claim_template_name or "", namespace=pod.metadata.namespace)
        return AdminAccessNotLabelled(namespace=pod.metadata.namespace, asked_by=asked_by, server_message=server_message)
    from kubectl_dra.findings.dra113_claim_creation_refused import ClaimCreationRefused  # noqa: PLC0415 - one finding of many

    return ClaimCreationRefused(
        pod=subject_of_pod(pod),
        entry=entry.name,
        entry_index=_index(pod, entry),
        template=entry.resource_claim_template_name or "",
        server_message=server_message,
        age=age_of(event, scene.inventory),
    )


def _not_made_yet(scene: Scene, pod: Pod, entry: PodResourceClaim, template: ResourceClaimTemplate, event: Event | None) -> Facts:
    from kubectl_dra.findings.dra111_claim_not_generated import ClaimNotGenerated  # noqa: PLC0415 - one finding of many

    now = scene.inventory.now
    born, template_born = pod.metadata.creation_timestamp, template.metadata.creation_timestamp
    return ClaimNotGenerated(
        pod=subject_of_pod(pod),
        entry=entry.name,
        entry_index=_index(pod, entry),
        template=Subject(kind="ResourceClaimTemplate", name=template.metadata.name, namespace=template.metadata.namespace),
        template_age=prose.age(template_born, now),
        pod_age=prose.age(born, now),
        template_is_younger=bool(born) and (template_born > born or (event is not None and "not found" in event.message)),
        instant=scene.inventory.release >= _FIRST_WITH_INSTANT_CLAIMS,
        controller_message=plain_message(event) if event else "",
        controller_age=age_of(event, scene.inventory) if event else "",
    )


def being_deleted(scene: Scene, claim: ResourceClaim) -> Facts:
    """A claim on its way out, and what keeps it."""
    from kubectl_dra.findings.dra210_claim_being_deleted import ClaimBeingDeleted  # noqa: PLC0415 - one finding of many

    return ClaimBeingDeleted(
        claim=scene.subject_of_claim(claim),
        age=prose.age(claim.metadata.deletion_timestamp, scene.inventory.now),
        finalizers=claim.metadata.finalizers,
        users=tuple(f"pod {pod.metadata.name}" for pod in scene.consumers(claim)),
    )


def _not_owned(scene: Scene, pod: Pod, obstacle: podclaims.ClaimNotOwned) -> Facts:
    from kubectl_dra.findings.dra112_claim_not_owned_by_pod import ClaimNotOwnedByPod  # noqa: PLC0415 - one finding of many

    owner = obstacle.claim.metadata.controller()
    return ClaimNotOwnedByPod(
        pod=subject_of_pod(pod),
        entry=obstacle.pod_claim.name,
        claim=scene.subject_of_claim(obstacle.claim),
        owner=f"{owner.kind}/{owner.name}" if owner else "",
    )
