from typing import Any

import pytest

from kubectl_dra.allocator.counters import admits, joined
from kubectl_dra.api.resource import ResourceSlice
from kubectl_dra.inventory.allocated import AllocatedState
from kubectl_dra.inventory.inventory import DeviceID
from tests.unit.allocator.clusters import DRIVER, answer, claim, device, in_release, request, slice_of


def drawing(name: str, amount: int, *groups: str, **fields: Any) -> dict[str, Any]:
    """A device that takes so much of the pool's counter."""
    entry = {"counterSet": "whole", "counters": {"slices": {"value": str(amount)}}, "compatibilityGroups": list(groups)}
    return device(name, consumesCounters=[entry], **fields)


def partitions(*devices: dict[str, Any], total: int = 10) -> list[ResourceSlice]:
    """A pool of two slices: devices, and the counter that they draw on."""
    counters = [{"name": "whole", "counters": {"slices": {"value": str(total)}}}]
    return [slice_of(*devices, slices=2), slice_of(name="slice-b", slices=2, sharedCounters=counters)]


def held(*names: str) -> AllocatedState:
    """Devices that others hold."""
    return AllocatedState(devices=frozenset(DeviceID(DRIVER, "pool", name) for name in names))


def test_partitions_share_what_there_is() -> None:
    """Two devices that together need more than there is are not taken together."""
    assert answer(partitions(drawing("a", 6), drawing("b", 6), drawing("c", 4)), claim(request(count=2))) == ["a", "c"]


def test_what_others_hold_is_gone() -> None:
    """The counters of devices in use are not offered again."""
    assert answer(partitions(drawing("a", 6), drawing("b", 6)), claim(request()), allocated=held("a")) == "does not fit"


def test_an_overdrawn_counter_blocks_the_pool() -> None:
    """Where others took more than there is, not even a device that takes nothing is given."""
    assert answer(partitions(drawing("a", 11), drawing("b", 0)), claim(request()), allocated=held("a")) == "does not fit"


@pytest.mark.parametrize(("minor", "expected"), [(35, "does not fit"), (36, ["b"]), (37, ["b"])])
def test_a_refused_device_keeps_its_counters_before_1_36(minor: int, expected: object) -> None:
    """A tainted device that was looked at first leaves too little for the next, until 1.36 mends it."""
    slices = partitions(drawing("a", 6, taints=[{"key": "k", "effect": "NoSchedule"}]), drawing("b", 6))
    behaviour = in_release(minor, PartitionableDevices=True, DeviceTaints=True)
    assert answer(slices, claim(request()), behaviour=behaviour) == expected


def test_a_reference_to_no_counter_makes_the_pool_invalid() -> None:
    """A device that draws on a counter set that does not exist spoils its pool."""
    assert answer([slice_of(drawing("a", 1))], claim(request())) == "invalid pools"


def test_without_the_feature_partitions_are_not_given() -> None:
    """The slice with counters is not seen, so the pool is incomplete."""
    assert answer(partitions(drawing("a", 1)), claim(request()), behaviour=in_release(37, PartitionableDevices=False)) == "does not fit"


def test_groups_must_have_one_in_common() -> None:
    """Devices on one counter set are taken together only where a compatibility group is common to all."""
    slices = partitions(drawing("a", 1, "x"), drawing("b", 1, "y"), drawing("c", 1, "x", "y"))
    assert answer(slices, claim(request(count=2)), behaviour=in_release(37, DeviceCompatibilityGroups=True)) == ["a", "c"]


def test_a_device_without_groups_joins_only_its_like() -> None:
    """None, some groups, and nothing declared are three different things."""
    assert [admits(None, ()), admits(frozenset(), ()), admits(frozenset("x"), ()), admits(frozenset(), ("x",))] == [
        True,
        True,
        False,
        False,
    ]


def test_groups_that_share_nothing_admit_nobody() -> None:
    """Where devices that are allocated already have no group in common, no device may join."""
    common = joined(joined(None, ("x",)), ("y",))
    assert [admits(common, groups) for groups in ((), ("x",), ("y",))] == [False, False, False]
