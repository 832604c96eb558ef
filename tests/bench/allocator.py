"""The allocator beside Kubernetes' own: one pod on 5,000 nodes, and single nodes on which the search has to go far."""

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.allocator.search import allocate
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery import decode
from kubectl_dra.inventory.allocated import NOTHING_ALLOCATED
from kubectl_dra.releases.behaviour import behaviour_with_gates
from kubectl_dra.releases.release import NEWEST
from tests.bench.harness.figure import Figure
from tests.bench.harness.large_cluster import DRIVER, node_name, resource_slices
from tests.bench.harness.measure import costs
from tests.bench.harness.pods import CLASS, product_is, question, request, resource_claim, upstream_milliseconds
from tests.controlplane.client import Document

NODES: Final = 5_000
ROOT: Final = "resource.kubernetes.io/pcieRoot"
ROUNDS: Final = 5
H100: Final = product_is("NVIDIA H100 80GB HBM3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hard:
    """A node and a claim that take a search far; ``why`` says what ends it soon here, if anything does."""

    what: str
    slices: Sequence[Document]
    claim: Document
    why: str


def figures() -> Iterator[Figure]:
    """Passes over a large cluster, hard searches, memory."""
    alike = list(resource_slices(range(NODES)))
    own = [with_own_product(slice_, number) for number, slice_ in enumerate(alike)]
    yield compared("fits nowhere", alike, product_is("NVIDIA B200"), shapes=2, target=0.5)
    yield compared("fits everywhere", alike, f'device.driver == "{DRIVER}"', shapes=1, target=1)
    yield compared("fits nowhere", own, begins_with("B200"), shapes=NODES, target=5)
    yield compared("fits everywhere", own, begins_with("NVIDIA"), shapes=NODES, target=5)
    for hard in hard_searches():
        asked = question(hard.slices, [hard.claim], 1)
        yield Figure(
            what=f"{hard.what} ({hard.why})", ours=milliseconds(hard.slices, hard.claim, 1), theirs=upstream_milliseconds(asked), target=3
        )
    yield memory()


def compared(what: str, slices: Sequence[Document], expression: str, *, shapes: int, target: float) -> Figure:
    """One pod on all nodes, from slices that are decoded to the last verdict."""
    claim = resource_claim(request("gpu", expression))
    theirs = upstream_milliseconds(question(slices, [claim], NODES))
    return Figure(
        what=f"{what}: {NODES:,} nodes of {shapes:,} shapes, 1 of pods",
        ours=milliseconds(slices, claim, NODES),
        theirs=theirs,
        target=target,
    )


def milliseconds(slices: Sequence[Document], claim: Document, nodes: int) -> float:
    """The least time of an allocator, made anew each time, for all nodes."""
    objects = decoded(slices)
    names = [decode.convert({"metadata": {"name": node_name(number)}}, Node) for number in range(nodes)]
    claims = (decode.convert(claim, ResourceClaim),)
    return min(one_pass(objects, claims, names) for _ in range(ROUNDS))


def one_pass(slices: Sequence[ResourceSlice], claims: Sequence[ResourceClaim], nodes: Sequence[Node]) -> float:
    """How long one pass over the nodes takes, the making of the allocator included."""
    begun = time.perf_counter()
    context = allocator(slices)
    for node in nodes:
        allocate(claims, node, context)
    return (time.perf_counter() - begun) * 1e3


def allocator(slices: Sequence[ResourceSlice]) -> AllocatorContext:
    """An allocator of the newest release that has seen nothing yet."""
    classes = {DRIVER: decode.convert(CLASS, DeviceClass)}
    return AllocatorContext(slices=slices, classes=classes, allocated=NOTHING_ALLOCATED, behaviour=behaviour_with_gates(NEWEST))


def decoded(slices: Sequence[Document]) -> tuple[ResourceSlice, ...]:
    """Slices as a server's list brings them."""
    return decode.decode_items(json.dumps({"items": slices}).encode(), ResourceSlice)


def begins_with(product: str) -> str:
    """A selector that reads what every node has of its own."""
    return f'device.attributes["{DRIVER}"].productName.startsWith("{product}")'


def with_own_product(slice_: Document, number: int) -> Document:
    """The slice with a product's name that no other node has."""
    devices = [with_attribute(device, "productName", {"string": f"NVIDIA {number}"}) for device in slice_["spec"]["devices"]]
    return {**slice_, "spec": {**slice_["spec"], "devices": devices}}


def with_attribute(device: Document, name: str, value: Document) -> Document:
    """The device with one attribute set."""
    return {**device, "attributes": {**device["attributes"], name: value}}


def hard_searches() -> Iterator[Hard]:
    """Five searches that fail late, or succeed late."""
    alike, different = one_node(64, 8), one_node(64, 8, own=True)
    match: list[Document] = [{"matchAttribute": ROOT}]
    yield Hard(what="9 of 64, 8 a root", slices=alike, claim=resource_claim(request("a", H100, 9), constraints=match), why="symmetry")
    four_and_five = resource_claim(request("a", H100, 4), request("b", H100, 5), constraints=match)
    yield Hard(what="4+5 of 64, 8 a root", slices=alike, claim=four_and_five, why="symmetry")
    each = f'{H100} && device.attributes["{DRIVER}"].index >= 0'
    apart = resource_claim(request("a", each, 9), constraints=match)
    yield Hard(what="9 of 64, 8 a root, no two alike", slices=different, claim=apart, why="counted")
    distinct = resource_claim(request("a", each, 9), constraints=[{"distinctAttribute": ROOT}])
    yield Hard(what="9 distinct of 12, 8 roots, no two alike", slices=one_node(12, 8, own=True), claim=distinct, why="searched")
    yield Hard(
        what="5 of 12 partitions, counters for 4", slices=partitions(12, 4), claim=resource_claim(request("a", H100, 5)), why="symmetry"
    )


def one_node(devices: int, roots: int, *, own: bool = False) -> list[Document]:
    """One node whose devices hang from some roots; ``own`` gives each an index that selectors read."""
    [slice_] = resource_slices(range(1, 2))
    model = slice_["spec"]["devices"][0]
    made = [
        with_attribute(
            {**with_attribute(model, "index", {"int": number if own else 0}), "name": f"gpu-{number}"},
            ROOT,
            {"string": f"r{number % roots}"},
        )
        for number in range(devices)
    ]
    name = node_name(0)
    return [{**slice_, "spec": {**slice_["spec"], "nodeName": name, "pool": {**slice_["spec"]["pool"], "name": name}, "devices": made}}]


def partitions(devices: int, total: int) -> list[Document]:
    """One node with devices of which each takes one of a counter, and a slice with the counter."""
    [slice_] = one_node(devices, 1)
    pool = {**slice_["spec"]["pool"], "resourceSliceCount": 2}
    draws = [{"counterSet": "whole", "counters": {"slices": {"value": "1"}}}]
    drawing = [{**device, "consumesCounters": draws} for device in slice_["spec"]["devices"]]
    counters = [{"name": "whole", "counters": {"slices": {"value": str(total)}}}]
    spec: dict[str, Any] = {**slice_["spec"], "pool": pool}
    return [
        {**slice_, "spec": {**spec, "devices": drawing}},
        {**slice_, "metadata": {"name": "counters"}, "spec": {**spec, "devices": [], "sharedCounters": counters}},
    ]


def memory() -> Figure:
    """The resident set after loading 40,000 devices and searching all nodes, beside that after loading alone."""
    program = [sys.executable, "-c", "import sys; from tests.bench.allocator import load; load(search=sys.argv[1] == 'search')"]
    loaded, searched = costs([[*program, "load"], [*program, "search"]], {"PYTHONPATH": "."}, rounds=2)
    return Figure(
        what="40,000 devices loaded and searched / loaded: memory", ours=searched.memory, theirs=loaded.memory, unit="MB", target=1.3
    )


def load(*, search: bool) -> None:
    """Load the large cluster, and search it for one pod that fits nowhere and one that fits on most nodes; for a process of its own."""
    slices = decode.decode_items(json.dumps({"items": list(resource_slices(range(NODES)))}).encode(), ResourceSlice)
    if search:
        context = allocator(slices)
        for expression in (H100, product_is("NVIDIA B200")):
            claims = (decode.convert(resource_claim(request("gpu", expression)), ResourceClaim),)
            for number in range(NODES):
                allocate(claims, decode.convert({"metadata": {"name": node_name(number)}}, Node), context)
