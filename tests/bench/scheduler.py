"""The scheduler's verdict beside Kubernetes' own allocator: many pending pods on a large cluster, and one pod at a time."""

import json
import time
from collections.abc import Iterator, Sequence
from typing import Final

from kubectl_dra.api.core import Node, Pod
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery import decode
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.whatif import with_objects
from kubectl_dra.scheduler.schedule import Scheduler
from tests.bench.harness.figure import Figure
from tests.bench.harness.large_cluster import node_name, resource_slices
from tests.bench.harness.pods import CLASS, product_is, question, request, resource_claim, upstream_milliseconds
from tests.controlplane.client import Document

NODES: Final = 5_000
PODS: Final = 1_000
SHAPES: Final = 10
"""Different wishes among the pending pods."""

Wish = tuple[str, int]
"""A product, and how many."""


def figures() -> Iterator[Figure]:
    """5,000 nodes of eight devices; what Go needs for a thousand pods is measured on one of each shape."""
    slices = list(resource_slices(range(NODES)))
    inventory = cluster(slices)
    yield from one_pod(slices, inventory)
    yield from many_pods(slices, inventory)
    yield from growth(inventory)


def one_pod(slices: Sequence[Document], inventory: Inventory) -> Iterator[Figure]:
    """One pod on all nodes, once where none has what it wants and once where three of four nodes have."""
    for what, wish in (("fits nowhere", ("NVIDIA B200", 1)), ("fits on three of four nodes", ("NVIDIA H100 80GB HBM3", 2))):
        theirs = upstream_milliseconds(question(slices, [wanted(wish)], NODES))
        ours = milliseconds(inventory, [wish])
        yield Figure(what=f"one pod that {what}, {NODES:,} nodes / Go's allocator", ours=ours, theirs=theirs, target=1)


def many_pods(slices: Sequence[Document], inventory: Inventory) -> Iterator[Figure]:
    """A thousand pending pods of ten shapes, each with claims of its own."""
    wishes = shapes()
    one_by_one = sum(upstream_milliseconds(question(slices, [wanted(wish)], NODES), passes=3) for wish in wishes) * PODS / SHAPES
    ours = milliseconds(inventory, [wishes[number % SHAPES] for number in range(PODS)])
    what = f"{PODS:,} pods of {SHAPES} shapes, {NODES:,} nodes / Go one by one"
    yield Figure(what=what, ours=ours / 1e3, theirs=one_by_one / 1e3, unit="s", target=1 / 50)


def growth(inventory: Inventory) -> Iterator[Figure]:
    """Ten times as many pods of the same shapes, and ten times as many shapes."""
    wishes = shapes()
    few = milliseconds(inventory, wishes)
    many = milliseconds(inventory, [wishes[number % SHAPES] for number in range(SHAPES * 10)])
    yield Figure(what=f"{SHAPES * 10} pods of {SHAPES} shapes / {SHAPES} pods", ours=many, theirs=few, target=2)


def shapes() -> list[Wish]:
    """Ten wishes, some that many nodes can grant, some that none can."""
    products = ("NVIDIA H100 80GB HBM3", "NVIDIA A100-SXM4-80GB", "NVIDIA B200", "NVIDIA L40S", "NVIDIA T4")
    return [(product, count) for product in products for count in (1, 9)]


def wanted(wish: Wish) -> Document:
    """A claim to what is wished for."""
    product, count = wish
    return resource_claim(request("gpu", product_is(product), count))


def cluster(slices: Sequence[Document]) -> Inventory:
    """The nodes, slices and the class, without any pod."""
    allocatable = {"cpu": "96", "memory": "1Ti", "pods": "110"}
    nodes = [
        decode.convert({"metadata": {"name": node_name(number)}, "status": {"allocatable": allocatable}}, Node) for number in range(NODES)
    ]
    objects = [decode.decode(json.dumps(slice_).encode(), ResourceSlice) for slice_ in slices]
    return with_objects(Inventory(now="2026-01-01T00:00:00Z"), *nodes, *objects, decode.convert(CLASS, DeviceClass))


def milliseconds(inventory: Inventory, wishes: Sequence[Wish]) -> float:
    """How long the verdicts on one pod for each wish take, from an inventory that nobody has looked at yet."""
    pods: list[Pod] = []
    claims: list[ResourceClaim] = []
    for number, wish in enumerate(wishes):
        document = wanted(wish)
        document["metadata"] = {"name": f"claim-{number}", "namespace": "ml", "uid": f"claim-{number}"}
        claims.append(decode.convert(document, ResourceClaim))
        pods.append(decode.convert(pod(number), Pod))
    scheduler = Scheduler(with_objects(inventory, *pods, *claims))
    begun = time.perf_counter()
    for each in pods:
        scheduler.schedule(each)
    return (time.perf_counter() - begun) * 1e3


def pod(number: int) -> Document:
    """A pending pod with a claim of its own."""
    return {
        "metadata": {"name": f"pod-{number}", "namespace": "ml", "uid": f"pod-{number}"},
        "spec": {
            "resourceClaims": [{"name": "gpu", "resourceClaimName": f"claim-{number}"}],
            "containers": [{"name": "main", "resources": {"requests": {"cpu": "1"}, "claims": [{"name": "gpu"}]}}],
        },
        "status": {"phase": "Pending"},
    }
