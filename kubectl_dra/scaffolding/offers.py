"""What completion may offer while a claim is being written: classes, devices, attribute names and values, each with its count."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.scaffolding.steps import label_of
from kubectl_dra.scaffolding.supply import CAPACITY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.resource import DeviceAttribute, DeviceCapacity
    from kubectl_dra.scaffolding.supply import Supply


class Offer(NamedTuple):
    """A word, and what stands beside it in the shell's list."""

    word: str
    about: str


def offers_for(flag: str, supply: Supply, class_name: str = "") -> list[Offer]:
    """What may stand behind a flag of new-claim, for devices of the class that was named last."""
    if flag in {"--class", "--or"}:
        return class_offers(supply)
    if flag == "--request":
        return [Offer(f"{label_of(name)}={name}", about) for name, about in class_offers(supply)]
    if flag == "--like":
        return device_offers(supply, class_name)
    if flag in {"--same", "--distinct"}:
        return [offer for offer in name_offers(supply, class_name) if offer.about.startswith("attribute")]
    names = name_offers(supply, class_name, capacities_only=flag in {"--min", "--capacity"})
    return [*names, *(value for name in names for value in value_offers(supply, name.word, class_name))]


def class_offers(supply: Supply) -> list[Offer]:
    """Every class with the number of devices it lets through."""
    return [Offer(name, _devices(len(supply.of_class(name)))) for name in sorted(supply.inventory.device_classes)]


def device_offers(supply: Supply, class_name: str = "") -> list[Offer]:
    """Every usable device as ``--like`` takes it."""
    indices = supply.of_class(class_name) if class_name in supply.inventory.device_classes else range(len(supply.usable.devices))
    published = [supply.usable.published[index] for index in indices]
    return [Offer(f"{one.id.pool}/{one.id.device}", one.id.driver) for one in published]


def name_offers(supply: Supply, class_name: str = "", *, capacities_only: bool = False) -> list[Offer]:
    """Every attribute and capacity of a class's devices, the most common first."""
    counts = supply.properties(_indices(supply, class_name))
    chosen = [one for one in counts if not capacities_only or one.table == CAPACITY]
    ordered = sorted(chosen, key=lambda one: (-counts[one], one.identifier))
    return [Offer(one.identifier, f"{one.table.rstrip('s')} of {_devices(counts[one])}") for one in ordered]


def value_offers(supply: Supply, name: str, class_name: str = "") -> list[Offer]:
    """Every value that a class's devices have of an attribute or a capacity, as ``NAME=VALUE``."""
    values: Counter[str] = Counter()
    for one in supply.properties(_indices(supply, class_name)):
        if name.lower() in {one.identifier.lower(), one.qualified.lower()}:
            for driver, device in supply.devices(_indices(supply, class_name)):
                values.update(_texts(one.of(driver, device)))
    return [Offer(f"{name}={value}", _devices(number)) for value, number in values.most_common()]


def _indices(supply: Supply, class_name: str) -> tuple[int, ...]:
    return supply.of_class(class_name) if class_name in supply.inventory.device_classes else tuple(range(len(supply.usable.devices)))


def _texts(entry: DeviceAttribute | DeviceCapacity | None) -> Iterable[str]:
    if entry is None:
        return ()
    value = entry.value
    values = value if isinstance(value, tuple) else (value,)
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values if one is not None]


def _devices(number: int) -> str:
    return f"{number} device" if number == 1 else f"{number} devices"
