import msgspec
import pytest

from kubectl_dra.api.core import Container, Pod, PodResourceClaim, PodResourceClaimStatus, PodSchedulingGroup, PodSpec, ResourceRequirements
from kubectl_dra.api.meta import OwnerReference
from kubectl_dra.inventory.podclaims import (
    EXTENDED_RESOURCE_CLAIM_ANNOTATION,
    ClaimBeingDeleted,
    ClaimNotFound,
    ClaimNotGenerated,
    ClaimNotOwned,
    PodClaimNotUnderstood,
    extended_resource_classes,
    extended_resource_requests,
    pod_claims,
    special_claim,
)
from kubectl_dra.releases.release import Release
from tests.builders import claim, cluster, device_class, key, pod

NO_GATES: frozenset[str] = frozenset()
V34, V37 = Release(1, 34), Release(1, 37)


def generated(name: str | None = "train-0-gpu-x1") -> Pod:
    """A pod whose template claim was generated under ``name``."""
    made = pod(templates={"gpu": "gpu"})
    status = PodResourceClaimStatus(name="gpu", resource_claim_name=name)
    return msgspec.structs.replace(made, status=msgspec.structs.replace(made.status, resource_claim_statuses=(status,)))


def test_named_claim() -> None:
    """An entry that names a claim means that claim, whoever owns it."""
    wanted = claim("shared")
    assert (wanted,) == pod_claims(cluster(wanted), pod(claims={"gpu": "shared"}), NO_GATES).claims


def test_named_claim_missing() -> None:
    """A claim that does not exist is told by its name."""
    (obstacle,) = pod_claims(cluster(), pod(claims={"gpu": "shared"}), NO_GATES).obstacles
    assert ClaimNotFound(pod_claim=PodResourceClaim(name="gpu", resource_claim_name="shared"), name=key("shared")) == obstacle


def test_not_generated() -> None:
    """A template's claim that the pod's status does not name has not been generated."""
    (obstacle,) = pod_claims(cluster(), pod(templates={"gpu": "gpu"}), NO_GATES).obstacles
    assert isinstance(obstacle, ClaimNotGenerated)


def test_generated_name() -> None:
    """The pod's status names the generated claim."""
    owner = generated()
    wanted = claim("train-0-gpu-x1", owner=owner)
    assert (wanted,) == pod_claims(cluster(wanted), owner, NO_GATES).claims


def test_no_claim_needed() -> None:
    """A status without a name says that no claim is needed."""
    found = pod_claims(cluster(), generated(None), NO_GATES)
    assert (found.claims, found.obstacles) == ((), ())


def test_other_owner() -> None:
    """A generated claim that another pod owns is not this pod's."""
    (obstacle,) = pod_claims(cluster(claim("train-0-gpu-x1", owner=pod("other"))), generated(), NO_GATES).obstacles
    assert isinstance(obstacle, ClaimNotOwned)


@pytest.mark.parametrize(("gates", "is_owner"), [(NO_GATES, False), (frozenset({"DRAWorkloadResourceClaims"}), True)])
def test_pod_group_owner(gates: frozenset[str], is_owner: bool) -> None:  # noqa: FBT001
    """A claim of the pod's PodGroup is the pod's as well, where the gate is on."""
    member = generated()
    member = msgspec.structs.replace(
        member, spec=msgspec.structs.replace(member.spec, scheduling_group=PodSchedulingGroup(pod_group_name="g"))
    )
    shared = claim("train-0-gpu-x1")
    owner = OwnerReference(api_version="scheduling.k8s.io/v1beta1", kind="PodGroup", name="g", uid="uid-g", controller=True)
    shared = msgspec.structs.replace(shared, metadata=msgspec.structs.replace(shared.metadata, owner_references=(owner,)))
    assert is_owner == (not pod_claims(cluster(shared), member, gates).obstacles)


def test_being_deleted() -> None:
    """A claim that is being deleted is as good as gone."""
    going = claim("shared")
    going = msgspec.structs.replace(going, metadata=msgspec.structs.replace(going.metadata, deletion_timestamp="2026-03-01T11:00:00Z"))
    (obstacle,) = pod_claims(cluster(going), pod(claims={"gpu": "shared"}), NO_GATES).obstacles
    assert isinstance(obstacle, ClaimBeingDeleted)


def test_entry_without_source() -> None:
    """An entry that names neither a claim nor a template is not understood."""
    spec = PodSpec(resource_claims=(PodResourceClaim(name="gpu"),))
    (obstacle,) = pod_claims(cluster(), Pod(spec=spec), NO_GATES).obstacles
    assert isinstance(obstacle, PodClaimNotUnderstood)


def test_obstacles_beside_claims() -> None:
    """One entry's obstacle does not hide another's claim."""
    wanted = claim("shared")
    found = pod_claims(cluster(wanted), pod(claims={"a": "shared", "b": "missing"}), NO_GATES)
    assert ((wanted,), 1) == (found.claims, len(found.obstacles))


def test_newest_class_backs() -> None:
    """Of several classes with one extended resource name the newest is taken, of equally old ones the first by name."""
    old, new = "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"
    classes = [device_class(name, extended_resource_name="x.com/gpu", created=at) for name, at in (("a", old), ("c", new), ("b", new))]
    assert extended_resource_classes(classes, V37)["x.com/gpu"].metadata.name == "b"


def test_implicit_name() -> None:
    """Every class backs its implicit name; in 1.34 only those without a name of their own."""
    named = device_class("a", extended_resource_name="x.com/gpu")
    implicit = "deviceclass.resource.kubernetes.io/a"
    assert implicit in extended_resource_classes([named], V37)
    assert implicit not in extended_resource_classes([named], V34)


def asking(name: str, count: str, restart_policy: str = "") -> Container:
    """A container that asks for an extended resource."""
    return Container(name=name, restart_policy=restart_policy, resources=ResourceRequirements(requests={"cpu": "1", "x.com/gpu": count}))


def counts(spec: PodSpec, release: Release) -> dict[str, int]:
    """Device counts by request, as the release makes them."""
    classes = {"x.com/gpu": device_class("a")}
    requests = extended_resource_requests(Pod(spec=spec), ["x.com/gpu"], classes, release)
    return {request.name: request.exactly.count for request in requests if request.exactly}


def test_requests_by_container() -> None:
    """Each container's extended resource becomes a request, numbered by its place among the container's resource names."""
    spec = PodSpec(containers=(asking("a", "1"), asking("b", "2")))
    assert counts(spec, V37) == {"container-0-request-1": 1, "container-1-request-1": 2}


def test_init_container_reuses() -> None:
    """An init container uses what later containers will use, and asks for what is missing only; 1.34 asks for both."""
    spec = PodSpec(init_containers=(asking("i", "3"),), containers=(asking("a", "1"),))
    assert counts(spec, V37) == {"container-0-request-1": 2, "container-1-request-1": 1}
    assert counts(spec, V34) == {"container-0-request-1": 3, "container-1-request-1": 1}


def test_init_containers_share() -> None:
    """Of several init containers the largest request serves all; a sidecar keeps its own."""
    spec = PodSpec(init_containers=(asking("i", "2"), asking("s", "1", "Always"), asking("j", "4")))
    assert counts(spec, V37) == {"container-1-request-1": 1, "container-2-request-1": 4}


def test_special_claim_of_earlier_attempt() -> None:
    """A claim made for the pod's extended resources in an earlier attempt is found by its annotation and owner."""
    owner = pod()
    made = claim("made", owner=owner)
    annotations = {EXTENDED_RESOURCE_CLAIM_ANNOTATION: "true"}
    made = msgspec.structs.replace(made, metadata=msgspec.structs.replace(made.metadata, annotations=annotations))
    assert made is special_claim(owner, [made])
    assert special_claim(pod("other"), [made]).metadata.name == "<extended-resources>"
