from random import Random
from typing import Any

from kubectl_dra.api.resource import Device
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.selection.assortment import Assortment
from kubectl_dra.selection.nearest import vocabulary_of

DRIVERS = ("a.example.com", "b.example.com")
VALUES: tuple[dict[str, Any], ...] = ({"string": "x"}, {"string": "y"}, {"version": "1.0.0"}, {"int": 1}, {"bool": True})


def devices(random: Random) -> list[tuple[str, Device]]:
    """Up to forty devices with few names and few values, so that many are alike in part."""
    return [(random.choice(DRIVERS), device(random, number)) for number in range(random.randrange(40))]


def device(random: Random, number: int) -> Device:
    """A device with some of the attributes and capacities."""
    names = [name for name in ("model", "a.example.com/model", "b.example.com/place", "serial") if random.random() < 0.6]
    random.shuffle(names)
    attributes = {name: random.choice(VALUES) if name != "serial" else {"string": f"s{number}"} for name in names}
    capacity = {name: {"value": random.choice(("1Gi", "1024Mi", "2Gi"))} for name in ("memory", "cores") if random.random() < 0.5}
    shared = {"allowMultipleAllocations": True} if random.random() < 0.2 else {}
    return convert({"name": f"d{number}", "attributes": attributes, "capacity": capacity, **shared}, Device)


def in_order(value: Any) -> Any:
    """A mapping with its order, at any depth."""
    return [(key, in_order(one)) for key, one in value.items()] if isinstance(value, dict) else value


def test_vocabulary_is_that_of_every_device() -> None:
    """Names and texts are counted as if each device were looked at alone, and stand in the same order."""
    for seed in range(300):
        drawn = devices(Random(seed))
        expected, actual = vocabulary_of(drawn), Assortment(drawn).vocabulary
        assert expected.devices == actual.devices
        for field in ("drivers", "names"):
            assert in_order(getattr(expected, field)) == in_order(getattr(actual, field)), (seed, field)
        for key in actual.texts:
            assert list(expected.texts.get(key, {}).items()) == list(actual.texts[key].items()), (seed, key)
        assert expected.texts.keys() <= actual.texts.keys()


def test_representatives_stand_for_all_devices() -> None:
    """Devices are put together exactly where they agree on what is named."""
    for seed in range(100):
        drawn = devices(Random(seed))
        for identifiers in (None, frozenset[str](), frozenset({"model"}), frozenset({"model", "memory", "other"})):
            expected: dict[object, int] = {}
            for driver, one in drawn:
                expected[seen(driver, one, identifiers)] = expected.get(seen(driver, one, identifiers), 0) + 1
            actual: dict[object, int] = {}
            for driver, one, number in Assortment(drawn).representatives(identifiers):
                actual[seen(driver, one, identifiers)] = actual.get(seen(driver, one, identifiers), 0) + number
            assert expected == actual, seed


def seen(driver: str, one: Device, identifiers: frozenset[str] | None) -> object:
    """What of a device is named."""
    entries = [*one.attributes.items(), *((name, entry.value) for name, entry in one.capacity.items())]
    kept = tuple((name, value) for name, value in entries if identifiers is None or name.rpartition("/")[2] in identifiers)
    return driver, one.allow_multiple_allocations, kept


def test_amounts_are_those_that_devices_have() -> None:
    """Each way of writing an amount is there once, in the order in which it is met."""
    drawn = [
        (DRIVERS[0], convert({"name": f"d{n}", "capacity": {"memory": {"value": v}}}, Device)) for n, v in enumerate(("2Gi", "1Gi", "2Gi"))
    ]
    assert Assortment(drawn).amounts == ("2Gi", "1Gi")
