"""Recorded allocation cases: a cluster, claims of one pod, a node or several, and what Kubernetes' own allocator answered."""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.inventory.allocated import AllocatedState, SharedDeviceID
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.releases.behaviour import Behaviour, behaviour_of
from kubectl_dra.releases.features import Features
from kubectl_dra.releases.release import Release, parse

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One case; ``expected`` and ``fits_without`` are by node name."""

    name: str
    release: Release
    behaviour: Behaviour
    slices: tuple[ResourceSlice, ...]
    classes: Mapping[str, DeviceClass]
    allocated: AllocatedState
    claims: tuple[ResourceClaim, ...]
    nodes: tuple[Node, ...]
    expected: Mapping[str, Document]
    fits_without: Mapping[str, tuple[str, ...]]
    is_deterministic: bool

    def context(self) -> AllocatorContext:
        """An allocator of its own."""
        return AllocatorContext(slices=self.slices, classes=self.classes, allocated=self.allocated, behaviour=self.behaviour)


def cases_in(paths: Iterable[Path]) -> Iterator[Case]:
    """The cases of files of JSON lines, plain or gzip."""
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            yield from (case_of(json.loads(line)) for line in lines)


def case_of(document: Document) -> Case:
    """A case as it is recorded."""
    release = parse(document["release"])
    assert release
    nodes = tuple(convert(node, Node) for node in document.get("nodes") or [document["node"] or {}])
    several = bool(document.get("nodes"))
    classes = [convert(class_, DeviceClass) for class_ in document["classes"] or []]
    first = nodes[0].metadata.name
    fits_without = document.get("fitsWithout") or {}
    return Case(
        name=document["name"],
        release=release,
        behaviour=behaviour_in(document, release),
        slices=tuple(convert(slice_, ResourceSlice) for slice_ in document["slices"] or []),
        classes={class_.metadata.name: class_ for class_ in reversed(classes)},
        allocated=allocated_in(document),
        claims=tuple(convert(claim, ResourceClaim) for claim in document["claims"] or []),
        nodes=nodes,
        expected=document["expect"] if several else {first: document["expect"]},
        fits_without={name: tuple(obstacles) for name, obstacles in (fits_without if several else {first: fits_without}).items()},
        is_deterministic=bool(document["deterministic"]),
    )


def behaviour_in(document: Document, release: Release) -> Behaviour:
    """The behaviour that a case was answered with."""
    features = Features(**{_snake_case(name): enabled for name, enabled in document["features"].items()})
    lists = (document.get("celFeatures") or document["features"]).get("ListTypeAttributes", False)
    return behaviour_of(release, features, implementation=document["implementation"], cel_list_type_attributes=lists)


def allocated_in(document: Document) -> AllocatedState:
    """What other claims hold in a case."""
    shares = set()
    for name in document["allocatedSharedDevices"] or []:
        driver, *pool, device, share = name.split("/")
        shares.add(SharedDeviceID(DeviceID(driver, "/".join(pool), device), share))
    return AllocatedState(
        devices=frozenset(_device(entry) for entry in document["allocatedDevices"] or []),
        shares=frozenset(shares),
        shared_devices=frozenset(share.device for share in shares),
        aggregated_capacity={
            _device(entry): {name: read_quantity(amount) for name, amount in (_field(entry, "consumed") or {}).items()}
            for entry in document["aggregatedCapacity"] or []
        },
    )


def _device(entry: Document) -> DeviceID:
    return DeviceID(*(_field(entry, name) for name in ("driver", "pool", "device")))


def _field(entry: Document, name: str) -> Any:
    return entry[name] if name in entry else entry[name.capitalize()]


def _snake_case(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
