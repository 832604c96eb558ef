"""Pods that differ in names alone are explained once; what is told of the second is what would have been found for it alone."""

from collections.abc import Iterator

import msgspec
import pytest

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Pod
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.api.resource import ResourceClaim
from kubectl_dra.cluster.manifests import DemoSource
from kubectl_dra.diagnosis import explain
from kubectl_dra.diagnosis.choosing import waiting_pods
from kubectl_dra.diagnosis.refused import Attempt, explain_attempt
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.inventory.whatif import with_objects
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.verdict import PodVerdict, Word
from tests.properties.pending_clusters import clusters


def with_twin(inventory: Inventory, pod: Pod, name: str) -> tuple[Inventory, Pod]:
    """The inventory with a second pod that is the first but for its name, its claims' names and identities, and the second pod."""
    names = {claim.metadata.name: f"{name}-{number}" for number, claim in enumerate(claims_of(inventory, pod))}
    claims = [renamed(claim, names[claim.metadata.name], name) for claim in claims_of(inventory, pod)]
    entries = tuple(
        msgspec.structs.replace(entry, resource_claim_name=names.get(entry.resource_claim_name or "", entry.resource_claim_name))
        for entry in pod.spec.resource_claims
    )
    statuses = tuple(
        msgspec.structs.replace(status, resource_claim_name=names.get(status.resource_claim_name or "", status.resource_claim_name))
        for status in pod.status.resource_claim_statuses
    )
    twin = msgspec.structs.replace(
        pod,
        metadata=msgspec.structs.replace(pod.metadata, name=name, uid=f"uid-of-{name}"),
        spec=msgspec.structs.replace(pod.spec, resource_claims=entries),
        status=msgspec.structs.replace(pod.status, resource_claim_statuses=statuses),
    )
    return with_objects(inventory, twin, *claims), twin


def claims_of(inventory: Inventory, pod: Pod) -> list[ResourceClaim]:
    """The pod's own claims, given by name or generated."""
    names = [entry.resource_claim_name for entry in pod.spec.resource_claims]
    names += [status.resource_claim_name for status in pod.status.resource_claim_statuses]
    found = [inventory.resource_claims.get(NamespacedName(pod.metadata.namespace, name)) for name in names if name]
    return [claim for claim in found if claim is not None]


def renamed(claim: ResourceClaim, name: str, owner: str) -> ResourceClaim:
    """The claim under another name, a generated one owned by the second pod."""
    owners = tuple(msgspec.structs.replace(one, name=owner, uid=f"uid-of-{owner}") for one in claim.metadata.owner_references)
    metadata = msgspec.structs.replace(claim.metadata, name=name, uid=f"uid-of-{name}", owner_references=owners)
    return msgspec.structs.replace(claim, metadata=metadata)


@pytest.fixture
def attempts(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The pods whose attempts were explained anew."""
    explained: list[str] = []
    found_out = explain_attempt

    def counted(scene: Scene, scheduler: Scheduler, pod: Pod, verdict: PodVerdict) -> Attempt:
        explained.append(pod.metadata.name)
        return found_out(scene, scheduler, pod, verdict)

    monkeypatch.setattr(explain, "explain_attempt", counted)
    return explained


def demo_pods() -> Iterator[tuple[Inventory, Pod]]:
    """The demo cluster and each pod that waits in it."""
    inventory = load(DemoSource(), Wish(kinds=kinds.KINDS))
    for pod in waiting_pods(Scene(inventory), None):
        yield inventory, pod


def was_shared(inventory: Inventory, pod: Pod, attempts: list[str]) -> bool:
    """Whether a twin's explanation was made of the pod's; it is compared with a fresh one in any case."""
    both, twin = with_twin(inventory, pod, "a-second-pod")
    explainer = explain.Explainer(Scene(both))
    if explainer.scheduler.schedule(pod).word is not Word.UNSCHEDULABLE:
        return False
    explainer.explain(pod)
    attempts.clear()
    shared = explainer.explain(twin)
    is_shared = twin.metadata.name not in attempts
    assert explain.Explainer(Scene(both)).explain(twin) == shared
    return is_shared


def test_demo_pods_are_told_of_as_if_alone(attempts: list[str]) -> None:
    """Each pod of the demo cluster that no node takes has a twin, of which the same is said in its own names."""
    assert sum(was_shared(inventory, pod, attempts) for inventory, pod in demo_pods()) > 3


def test_random_pods_are_told_of_as_if_alone(attempts: list[str]) -> None:
    """So has the pod of a random cluster."""
    assert sum(was_shared(inventory, pod, attempts) for _, inventory, pod in clusters()) > 30
