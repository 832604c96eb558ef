"""Inventory → Inventory with some objects added, changed or gone: how remedies are tried and how ``simulate`` looks ahead.

Nothing is written anywhere; what a controller would do as a consequence (claims generated from templates, released, deallocated) is done
here as it would do it. Upstream: ``pkg/controller/resourceclaim/controller.go``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import msgspec
from msgspec.structs import replace

from kubectl_dra.admission.defaults import as_stored
from kubectl_dra.api.core import Namespace, Node, Pod, PodResourceClaimStatus, PriorityClass, ResourceQuota, RuntimeClass
from kubectl_dra.api.meta import NamespacedName, ObjectMeta, OwnerReference
from kubectl_dra.api.resource import (
    AllocationResult,
    DeviceClass,
    DeviceTaintRule,
    ResourceClaim,
    ResourceClaimConsumerReference,
    ResourceClaimStatus,
    ResourceClaimTemplate,
    ResourceSlice,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from kubectl_dra.api.core import PodResourceClaim
    from kubectl_dra.inventory.inventory import Inventory

    Charge: TypeAlias = Callable[[Inventory, ResourceClaim], Inventory | None]
    """What quotas make of a claim that is about to be created: the inventory with the claim paid for, or None."""

KubernetesObject: TypeAlias = (
    ResourceSlice
    | DeviceClass
    | ResourceClaim
    | ResourceClaimTemplate
    | DeviceTaintRule
    | Node
    | Pod
    | Namespace
    | ResourceQuota
    | RuntimeClass
    | PriorityClass
)
"""What can be laid over an inventory object by object."""


POD_CLAIM_ANNOTATION = "resource.kubernetes.io/pod-claim-name"

_FIELDS: dict[type[KubernetesObject], str] = {
    DeviceClass: "device_classes",
    ResourceClaim: "resource_claims",
    ResourceClaimTemplate: "resource_claim_templates",
    DeviceTaintRule: "device_taint_rules",
    Node: "nodes",
    Pod: "pods",
    Namespace: "namespaces",
    ResourceQuota: "resource_quotas",
    RuntimeClass: "runtime_classes",
    PriorityClass: "priority_classes",
}
_NAMESPACED = (ResourceClaim, ResourceClaimTemplate, Pod, ResourceQuota)


# ── objects ────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_objects(inventory: Inventory, *objects: KubernetesObject) -> Inventory:
    """The inventory with these objects added, or put in the place of those of the same kind and name."""
    changed: dict[str, Any] = {}
    slices = {value.metadata.name: value for value in objects if isinstance(value, ResourceSlice)}
    if slices:
        kept = (slices.pop(old.metadata.name, old) for old in inventory.resource_slices)
        changed["resource_slices"] = (*kept, *slices.values())
    for value in objects:
        if not isinstance(value, ResourceSlice):
            field = _FIELDS[type(value)]
            changed.setdefault(field, dict(getattr(inventory, field)))[_key(value)] = value
    return replace(inventory, **changed)


def without_objects(inventory: Inventory, *objects: KubernetesObject) -> Inventory:
    """The inventory without these objects, found by kind and name; nothing else changes."""
    changed: dict[str, Any] = {}
    gone = {value.metadata.name for value in objects if isinstance(value, ResourceSlice)}
    if gone:
        changed["resource_slices"] = tuple(old for old in inventory.resource_slices if old.metadata.name not in gone)
    for value in objects:
        if not isinstance(value, ResourceSlice):
            field = _FIELDS[type(value)]
            changed.setdefault(field, dict(getattr(inventory, field))).pop(_key(value), None)
    return replace(inventory, **changed)


def laid_over(inventory: Inventory, above: Inventory, refused: Collection[tuple[str, NamespacedName]] = ()) -> Inventory:
    """``inventory`` as it would be if everything in ``above`` were applied to it.

    Pods and workloads of ``above`` are left out, and so are the objects ``refused``, by kind and name.
    """
    objects: list[KubernetesObject] = list(above.resource_slices)
    for kind, field in _FIELDS.items():
        if kind is not Pod:
            objects += getattr(above, field).values()
    accepted = (value for value in objects if (type(value).__name__, value.metadata.key) not in refused)
    return with_objects(inventory, *(_admitted(inventory, value) for value in accepted))


def _admitted(inventory: Inventory, value: KubernetesObject) -> KubernetesObject:
    """What the API server would store: defaults filled in, and of a claim the status that no manifest can change."""
    if isinstance(value, ResourceClaimTemplate):
        return as_stored(value)
    if not isinstance(value, ResourceClaim):
        return value
    old = inventory.resource_claims.get(value.metadata.key)
    if old is not None:
        return msgspec.structs.replace(old, spec=as_stored(value).spec)
    return msgspec.structs.replace(as_stored(value), status=ResourceClaimStatus())


def _key(value: KubernetesObject) -> str | NamespacedName:
    return value.metadata.key if isinstance(value, _NAMESPACED) else value.metadata.name


# ── claims ─────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_deallocated(inventory: Inventory, names: Collection[NamespacedName]) -> Inventory:
    """The inventory with these claims deallocated, so that nobody holds their devices."""
    claims = (inventory.resource_claims[name] for name in names if name in inventory.resource_claims)
    return with_objects(inventory, *(msgspec.structs.replace(claim, status=ResourceClaimStatus()) for claim in claims))


def with_allocations(
    inventory: Inventory, pod: Pod, node: str, claims: Iterable[ResourceClaim], allocations: Iterable[AllocationResult]
) -> tuple[Inventory, tuple[ResourceClaim, ...]]:
    """The inventory with ``pod`` on ``node``, these claims allocated, and all its claims reserved for it; and the claims allocated.

    ``claims`` are those that the scheduler allocates for the pod, ``allocations`` what each gets; claims allocated before are only
    reserved.
    """
    bound = msgspec.structs.replace(pod, spec=msgspec.structs.replace(pod.spec, node_name=node))
    allocated = tuple(
        _reserved(msgspec.structs.replace(claim, status=ResourceClaimStatus(allocation=allocation)), pod)
        for claim, allocation in zip(claims, allocations, strict=True)
    )
    names = {claim.metadata.key for claim in allocated}
    others = (_reserved(claim, pod) for claim in _claims_of(inventory, pod) if claim.metadata.key not in names)
    return with_objects(inventory, bound, *allocated, *others), allocated


def _reserved(claim: ResourceClaim, pod: Pod) -> ResourceClaim:
    if any(consumer.uid == pod.metadata.uid for consumer in claim.status.reserved_for):
        return claim
    consumer = ResourceClaimConsumerReference(resource="pods", name=pod.metadata.name, uid=pod.metadata.uid)
    status = msgspec.structs.replace(claim.status, reserved_for=(*claim.status.reserved_for, consumer))
    return msgspec.structs.replace(claim, status=status)


def _claims_of(inventory: Inventory, pod: Pod) -> list[ResourceClaim]:
    statuses = {status.name: status.resource_claim_name for status in pod.status.resource_claim_statuses}
    names = (pod_claim.resource_claim_name or statuses.get(pod_claim.name) for pod_claim in pod.spec.resource_claims)
    found = (inventory.resource_claims.get(NamespacedName(pod.metadata.namespace, name)) for name in names if name)
    return [claim for claim in found if claim is not None]


# ── pods ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────


def with_pod_created(inventory: Inventory, pod: Pod, charge: Charge | None = None) -> tuple[Inventory, Pod]:
    """The inventory with ``pod`` and the claims that would be generated for it, and the pod as it would then be stored.

    A claim whose template does not exist, or that ``charge`` refuses, is not generated, so that the pod waits for it as it would in the
    cluster. Generated names end where Kubernetes would add five random characters.
    """
    created = pod if pod.metadata.uid else _with_uid(pod)
    statuses: list[PodResourceClaimStatus] = []
    for pod_claim in created.spec.resource_claims:
        claim = _generate(inventory, created, pod_claim)
        if claim is None:
            continue
        paid = charge(inventory, claim) if charge else inventory
        if paid is not None:
            inventory = with_objects(paid, claim)
            statuses.append(PodResourceClaimStatus(name=pod_claim.name, resource_claim_name=claim.metadata.name))
    if statuses:
        status = msgspec.structs.replace(created.status, resource_claim_statuses=tuple(statuses))
        created = msgspec.structs.replace(created, status=status)
    return with_objects(inventory, created), created


def _with_uid(pod: Pod) -> Pod:
    # Nothing random: the same question gets the same answer. Real UIDs have no slash.
    metadata = msgspec.structs.replace(pod.metadata, uid=f"simulated/{pod.metadata.key}")
    return msgspec.structs.replace(pod, metadata=metadata)


def _generate(inventory: Inventory, pod: Pod, pod_claim: PodResourceClaim) -> ResourceClaim | None:
    """The claim that the resourceclaim controller would make for an entry; None where it makes none."""
    if pod_claim.resource_claim_name is not None or pod_claim.resource_claim_template_name is None:
        return None
    template = inventory.resource_claim_templates.get(NamespacedName(pod.metadata.namespace, pod_claim.resource_claim_template_name))
    if template is None:
        return None
    owner = OwnerReference(api_version="v1", kind="Pod", name=pod.metadata.name, uid=pod.metadata.uid, controller=True)
    metadata = ObjectMeta(
        name=_free_name(inventory.resource_claims, pod.metadata.namespace, f"{pod.metadata.name}-{pod_claim.name}"),
        namespace=pod.metadata.namespace,
        uid=f"{pod.metadata.uid}/{pod_claim.name}",
        labels=template.spec.metadata.labels,
        annotations={**template.spec.metadata.annotations, POD_CLAIM_ANNOTATION: pod_claim.name},
        owner_references=(owner,),
    )
    return ResourceClaim(metadata=metadata, spec=template.spec.spec)


def _free_name(claims: Mapping[NamespacedName, ResourceClaim], namespace: str, name: str) -> str:
    candidate, number = name, 1
    while NamespacedName(namespace, candidate) in claims:
        candidate, number = f"{name}-{number}", number + 1
    return candidate


def with_pods_gone(inventory: Inventory, names: Collection[NamespacedName]) -> Inventory:
    """The inventory after these pods were deleted: their generated claims go with them, and claims that nobody uses any more are freed."""
    gone = [inventory.pods[name] for name in names if name in inventory.pods]
    uids = {pod.metadata.uid for pod in gone}
    changed: list[ResourceClaim] = []
    deleted: list[ResourceClaim] = []
    for claim in inventory.resource_claims.values():
        if any(owner.uid in uids for owner in claim.metadata.owner_references):
            deleted.append(claim)
        elif any(consumer.uid in uids for consumer in claim.status.reserved_for):
            changed.append(_released(claim, uids))
    return with_objects(without_objects(inventory, *gone, *deleted), *changed)


def _released(claim: ResourceClaim, uids: Collection[str]) -> ResourceClaim:
    """A claim without these consumers; without any consumer the controller deallocates it."""
    left = tuple(consumer for consumer in claim.status.reserved_for if consumer.uid not in uids)
    status = msgspec.structs.replace(claim.status, reserved_for=left) if left else ResourceClaimStatus()
    return msgspec.structs.replace(claim, status=status)
