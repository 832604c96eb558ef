"""A Pod's entries and extended resources → the ResourceClaims they mean, or why there is none.

Upstream: ``dynamic-resource-allocation/resourceclaim/resourceclaim.go`` ``Name`` and ``IsForPod``, ``dynamicresources.go``
``foreachPodResourceClaim``, ``extendeddynamicresources.go``, ``deviceclass/extendedresourcecache``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.api.meta import NamespacedName, ObjectMeta, OwnerReference
from kubectl_dra.api.resource import DeviceClaim, DeviceRequest, ExactDeviceRequest, ResourceClaim, ResourceClaimSpec
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.inventory.podrequests import IMPLICIT_PREFIX, amounts_of, is_extended_resource_name, is_sidecar, pod_requests
from kubectl_dra.releases.release import Release, nearest_followed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.core import Container, Pod, PodResourceClaim
    from kubectl_dra.api.resource import DeviceClass
    from kubectl_dra.inventory.inventory import Inventory

EXTENDED_RESOURCE_CLAIM_ANNOTATION = "resource.kubernetes.io/extended-resource-claim"
SPECIAL_CLAIM_NAME = "<extended-resources>"
"""The name of the claim for extended resources before the scheduler has created it; no object can have it."""

_GROUP_OF_POD_GROUPS = "scheduling.k8s.io/"
_FIRST_THAT_SHARES = Release(1, 35)
_FIRST_WITH_RESOLVER = Release(1, 35)


class ClaimNotGenerated(msgspec.Struct, frozen=True, kw_only=True):
    """The template's claim has not been created, or the pod's status does not name it yet."""

    pod_claim: PodResourceClaim


class PodClaimNotUnderstood(msgspec.Struct, frozen=True, kw_only=True):
    """The entry names neither a claim nor a template."""

    pod_claim: PodResourceClaim


class ClaimNotFound(msgspec.Struct, frozen=True, kw_only=True):
    """There is no claim of the name."""

    pod_claim: PodResourceClaim
    name: NamespacedName


class ClaimBeingDeleted(msgspec.Struct, frozen=True, kw_only=True):
    """The claim is on its way out."""

    pod_claim: PodResourceClaim
    claim: ResourceClaim


class ClaimNotOwned(msgspec.Struct, frozen=True, kw_only=True):
    """A claim of the generated name exists, but it was made for something else.

    ``pod_group`` is the PodGroup that would do as an owner as well, empty where none would.
    """

    pod_claim: PodResourceClaim
    claim: ResourceClaim
    pod_group: str


PodClaimObstacle: TypeAlias = ClaimNotGenerated | PodClaimNotUnderstood | ClaimNotFound | ClaimBeingDeleted | ClaimNotOwned


class ResolvedPodClaim(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of ``spec.resourceClaims`` and the claim it means."""

    pod_claim: PodResourceClaim
    claim: ResourceClaim


class PodClaims(msgspec.Struct, frozen=True, kw_only=True):
    """What a pod's entries mean, in their order; the scheduler stops at the first obstacle."""

    resolved: tuple[ResolvedPodClaim, ...]
    obstacles: tuple[PodClaimObstacle, ...]

    @property
    def claims(self) -> tuple[ResourceClaim, ...]:
        """The claims alone."""
        return tuple(resolved.claim for resolved in self.resolved)


def pod_claims(inventory: Inventory, pod: Pod, gates: frozenset[str]) -> PodClaims:
    """The claims of the entries in ``spec.resourceClaims``; an entry that needs no claim is in neither list.

    ``gates`` are those in force (``gates.gates_in_force``).
    """
    pod_group = _pod_group_of(pod, gates)
    found = [_resolve(inventory, pod, pod_claim, pod_group) for pod_claim in pod.spec.resource_claims]
    return PodClaims(
        resolved=tuple(entry for entry in found if isinstance(entry, ResolvedPodClaim)),
        obstacles=tuple(entry for entry in found if entry is not None and not isinstance(entry, ResolvedPodClaim)),
    )


def generated_claim_name(pod: Pod, pod_claim: PodResourceClaim) -> str | None | ClaimNotGenerated:
    """The claim that was generated for an entry with a template; None where the controller found that none is needed."""
    for status in pod.status.resource_claim_statuses:
        if status.name == pod_claim.name:
            return status.resource_claim_name
    return ClaimNotGenerated(pod_claim=pod_claim)


def _resolve(inventory: Inventory, pod: Pod, pod_claim: PodResourceClaim, pod_group: str) -> ResolvedPodClaim | PodClaimObstacle | None:
    is_generated = pod_claim.resource_claim_name is None
    if not is_generated:
        name = pod_claim.resource_claim_name
    elif pod_claim.resource_claim_template_name is not None:
        generated = generated_claim_name(pod, pod_claim)
        if isinstance(generated, ClaimNotGenerated):
            return generated
        name = generated
    else:
        return PodClaimNotUnderstood(pod_claim=pod_claim)
    if name is None:
        return None
    claim = inventory.resource_claims.get(NamespacedName(pod.metadata.namespace, name))
    if claim is None:
        return ClaimNotFound(pod_claim=pod_claim, name=NamespacedName(pod.metadata.namespace, name))
    if claim.metadata.deletion_timestamp:
        return ClaimBeingDeleted(pod_claim=pod_claim, claim=claim)
    if is_generated and not _is_for_pod(pod, claim, pod_group):
        return ClaimNotOwned(pod_claim=pod_claim, claim=claim, pod_group=pod_group)
    return ResolvedPodClaim(pod_claim=pod_claim, claim=claim)


def _pod_group_of(pod: Pod, gates: frozenset[str]) -> str:
    """The pod's PodGroup where a PodGroup may own a pod's claim, else empty."""
    group = pod.spec.scheduling_group
    return group.pod_group_name if group and "DRAWorkloadResourceClaims" in gates else ""


def _is_for_pod(pod: Pod, claim: ResourceClaim, pod_group: str) -> bool:
    owner = claim.metadata.controller()
    if owner is None:
        return False
    if owner.uid == pod.metadata.uid:
        return True
    return bool(pod_group) and (owner.kind, owner.name) == ("PodGroup", pod_group) and owner.api_version.startswith(_GROUP_OF_POD_GROUPS)


# ── extended resources ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def extended_resource_classes(classes: Iterable[DeviceClass], release: Release) -> dict[str, DeviceClass]:
    """Extended resource name → the class that stands for it.

    Of several classes with one name the newest is taken, of equally old ones the lexicographically first. In 1.34 a class with a name of
    its own has no implicit one, and which of several is taken is chance there.
    """
    classes = tuple(classes)
    if nearest_followed(release) < _FIRST_WITH_RESOLVER:
        implicit = [device_class for device_class in classes if device_class.spec.extended_resource_name is None]
    else:
        implicit = list(classes)
    mapping = {IMPLICIT_PREFIX + device_class.metadata.name: device_class for device_class in implicit}
    # The last one written wins: the newest, and of those the first by name.
    by_name = sorted(classes, key=lambda device_class: device_class.metadata.name, reverse=True)
    for device_class in sorted(by_name, key=lambda device_class: device_class.metadata.creation_timestamp):
        if device_class.spec.extended_resource_name is not None:
            mapping[device_class.spec.extended_resource_name] = device_class
    return mapping


def is_backed_name(name: str, release: Release) -> bool:
    """Whether DRA may back a resource of this name (upstream: ``IsDRAExtendedResourceName``, in 1.34 ``IsExtendedResourceName``)."""
    if is_extended_resource_name(name):
        return True
    return name.startswith(IMPLICIT_PREFIX) and nearest_followed(release) >= _FIRST_WITH_RESOLVER


def wanted_extended_resources(pod: Pod, release: Release) -> dict[str, int]:
    """The pod's requests that DRA may back, by name; none of them is zero."""
    amounts = amounts_of(pod_requests(pod))
    return {name: amount for name, amount in amounts.items() if amount and is_backed_name(name, release)}


def special_claims(inventory: Inventory) -> tuple[ResourceClaim, ...]:
    """The claims that the scheduler has made for pods' extended resources."""
    claims = inventory.resource_claims.values()
    return tuple(claim for claim in claims if claim.metadata.annotations.get(EXTENDED_RESOURCE_CLAIM_ANNOTATION) == "true")


def special_claim(pod: Pod, made: Iterable[ResourceClaim]) -> ResourceClaim:
    """The claim for the pod's extended resources: of those ``made`` the one of an earlier attempt, else an empty one in memory only."""
    for claim in made:
        if _is_owned(claim, pod):
            return claim
    owner = OwnerReference(api_version="v1", kind="Pod", name=pod.metadata.name, uid=pod.metadata.uid, controller=True)
    return ResourceClaim(
        metadata=ObjectMeta(
            name=SPECIAL_CLAIM_NAME,
            namespace=pod.metadata.namespace,
            annotations={EXTENDED_RESOURCE_CLAIM_ANNOTATION: "true"},
            owner_references=(owner,),
        )
    )


def _is_owned(claim: ResourceClaim, pod: Pod) -> bool:
    return any(
        owner.controller and owner.name == pod.metadata.name and owner.uid == pod.metadata.uid for owner in claim.metadata.owner_references
    )


def with_requests(claim: ResourceClaim, requests: tuple[DeviceRequest, ...]) -> ResourceClaim:
    """The special claim as one node would see it."""
    return ResourceClaim(metadata=claim.metadata, spec=ResourceClaimSpec(devices=DeviceClaim(requests=requests)), status=claim.status)


def extended_resource_requests(
    pod: Pod, names: Iterable[str], classes: Mapping[str, DeviceClass], release: Release
) -> tuple[DeviceRequest, ...]:
    """The device requests that stand for the extended resources ``names`` of all containers, by name of the request.

    From 1.35 an init container that ends before the others start reuses what they ask for, and init containers share one request.
    """
    containers = (*pod.spec.init_containers, *pod.spec.containers)
    make = _shared_requests if nearest_followed(release) >= _FIRST_THAT_SHARES else _separate_requests
    requests: list[DeviceRequest] = []
    for name in sorted(names):
        if device_class := classes.get(name):
            requests += make(containers, len(pod.spec.init_containers), name, device_class.metadata.name)
    return tuple(sorted(requests, key=lambda request: request.name))


def _separate_requests(containers: Sequence[Container], _: int, name: str, class_name: str) -> list[DeviceRequest]:
    made = (_request(container, index, name, class_name) for index, container in enumerate(containers))
    return [request for request in made if request]


def _shared_requests(containers: Sequence[Container], init_count: int, name: str, class_name: str) -> list[DeviceRequest]:
    ends_early = [index for index in range(init_count) if not is_sidecar(containers[index])]
    lasting: list[DeviceRequest | None] = [
        None if index in ends_early else _request(container, index, name, class_name) for index, container in enumerate(containers)
    ]
    largest: DeviceRequest | None = None
    for index in ends_early:
        # What later containers will use is free while this one runs.
        reusable = [request for request in lasting[index:] if request]
        request = _request(containers[index], index, name, class_name, reusable)
        if request and (largest is None or _count(request) > _count(largest)):
            largest = request
    return [*([largest] if largest else []), *(request for request in lasting if request)]


def _request(container: Container, index: int, name: str, class_name: str, reusable: Sequence[DeviceRequest] = ()) -> DeviceRequest | None:
    """One container's request for one resource, less what it can reuse; None where nothing is left to ask for."""
    requests = container.resources.requests
    count = read_quantity(requests[name]).as_int64() if name in requests else None
    missing = (count or 0) - sum(_count(request) for request in reusable)
    if missing <= 0:
        return None
    return DeviceRequest(
        name=f"container-{index}-request-{sorted(requests).index(name)}",
        exactly=ExactDeviceRequest(device_class_name=class_name, allocation_mode="ExactCount", count=missing),
    )


def _count(request: DeviceRequest) -> int:
    return request.exactly.count if request.exactly else 0
