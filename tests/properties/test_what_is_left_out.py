"""What is searched in a part of the cluster, and asked of one node of many, comes out as if all were looked at; on random clusters."""

from itertools import combinations, islice

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.relaxation import Relaxation
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.allocator.search import LIMIT_OF_RELAXED, allocate_without
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import ResourceClaim
from kubectl_dra.scheduler import dynamicresources
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.snapshot import Snapshot
from kubectl_dra.scheduler.verdict import Filtered
from tests.properties.pending_clusters import clusters

PAIRS = tuple(frozenset(chosen) for size in (1, 2) for chosen in combinations(Obstacle, size))


def fits_in_the_whole(obstacles: frozenset[Obstacle], claims: tuple[ResourceClaim, ...], node: Node, context: AllocatorContext) -> bool:
    """Whether the claims fit once the obstacles are taken from every slice of the cluster."""
    relaxation = Relaxation(obstacles)
    whole = AllocatorContext(
        slices=relaxation.slices(context.index.slices),
        classes=relaxation.classes(context.classes),
        allocated=relaxation.allocated(context.allocated),
        behaviour=context.behaviour,
    )
    return isinstance(whole.outcome(relaxation.claims(claims), node, limit=LIMIT_OF_RELAXED), Allocation)


def test_what_cannot_matter_may_be_left_out() -> None:
    """Obstacles are taken from the node's own pools, or from enough of all; whether the claims then fit is the same."""
    fitting = 0
    for seed, inventory, pod in islice(clusters(), 40):
        snapshot = Snapshot(inventory)
        devices = dynamicresources.pre_filter(snapshot, pod)
        assert isinstance(devices, dynamicresources.PodDevices)
        node = next(iter(inventory.nodes.values()))
        for obstacles in PAIRS:
            expected = fits_in_the_whole(obstacles, devices.claims, node, snapshot.context)
            actual = isinstance(allocate_without(obstacles, devices.claims, node, snapshot.context), Allocation)
            assert expected == actual, f"seed {seed} without {sorted(obstacles)}"
            fitting += actual
    assert fitting > 400


def test_nodes_alike_answer_for_one_another() -> None:
    """A scheduler that sorts nodes first says of every node what one says that asks each."""
    compared = 0
    for seed, inventory, pod in clusters():
        expected, actual = Scheduler(inventory).schedule(pod), Scheduler(inventory, sorts_nodes=True).schedule(pod)
        assert (expected.word, expected.message) == (actual.word, actual.message), f"seed {seed}"
        if isinstance(expected.outcome, Filtered) and isinstance(actual.outcome, Filtered):
            assert [group.nodes for group in expected.outcome.groups] == [group.nodes for group in actual.outcome.groups], f"seed {seed}"
            compared += 1
    assert compared > 100
