from typing import Any

import pytest

from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.pools import Pool, PoolsUnreadable, SliceIndex, gather_pools, overview_of_pools
from kubectl_dra.releases.behaviour import Behaviour, behaviour_with_gates
from kubectl_dra.releases.release import NEWEST, Release

NEW = behaviour_with_gates(NEWEST)
OLD = behaviour_with_gates(Release(1, 34))
NODE = convert({"metadata": {"name": "worker-1", "labels": {"zone": "a"}}}, Node)
IN_ZONE_A = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["a"]}]}]}
IN_ZONE_B = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "In", "values": ["b"]}]}]}


def made(
    name: str = "slice-a", pool: str = "pool", *, generation: int = 1, count: int = 1, devices: str = "", **fields: Any
) -> ResourceSlice:
    """A slice for worker-1 unless its fields say otherwise; ``devices`` are names with spaces between, ``published`` whole devices."""
    spec: dict[str, Any] = {
        "driver": "gpu.example.com",
        "pool": {"name": pool, "generation": generation, "resourceSliceCount": count},
        "devices": [{"name": device} for device in devices.split()],
    }
    spec["devices"] += fields.pop("published", [])
    if not {"allNodes", "nodeSelector", "nodeName", "perDeviceNodeSelection"} & set(fields):
        fields["nodeName"] = "worker-1"
    return convert({"metadata": {"name": name}, "spec": spec | fields}, ResourceSlice)


def gathered(*slices: ResourceSlice, behaviour: Behaviour = NEW) -> tuple[Pool, ...]:
    """The pools that worker-1 sees."""
    pools = gather_pools(SliceIndex(slices), NODE, behaviour)
    assert not isinstance(pools, PoolsUnreadable)
    return pools


def in_short(*slices: ResourceSlice, behaviour: Behaviour = NEW) -> list[object]:
    """For each pool its slices, or what is wrong with it."""
    return [
        "incomplete" if pool.is_incomplete else pool.invalid_reason or [slice_.metadata.name for slice_ in pool.slices]
        for pool in gathered(*slices, behaviour=behaviour)
    ]


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"nodeName": "worker-1"}, [["slice-a"]]),
        ({"nodeName": "worker-2"}, []),
        ({"allNodes": True}, [["slice-a"]]),
        ({"nodeSelector": IN_ZONE_A}, [["slice-a"]]),
        ({"nodeSelector": IN_ZONE_B}, []),
        ({"allNodes": False}, []),
    ],
)
def test_a_slice_is_seen_from_its_nodes(fields: dict[str, Any], expected: object) -> None:
    """By name, by selector, or from everywhere; a slice that says nothing is not seen."""
    assert in_short(made(**fields)) == expected


def test_a_slice_with_devices_of_many_nodes_is_seen_where_one_is_for_the_node() -> None:
    """Per-device node selection lets a node see the whole slice."""
    elsewhere, here = {"name": "a", "nodeName": "worker-2"}, {"name": "b", "nodeSelector": IN_ZONE_A}
    assert in_short(made(perDeviceNodeSelection=True, published=[elsewhere, here])) == [["slice-a"]]
    assert in_short(made(perDeviceNodeSelection=True, published=[elsewhere])) == []


def test_the_newest_generation_replaces_the_others() -> None:
    """Slices of an older generation are not seen beside newer ones."""
    assert in_short(made("old", generation=1), made("new", generation=2)) == [["new"]]


def test_an_invalid_pool_keeps_its_place() -> None:
    """Its binding conditions do not put it behind the others, whether partitions are known or not."""
    waits = {"name": "a", "bindingConditions": ["ready"], "bindingFailureConditions": ["broken"]}
    invalid, valid = made("twice", "a", published=[waits, waits]), made("once", "b", published=[waits])
    for gates in ({}, {"DRAPartitionableDevices": False}):
        behaviour = behaviour_with_gates(NEWEST, gates)
        assert in_short(invalid, valid, behaviour=behaviour) == ["duplicate device name a", ["once"]]
        without = made("once", "b", devices="a")
        assert in_short(invalid, without, behaviour=behaviour) == ["duplicate device name a", ["once"]]


def test_slices_that_name_the_node_say_how_many_there_are() -> None:
    """Where slices disagree about their number, 1.37 listens to those that name the node first, also where they hold counters."""
    devices = made("devices", count=1, devices="a", allNodes=True)
    counters = made("counters", count=2, sharedCounters=[{"name": "set", "counters": {"memory": {"value": "4"}}}])
    assert in_short(devices, counters) == [["devices"]]
    of_older = behaviour_with_gates(Release(1, 36))
    assert in_short(devices, counters, behaviour=of_older) == ["incomplete"]


def test_a_newer_generation_for_another_node_makes_the_pool_obsolete() -> None:
    """An old slice that is not the whole old pool is given up."""
    assert in_short(made("old", generation=1, count=2), made("new", generation=2, nodeName="worker-2")) == []


def test_an_old_slice_that_is_a_whole_pool_stays() -> None:
    """Where the old generation has one slice, its node does not notice the new one."""
    assert in_short(made("old", generation=1), made("new", generation=2, nodeName="worker-2")) == [["old"]]


def test_a_missing_slice_makes_the_pool_incomplete() -> None:
    """Fewer slices than the pool says it has."""
    assert in_short(made(count=2)) == ["incomplete"]


def test_slices_for_other_nodes_complete_a_pool() -> None:
    """A pool may spread over nodes; each sees its own part."""
    assert in_short(made("mine", count=2), made("other", count=2, nodeName="worker-2")) == [["mine"]]


def test_1_34_counts_only_what_the_node_sees() -> None:
    """There a pool that spreads over nodes is incomplete on each."""
    [pool] = gathered(made("mine", count=2), made("other", count=2, nodeName="worker-2"), behaviour=OLD)
    assert (pool.is_incomplete, len(pool.slices)) == (True, 1)


def test_a_name_that_is_used_twice_makes_the_pool_invalid() -> None:
    """Device names must be unique in what a node sees."""
    assert in_short(made("one", count=2, devices="a b"), made("two", count=2, devices="b")) == ["duplicate device name b"]


def test_pools_and_slices_come_by_name() -> None:
    """Whatever order they are listed in."""
    assert in_short(made("d", "y"), made("c", "x", count=2), made("b", "x", count=2)) == [["b", "c"], ["d"]]


def test_pools_with_binding_conditions_come_last() -> None:
    """Simpler devices are preferred."""
    waiting = {"name": "a", "bindingConditions": ["ready"], "bindingFailureConditions": ["failed"]}
    assert in_short(made("c", "x", published=[waiting]), made("d", "y")) == [["d"], ["c"]]


def test_a_selector_that_cannot_be_read_is_told() -> None:
    """An operator that does not exist ends the gathering, in upstream's words."""
    broken = {"nodeSelectorTerms": [{"matchExpressions": [{"key": "zone", "operator": "Near", "values": ["a"]}]}]}
    found = gather_pools(SliceIndex([made(nodeSelector=broken)]), NODE, NEW)
    assert isinstance(found, PoolsUnreadable)
    assert found.text.startswith(
        "gather pool information: failed to perform node selection for slice slice-a: failed to parse node selector "
    )
    assert found.text.endswith(
        'nodeSelectorTerms[0].matchExpressions[0].operator: Unsupported value: "Near": '
        'supported values: "In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"'
    )


def test_the_overview_keeps_older_slices_apart() -> None:
    """What is left of an older generation is told beside the newest."""
    [pool] = overview_of_pools([made("new", generation=2, count=2), made("old", generation=1)], NEW)
    assert (pool.generation, [slice_.metadata.name for slice_ in pool.slices]) == (2, ["new"])
    assert ([slice_.metadata.name for slice_ in pool.older_slices], pool.is_complete) == (["old"], False)


def test_the_overview_lets_nodes_use_the_same_names() -> None:
    """A name is repeated only where one node sees it twice."""
    apart = overview_of_pools([made("one", count=2, devices="a"), made("two", count=2, devices="a", nodeName="worker-2")], NEW)
    together = overview_of_pools([made("one", count=2, devices="a"), made("two", count=2, devices="a", allNodes=True)], NEW)
    assert (apart[0].invalid_reason, together[0].invalid_reason) == ("", "duplicate device name a")
