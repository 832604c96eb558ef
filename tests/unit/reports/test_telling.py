from itertools import permutations

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.reports.telling import DIFFERS, IDENTIFIES, PRODUCT, SAME, find_telling, telling


def gpu(number: int, **attributes: str) -> Device:
    """A device with text attributes, a serial number and 80Gi."""
    values = {"productName": "A100", "uuid": f"u-{number}", **attributes}
    return Device(
        name=f"gpu-{number}",
        attributes={name: DeviceAttribute(string=value) for name, value in values.items()},
        capacity={"memory": DeviceCapacity(value="80Gi")},
    )


def ranks(*devices: Device) -> dict[str, int]:
    """Name → rank."""
    return {one.name: one.rank for one in telling(devices)}


def test_products_are_told_even_where_all_are_alike() -> None:
    """What a device is called in a shop comes first, although it does not differ."""
    assert [one.name for one in telling([gpu(0), gpu(1)])] == ["productName", "memory", "uuid"]
    assert ranks(gpu(0), gpu(1)) == {"productName": PRODUCT, "memory": PRODUCT, "uuid": IDENTIFIES}


def test_what_differs_comes_before_what_does_not() -> None:
    """An attribute that groups devices tells more than one that all have."""
    devices = [gpu(number, arch="x", zone="a" if number < 4 else "b") for number in range(8)]

    assert (ranks(*devices)["zone"], ranks(*devices)["arch"]) == (DIFFERS, SAME)


def test_what_each_has_alone_identifies() -> None:
    """An attribute with another value on each device names single ones."""
    assert ranks(*(gpu(number, slot=f"s{number}") for number in range(6)))["slot"] == IDENTIFIES


def test_an_attribute_that_some_lack_differs() -> None:
    """Not having it is a difference, too, whichever device comes first."""
    assert ranks(gpu(0, extra="x"), gpu(1), gpu(2))["extra"] == DIFFERS
    assert ranks(gpu(1), gpu(2), gpu(0, extra="x"))["extra"] == DIFFERS


def test_order_of_devices_changes_no_rank() -> None:
    """Devices of which each lacks what another has are ranked alike in whatever order they come."""
    devices = [gpu(0, a="x"), gpu(1, b="x"), gpu(2, a="x", b="x"), gpu(3, c="y")]

    assert {tuple(sorted(ranks(*order).items())) for order in permutations(devices)} == {tuple(sorted(ranks(*devices).items()))}
    assert {ranks(*devices)[name] for name in "abc"} == {DIFFERS}


def test_what_one_of_very_many_devices_has_is_known() -> None:
    """Values are compared in a sample, but no attribute escapes."""
    devices = [gpu(number, arch="x") for number in range(10_000)]
    devices[4_321] = gpu(4_321, arch="x", seldom="y")

    assert {"arch", "seldom"} <= ranks(*devices).keys()


def test_names_are_found_with_and_without_domain() -> None:
    """A whole key wins over the part behind the domain; case does not matter."""
    device = Device(attributes={"a.example.com/model": DeviceAttribute(string="x"), "model": DeviceAttribute(string="y")})
    every = telling([device])

    assert [one.key for one in find_telling(every, "MODEL")] == ["model"]
    assert [one.key for one in find_telling(every, "a.example.com/model")] == ["a.example.com/model"]
    assert find_telling(every, "nothing") == ()
