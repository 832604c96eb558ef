"""`kubectl dra why-pending` beside `devices --summary`, live: one pod of a large cluster, and a thousand that wait."""

from collections.abc import Iterator
from typing import Final

from tests.bench.harness.figure import Figure
from tests.bench.harness.large_cluster import node_name
from tests.bench.harness.live import add_slices, control_plane, environment
from tests.bench.harness.measure import KUBECTL_DRA, cost, least
from tests.bench.harness.pods import CLASS, product_is, request, resource_claim
from tests.controlplane.client import Document

NODES: Final = 5_000
PODS: Final = 1_000
SHAPES: Final = 20
ROUNDS: Final = 2


def figures() -> Iterator[Figure]:
    """5,000 nodes of eight devices, and pods that no scheduler touches, so that all of them wait."""
    with control_plane() as plane:
        client = plane.client()
        client.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "ml"}}, CLASS])
        add_slices(plane, range(NODES))
        client.apply_quickly(node(number) for number in range(NODES))
        client.apply_quickly(claim(number) for number in range(PODS))
        client.apply_quickly(pod(number) for number in range(PODS))
        known = environment(plane)
        commands = (["devices", "--summary"], ["why-pending", "-n", "ml", "pod/wants-0"], ["why-pending", "-A"])
        runs = [[cost([KUBECTL_DRA, *words], known, accepted=(0, 1)) for words in commands] for _ in range(ROUNDS)]
    summary, one, everything = (least([run[position] for run in runs]) for position in range(len(commands)))
    yield Figure(what="why-pending, one pod, 40,000 devices / devices --summary", ours=one.wall, theirs=summary.wall, target=1.5)
    what = f"why-pending -A, {PODS:,} pods of {SHAPES} shapes / devices --summary"
    yield Figure(what=what, ours=everything.wall, theirs=summary.wall, target=4)
    what = "why-pending, one pod / devices --summary: processor time"
    yield Figure(what=what, ours=one.processor, theirs=summary.processor)
    yield Figure(what="why-pending -A / devices --summary: processor time", ours=everything.processor, theirs=summary.processor)
    yield Figure(what="why-pending -A / devices --summary: memory", ours=everything.memory, theirs=summary.memory, unit="MB")


def node(number: int) -> Document:
    """A node with room for pods."""
    name = node_name(number)
    status = {"allocatable": {"cpu": "64", "memory": "256Gi", "pods": "110"}, "conditions": [{"type": "Ready", "status": "True"}]}
    metadata = {"name": name, "labels": {"kubernetes.io/hostname": name}}
    return {"apiVersion": "v1", "kind": "Node", "metadata": metadata, "status": status}


def claim(number: int) -> Document:
    """A claim of one of the shapes, none of which any node can meet: a product that is nowhere, or more devices than a node has."""
    shape = number % SHAPES
    product = f"NVIDIA B{shape}00" if shape % 2 else "NVIDIA H100 80GB HBM3"
    made = resource_claim(request("gpu", product_is(product), count=9 + shape))
    return made | {"metadata": {"name": f"wants-{number}", "namespace": "ml"}}


def pod(number: int) -> Document:
    """A pod with that claim."""
    name = f"wants-{number}"
    used = {"name": "gpu", "resourceClaimName": name}
    container = {"name": "main", "image": "example.com/x", "resources": {"claims": [{"name": "gpu"}]}}
    spec = {"schedulerName": "nobody", "resourceClaims": [used], "containers": [container]}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name, "namespace": "ml"}, "spec": spec}
