from kubectl_dra.inventory.states import observe
from kubectl_dra.rendering.layout import Layout
from kubectl_dra.rendering.style import PLAIN
from kubectl_dra.rendering.text import write_document
from kubectl_dra.rendering.views.nodes import show_map, show_summary
from kubectl_dra.reports.chosen import Chosen
from kubectl_dra.reports.devices import report_devices
from kubectl_dra.reports.nodes import map_devices, summarize_devices
from tests import written
from tests.written import held, slice_of

FOUR = slice_of("{name: a}, {name: b}, {name: c, taints: [{key: k, effect: NoSchedule}]}, {name: d}") + held("x", "pool: n1, device: b")


def picture(text: str, *, whole: bool = True, width: int = 0, unicode: bool = True) -> list[str]:
    """The lines of the map."""
    inventory = written.inventory(text, whole=whole)
    hardware = observe(inventory)
    report = report_devices(inventory, hardware, Chosen(devices=hardware.devices), ())
    layout = Layout(width=width, unicode=unicode)
    return write_document(show_map(map_devices(report, hardware), layout), layout, PLAIN).splitlines()


def summary(text: str) -> list[str]:
    """The lines of the summary."""
    inventory = written.inventory(text)
    hardware = observe(inventory)
    report = report_devices(inventory, hardware, Chosen(devices=hardware.devices), ())
    return write_document(show_summary(summarize_devices(report, hardware), Layout()), Layout(), PLAIN).splitlines()


def test_each_device_is_a_square() -> None:
    """Free, used and tainted devices have signs of their own, and what is free is counted."""
    assert picture(FOUR) == ["n1   gpu.example.com  □■×□  2 of 4 free"]  # noqa: RUF001  (the sign is meant)
    assert picture(FOUR, unicode=False) == ["n1   gpu.example.com  .#x.  2 of 4 free"]


def test_unknown_is_not_used() -> None:
    """Where claims could not be read, nothing is drawn as used or free."""
    assert picture(slice_of("{name: a}"), whole=False) == ["n1   gpu.example.com  ?  not known"]


def test_pool_that_is_not_offered_says_why() -> None:
    """Instead of a count there is the reason."""
    text = slice_of("{name: a}", pool="{name: n1, generation: 1, resourceSliceCount: 2}")

    assert picture(text) == ["n1   gpu.example.com  ×  pool incomplete: 1 of 2 slices"]  # noqa: RUF001  (the sign is meant)


def test_partitions_are_part_of_their_device() -> None:
    """A device and its halves are one square, and what can be had is said as alternatives."""
    pool = "{name: n1, generation: 1, resourceSliceCount: 2}"
    counters = slice_of("sharedCounters: [{name: c, counters: {m: {value: '2'}}}]", name="c", pool=pool)
    consumes = "consumesCounters: [{counterSet: c, counters: {m: {value: '%d'}}}]"
    half = "{name: h%d, attributes: {profile: {string: half}}, " + consumes % 1 + "}"
    text = counters + slice_of(f"{{name: w, {consumes % 2}}}, {half % 0}, {half % 1}", pool=pool)

    assert picture(text) == ["n1   gpu.example.com  □  1 whole, or up to 2 of half"]
    assert picture(text + held("x", "pool: n1, device: h0")) == ["n1   gpu.example.com  ▒  up to 1 of half"]


def test_drivers_stand_side_by_side_where_there_is_room() -> None:
    """One line per node; on narrow terminals one per driver."""
    nic = slice_of("{name: nic-0}", name="t").replace("gpu.example.com", "nic.example.com")
    line = "n1   gpu.example.com  □  1 of 1 free   nic.example.com  □  1 of 1 free"

    assert picture(slice_of("{name: a}") + nic) == [line]
    assert picture(slice_of("{name: a}") + nic, width=50) == [
        "n1   gpu.example.com  □  1 of 1 free",
        "     nic.example.com  □  1 of 1 free",
    ]


def test_summary_leaves_out_what_is_zero_everywhere() -> None:
    """Only states that occur have columns."""
    assert summary(FOUR) == [
        "DRIVER            WHAT   NODES   DEVICES   USED   TAINTED   FREE",
        "gpu.example.com          1       4         1      1         2",
    ]
