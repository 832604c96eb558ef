import pytest
from msgspec.structs import replace

from kubectl_dra.api import kinds
from kubectl_dra.api.source import Unread, UnreadReason
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.inventory.states import STATES, in_counting_order, observe
from kubectl_dra.releases.release import NEWEST, Release
from tests import written
from tests.written import held, slice_of, states

ONE = slice_of("{name: gpu-0}")
TWO = slice_of("{name: gpu-0}, {name: gpu-1}")
SHARED = slice_of(
    "{name: nic, allowMultipleAllocations: true, capacity: {bandwidth: {value: 10G, requestPolicy: "
    "{default: 1G, validRange: {min: 2G, step: 1G}}}}}"
)
COUNTERS = slice_of(
    "sharedCounters: [{name: c, counters: {memory: {value: 80Gi}}}]",
    name="counters",
    pool="{name: n1, generation: 1, resourceSliceCount: 2}",
)
PARTS = COUNTERS + slice_of(
    "{name: whole, consumesCounters: [{counterSet: c, counters: {memory: {value: 80Gi}}}]}, "
    "{name: half-0, consumesCounters: [{counterSet: c, counters: {memory: {value: 40Gi}}}]}, "
    "{name: half-1, consumesCounters: [{counterSet: c, counters: {memory: {value: 40Gi}}}]}",
    pool="{name: n1, generation: 1, resourceSliceCount: 2}",
)


def test_device_that_nobody_holds_is_free() -> None:
    """A device of a whole pool without claims is free."""
    assert states(ONE) == {"gpu-0": ("free",)}


def test_allocated_device_is_used() -> None:
    """A device in a claim's allocation is used; the other is free."""
    assert states(TWO + held("c", "pool: n1, device: gpu-1")) == {"gpu-0": ("free",), "gpu-1": ("used",)}


def test_admin_access_holds_nothing() -> None:
    """A result with admin access leaves the device free, and is told as a holder."""
    text = ONE + held("c", "pool: n1, device: gpu-0, adminAccess: true")

    assert states(text) == {"gpu-0": ("free",)}
    assert [str(holder.claim) for holder in written.device(text, "gpu-0").holders] == ["ml/c"]


def test_state_is_unknown_without_claims() -> None:
    """Where the files were never meant to hold claims, nothing is called free."""
    assert states(ONE, whole=False) == {"gpu-0": ("unknown",)}


def unseen_rules(text: str, reason: UnreadReason = UnreadReason.FORBIDDEN, release: Release = NEWEST) -> dict[str, tuple[str, ...]]:
    """The states where taint rules could not be read."""
    inventory = written.inventory(text, release=release)
    unread = Unread(kind=kinds.DEVICE_TAINT_RULE, reason=reason, message="no")
    return {one.device.name: one.states for one in observe(replace(inventory, unread=(unread,))).devices}


@pytest.mark.parametrize("reason", [UnreadReason.FORBIDDEN, UnreadReason.FAILED])
def test_nothing_is_called_free_where_rules_may_taint_it(reason: UnreadReason) -> None:
    """A device that could be had, were it not for rules that nobody sees, is unknown; one that is used is used."""
    assert unseen_rules(TWO + held("c", "pool: n1, device: gpu-1"), reason) == {"gpu-0": ("unknown", "free"), "gpu-1": ("used",)}
    assert unseen_rules(SHARED + held("c", "pool: n1, device: nic, shareID: s, consumedCapacity: {bandwidth: 2G}"), reason) == {
        "nic": ("unknown", "shared")
    }


def test_rules_that_do_not_exist_taint_nothing() -> None:
    """Where the server has no such rules, or the scheduler heeds none, a free device is free."""
    assert unseen_rules(ONE, UnreadReason.NOT_SERVED) == {"gpu-0": ("free",)}
    assert unseen_rules(ONE, release=Release(1, 34)) == {"gpu-0": ("free",)}


def test_unknown_comes_before_not_offered() -> None:
    """All states that apply are told, in their order."""
    text = slice_of("{name: gpu-0}", pool="{name: n1, generation: 1, resourceSliceCount: 2}")

    assert states(text, whole=False) == {"gpu-0": ("unknown", "not offered")}


def test_incomplete_pool_is_not_offered() -> None:
    """A pool with too few slices is passed over, and the numbers are told."""
    text = slice_of("{name: gpu-0}", pool="{name: n1, generation: 1, resourceSliceCount: 2}")
    withheld = written.device(text, "gpu-0").withheld

    assert states(text) == {"gpu-0": ("not offered",)}
    assert withheld is not None
    assert (withheld.because, withheld.slices, withheld.expected_slices) == ("incomplete pool", 1, 2)


def test_incomplete_pool_is_used_in_134() -> None:
    """The scheduler of 1.34 takes devices of incomplete pools."""
    text = slice_of("{name: gpu-0}", pool="{name: n1, generation: 1, resourceSliceCount: 2}")

    assert states(text, release=Release(1, 34)) == {"gpu-0": ("free",)}


def test_pool_with_duplicate_device_is_not_offered() -> None:
    """A device name that stands twice makes the pool invalid, in upstream's words."""
    text = slice_of("{name: gpu-0}, {name: gpu-0}")
    withheld = written.device(text, "gpu-0").withheld

    assert withheld is not None
    assert (withheld.because, withheld.invalid_reason) == ("invalid pool", "duplicate device name gpu-0")


def test_older_generation_is_not_offered() -> None:
    """Devices of an older generation are listed behind the new ones, and hold nothing of them."""
    text = slice_of("{name: gpu-0}", name="new", pool="{name: n1, generation: 2, resourceSliceCount: 1}")
    text += slice_of("{name: gpu-0}", name="old", pool="{name: n1, generation: 1, resourceSliceCount: 1}")
    text += held("c", "pool: n1, device: gpu-0")
    found = [(device.slice_.metadata.name, device.states, len(device.holders)) for device in written.hardware(text).devices]

    assert found == [("new", ("used",), 1), ("old", ("not offered",), 0)]


def test_older_generation_is_offered_where_it_is_all_there_is() -> None:
    """A node that the new generation does not mention still uses a complete old one, and who holds it is told."""
    text = slice_of("{name: gpu-0}", name="new", pool="{name: p, generation: 2, resourceSliceCount: 1}", target="nodeName: n2")
    text += slice_of("{name: gpu-1}", name="old", pool="{name: p, generation: 1, resourceSliceCount: 1}")

    assert states(text + held("c", "pool: p, device: gpu-1")) == {"gpu-0": ("free",), "gpu-1": ("used",)}


def test_duplicate_on_another_node_does_not_matter() -> None:
    """A name that stands twice keeps a pool from nodes that see both devices, not from others."""
    pool = "{name: p, generation: 1, resourceSliceCount: 2}"
    one, two = slice_of("{name: a}", name="s1", pool=pool), slice_of("{name: a}", name="s2", pool=pool, target="nodeName: n2")
    both = slice_of("{name: a}", name="s2", pool=pool, target="allNodes: true")

    assert [device.states for device in written.hardware(one + two).devices] == [("free",), ("free",)]
    assert [device.states for device in written.hardware(one + both).devices] == [("not offered",), ("not offered",)]


def test_slice_without_pool_is_not_offered() -> None:
    """A slice that names no pool is listed, and nothing of it can be had."""
    text = slice_of("{name: gpu-0}").replace("  pool: {name: n1, generation: 1, resourceSliceCount: 1}\n", "")

    assert states(text) == {"gpu-0": ("not offered",)}


def test_taint_of_the_driver_taints() -> None:
    """NoSchedule and NoExecute keep others away, the effect None does not."""
    text = slice_of(
        "{name: a, taints: [{key: k, effect: NoSchedule}]}, {name: b, taints: [{key: k, effect: None}]}, "
        "{name: c, taints: [{key: k, value: v, effect: NoExecute}]}"
    )

    assert states(text) == {"a": ("tainted",), "b": ("free",), "c": ("tainted",)}


def test_used_device_with_taint_is_both() -> None:
    """The first state is that of the holder, the taint is told beside it."""
    text = slice_of("{name: a, taints: [{key: k, effect: NoSchedule}]}") + held("c", "pool: n1, device: a")

    assert states(text) == {"a": ("used", "tainted")}


def test_share_leaves_the_rest() -> None:
    """A device for many claims is shared as long as the smallest amount is left."""
    text = SHARED + held("c", 'pool: n1, device: nic, shareID: "1", consumedCapacity: {bandwidth: 8G}')

    assert states(text) == {"nic": ("shared",)}
    assert {"bandwidth": read_quantity("8G")} == dict(written.device(text, "nic").consumed)


@pytest.mark.parametrize("amount", ["9G", "10G"])
def test_device_is_full_when_too_little_is_left(amount: str) -> None:
    """Less than the smallest amount that may be asked for is nothing."""
    text = SHARED + held("c", f'pool: n1, device: nic, shareID: "1", consumedCapacity: {{bandwidth: {amount}}}')

    assert states(text) == {"nic": ("full",)}


def test_counters_of_others_block() -> None:
    """A partition in use blocks the whole device, and what is short is told."""
    text = PARTS + held("c", "pool: n1, device: half-0")
    short = written.device(text, "whole").shortages[0]

    assert states(text) == {"whole": ("blocked",), "half-0": ("used",), "half-1": ("free",)}
    assert (short.counter_set, short.counter, str(short.left), str(short.wanted)) == ("c", "memory", "40Gi", "80Gi")


def test_whole_device_blocks_its_partitions() -> None:
    """The whole device in use leaves none of its partitions."""
    assert states(PARTS + held("c", "pool: n1, device: whole")) == {"whole": ("used",), "half-0": ("blocked",), "half-1": ("blocked",)}


def test_states_are_in_the_order_of_the_rules() -> None:
    """The order in which states apply is fixed."""
    assert STATES == ("unknown", "not offered", "used", "full", "blocked", "tainted", "shared", "free")


def test_names_are_in_counting_order() -> None:
    """Numbers in names are compared as numbers."""
    assert sorted(["gpu-10", "gpu-2", "gpu-1", "nic-0"], key=in_counting_order) == ["gpu-1", "gpu-2", "gpu-10", "nic-0"]
