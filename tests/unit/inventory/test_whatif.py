import msgspec

from kubectl_dra.api.resource import ResourceClaim, ResourceClaimConsumerReference
from kubectl_dra.inventory.whatif import (
    laid_over,
    with_allocations,
    with_deallocated,
    with_objects,
    with_pod_created,
    with_pods_gone,
    without_objects,
)
from tests.builders import NAMESPACE, claim, cluster, devices_on, key, node, pod, template


def reserved(wanted: ResourceClaim, *pods: str) -> ResourceClaim:
    """The claim, reserved for pods of these names."""
    consumers = tuple(ResourceClaimConsumerReference(resource="pods", name=name, uid=f"uid-{name}") for name in pods)
    return msgspec.structs.replace(wanted, status=msgspec.structs.replace(wanted.status, reserved_for=consumers))


def test_object_is_replaced() -> None:
    """An object takes the place of the one with its kind and name; the inventory it came from stays as it was."""
    before = cluster(node("a"), devices_on("a", "gpu-0"), devices_on("b", "gpu-0"))
    after = with_objects(before, node("a", cordoned=True), devices_on("a", "gpu-0", "gpu-1"))
    assert [after.nodes["a"].spec.unschedulable, before.nodes["a"].spec.unschedulable] == [True, False]
    assert [len(slice_.spec.devices) for slice_ in after.resource_slices] == [2, 1]


def test_object_is_removed() -> None:
    """Removed objects are gone, the others stay."""
    after = without_objects(cluster(node("a"), node("b"), devices_on("a", "gpu-0")), node("a"), devices_on("a"))
    assert (list(after.nodes), after.resource_slices) == (["b"], ())


def test_pod_gets_its_claims() -> None:
    """Creating a pod generates the claims of its templates, and the pod's status names them."""
    after, created = with_pod_created(cluster(template("gpu")), pod(templates={"main": "gpu"}))
    (made,) = after.resource_claims.values()
    assert f"{NAMESPACE}/train-0-main" == str(made.metadata.key)
    assert created.metadata.uid == made.metadata.owner_references[0].uid
    assert created.status.resource_claim_statuses[0].resource_claim_name == "train-0-main"


def test_missing_template_generates_nothing() -> None:
    """Without its template, a claim is not generated and the status does not name it."""
    after, created = with_pod_created(cluster(), pod(templates={"main": "gpu"}))
    assert (dict(after.resource_claims), created.status.resource_claim_statuses) == ({}, ())


def test_generated_name_avoids_others() -> None:
    """A generated claim never takes the place of another."""
    after, _ = with_pod_created(cluster(template("gpu"), claim("train-0-main")), pod(templates={"main": "gpu"}))
    assert {"train-0-main", "train-0-main-1"} == {name.name for name in after.resource_claims}


def test_deleted_pod_frees_its_claims() -> None:
    """With a pod go its generated claims; a shared claim is freed when its last consumer goes."""
    owner, other = pod("a", on="gpu-1"), pod("b", on="gpu-1")
    own = claim("own", owner=owner, devices=["gpu-0"], on="gpu-1")
    shared = reserved(claim("shared", devices=["gpu-1"], on="gpu-1"), "a", "b")
    before = cluster(owner, other, own, shared)
    one_left = with_pods_gone(before, [key("a")])
    assert [name.name for name in one_left.resource_claims] == ["shared"]
    assert one_left.resource_claims[key("shared")].status.allocation is not None
    assert with_pods_gone(before, [key("a"), key("b")]).resource_claims[key("shared")].status.allocation is None


def test_deallocated() -> None:
    """A deallocated claim holds nothing and is reserved for nobody."""
    before = cluster(reserved(claim("gpu", devices=["gpu-0"], on="gpu-1"), "a"))
    status = with_deallocated(before, [key("gpu")]).resource_claims[key("gpu")].status
    assert (status.allocation, status.reserved_for) == (None, ())


def test_placed_pod_holds_its_claims() -> None:
    """A placed pod has its node, its new allocation, and a reservation of every claim it uses."""
    allocation = claim("x", devices=["gpu-0"], on="gpu-1").status.allocation
    assert allocation is not None
    new, shared = claim("new"), claim("shared", devices=["gpu-1"], on="gpu-1")
    wanting = pod(claims={"a": "new", "b": "shared"})
    after, allocated = with_allocations(cluster(wanting, new, shared), wanting, "gpu-1", [new], [allocation])
    assert after.pods[key("train-0")].spec.node_name == "gpu-1"
    assert (allocation,) == tuple(one.status.allocation for one in allocated)
    assert [[c.name for c in one.status.reserved_for] for one in after.resource_claims.values()] == [["train-0"], ["train-0"]]


def test_applied_claim_keeps_its_status() -> None:
    """Applying a claim again does not deallocate it, and a manifest's status counts for nothing."""
    held = claim("gpu", devices=["gpu-0"], on="gpu-1")
    after = laid_over(cluster(held), cluster(claim("gpu"), claim("new", devices=["gpu-1"], on="gpu-1")))
    assert held.status == after.resource_claims[key("gpu")].status
    assert after.resource_claims[key("new")].status.allocation is None
