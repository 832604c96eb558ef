from typing import Any

import pytest

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.allocator.result import Allocation
from kubectl_dra.allocator.search import allocate_without
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from tests.unit.allocator.clusters import DRIVER, NODE, claim, context, device, request, slice_of

ELSEWHERE = frozenset({Obstacle.OTHER_NODES})
FAR = [
    slice_of(device("a", "red" if number != 77 else "blue"), device("b", "red"), nodeName=f"far-{number}", pool=f"pool-{number:03}")
    for number in range(100)
]


def test_a_few_pools_stand_for_all() -> None:
    """Of two hundred devices alike no more than a claim can hold are looked at."""
    kept = context(FAR).without(ELSEWHERE, [claim(request())], NODE).index.slices
    assert len(kept) == 16


@pytest.mark.parametrize(("count", "fits"), [(1, True), (32, True), (33, False)])
def test_what_is_kept_is_enough_for_any_claim(count: int, *, fits: bool) -> None:
    """A claim gets as many devices as it may have."""
    found = allocate_without(ELSEWHERE, [claim(request(count=count))], NODE, context(FAR))
    assert isinstance(found, Allocation) == fits


@pytest.mark.parametrize(("colour", "count", "fits"), [("blue", 1, True), ("blue", 2, False), ("red", 32, True)])
def test_rare_devices_are_kept(colour: str, count: int, *, fits: bool) -> None:
    """The only device of its kind is found wherever it is."""
    selectors: dict[str, Any] = {"selectors": [{"cel": {"expression": f'device.attributes["example.org"].colour == "{colour}"'}}]}
    found = allocate_without(ELSEWHERE, [claim(request(count=count, **selectors))], NODE, context(FAR))
    assert isinstance(found, Allocation) == fits


def test_free_devices_are_kept_beside_held_ones() -> None:
    """Devices that others hold do not stand for free ones."""
    held = AllocatedState(devices=frozenset(DeviceID(DRIVER, f"pool-{number:03}", name) for number in range(90) for name in "ab"))
    found = allocate_without(ELSEWHERE, [claim(request(count=20))], NODE, context(FAR, allocated=held))
    assert isinstance(found, Allocation)
