from kubectl_dra.inventory.together import free_partitions
from tests import written
from tests.written import held, slice_of

POOL = "{name: n1, generation: 1, resourceSliceCount: 2}"


def part(name: str, slots: range, *, gpu: int = 0, profile: str = "") -> str:
    """A partition that takes some of seven slots of a GPU."""
    attributes = f"attributes: {{profile: {{string: {profile}}}}}, " if profile else ""
    counters = ", ".join(f"s{slot}: {{value: '1'}}" for slot in slots)
    return f"{{name: {name}, {attributes}consumesCounters: [{{counterSet: g{gpu}, counters: {{{counters}}}}}]}}"


def partitions(gpu: int) -> list[str]:
    """A GPU whole, in sevenths, and in two parts of three slots."""
    sevenths = [part(f"g{gpu}-1-{slot}", range(slot, slot + 1), gpu=gpu, profile="1g") for slot in range(7)]
    return [part(f"w{gpu}", range(7), gpu=gpu), *sevenths, *(part(f"g{gpu}-3-{n}", range(n, n + 3), gpu=gpu, profile="3g") for n in (0, 3))]


def gpus(count: int) -> str:
    """GPUs of seven slots each, to be had whole, in sevenths, or in two halves of three."""
    slots = ", ".join(f"s{slot}: {{value: '1'}}" for slot in range(7))
    sets = ", ".join(f"{{name: g{gpu}, counters: {{{slots}}}}}" for gpu in range(count))
    parts = [partition for gpu in range(count) for partition in partitions(gpu)]
    counters = slice_of(f"sharedCounters: [{sets}]", name="counters", pool=POOL)
    return counters + slice_of(", ".join(parts), pool=POOL)


def at_once(text: str) -> list[tuple[str, int]]:
    """Sort and number of what can be had together."""
    hardware = written.hardware(text)
    return [(one.sort, one.count) for one in free_partitions(hardware, hardware.devices)]


def test_one_device_and_its_partitions_are_alternatives() -> None:
    """One GPU and its partitions are one whole, or two halves, or seven sevenths."""
    assert at_once(gpus(1)) == [("whole", 1), ("3g", 2), ("1g", 7)]


def test_partitions_in_use_are_taken_off() -> None:
    """A seventh in use leaves no whole, one half, and six sevenths."""
    assert at_once(gpus(1) + held("c", "pool: n1, device: g0-1-0")) == [("3g", 1), ("1g", 6)]


def test_devices_of_several_counter_sets_add_up() -> None:
    """Two GPUs that share nothing are counted apart and added."""
    assert at_once(gpus(2) + held("c", "pool: n1, device: g0-1-0")) == [("whole", 1), ("3g", 3), ("1g", 13)]


def test_overlapping_partitions_are_not_added() -> None:
    """Of partitions that overlap, only as many count as fit together."""
    overlapping = ", ".join(part(f"p{slot}", range(slot, slot + 2), profile="2g") for slot in range(6))
    slots = ", ".join(f"s{slot}: {{value: '1'}}" for slot in range(7))
    text = slice_of(f"sharedCounters: [{{name: g0, counters: {{{slots}}}}}]", name="counters", pool=POOL) + slice_of(overlapping, pool=POOL)

    assert at_once(text) == [("2g", 3)]


def test_devices_without_counters_are_no_partitions() -> None:
    """A device that shares nothing is not among them."""
    assert at_once(slice_of("{name: gpu-0}")) == []
