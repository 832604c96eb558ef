from collections.abc import Sequence
from typing import Any

import pytest

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.search import allocate_without
from kubectl_dra.api.resource import ResourceClaim, ResourceSlice
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from tests.unit.allocator.clusters import COLOUR, DRIVER, NODE, claim, context, device, request, said, slice_of
from tests.unit.allocator.test_counters import drawing, partitions

HOLDS_A = AllocatedState(devices=frozenset({DeviceID(DRIVER, "pool", "a")}))
NO_SELECTION: dict[str, Any] = {"selectors": [{"cel": {"expression": "false"}}]}
ONE = [slice_of(device("a"))]
TAINTED = [slice_of(device("a", taints=[{"key": "k", "effect": "NoSchedule"}]))]
COLOURS = claim(request(count=2), constraints=[{"matchAttribute": COLOUR}])


def fits_without(obstacle: Obstacle, slices: Sequence[ResourceSlice], *claims: ResourceClaim) -> bool:
    """Whether the claims fit without the obstacle, everything else left as it is."""
    return isinstance(said(allocate_without(frozenset({obstacle}), claims, NODE, context(slices))), list)


@pytest.mark.parametrize(
    ("obstacle", "slices", "claims"),
    [
        (Obstacle.REQUEST_SELECTORS, ONE, [claim(request(**NO_SELECTION))]),
        (Obstacle.TAINTS, TAINTED, [claim(request())]),
        (Obstacle.CONSTRAINTS, [slice_of(device("a", "red"), device("b", "blue"))], [COLOURS]),
        (Obstacle.COUNTERS, partitions(drawing("a", 11)), [claim(request())]),
        (Obstacle.CAPACITY_REQUESTS, ONE, [claim(request(capacity={"requests": {"memory": "1"}}))]),
        (Obstacle.OTHER_NODES, [slice_of(device("a"), nodeName="worker-2")], [claim(request())]),
        (Obstacle.INCOMPLETE_POOLS, [slice_of(device("a"), slices=2)], [claim(request())]),
        (Obstacle.INVALID_POOLS, [slice_of(device("a"), device("a"))], [claim(request())]),
        (Obstacle.COUNTS, ONE, [claim(request(count=2))]),
        (Obstacle.OTHER_CLAIMS, ONE, [claim(request()), claim(request(), name="other")]),
        (Obstacle.OTHER_REQUESTS, ONE, [claim(request("a"), request("b"))]),
    ],
)
def test_what_is_taken_away_no_longer_stands_in_the_way(
    obstacle: Obstacle, slices: list[ResourceSlice], claims: list[ResourceClaim]
) -> None:
    """Each obstacle alone keeps a claim from fitting that fits without it."""
    assert not isinstance(said(allocate_without(frozenset(), claims, NODE, context(slices))), list)
    assert fits_without(obstacle, slices, *claims)


def test_what_others_hold_can_be_taken_away() -> None:
    """Without other claims their device is free."""
    found = allocate_without(frozenset({Obstacle.IN_USE}), [claim(request())], NODE, context(ONE, allocated=HOLDS_A))
    assert said(found) == ["a"]


def test_another_obstacle_does_not_help() -> None:
    """A claim that waits for a taint does not fit without counters."""
    assert not fits_without(Obstacle.COUNTERS, TAINTED, claim(request()))
