"""Small random clusters and claims, in which features meet: shared devices, partitions, taints, constraints, alternatives, holders."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from kubectl_dra.allocator.context import AllocatorContext
from kubectl_dra.api.core import Node
from kubectl_dra.api.resource import DeviceClass, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.apimachinery.quantity import read_quantity
from kubectl_dra.inventory.allocated import AllocatedState, SharedDeviceID
from kubectl_dra.inventory.inventory import DeviceID
from kubectl_dra.releases.behaviour import Behaviour

Document = dict[str, Any]

DRIVERS: Final = ("gpu.example.com", "nic.example.net")
COLOURS: Final = ("red", "green")
FEATURES: Final = {
    "AdminAccess": True,
    "PrioritizedList": True,
    "PartitionableDevices": True,
    "DeviceTaints": True,
    "DeviceBindingAndStatus": True,
    "ConsumableCapacity": True,
}
"""What every release from 1.35 on knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """A cluster of one node and the claims of one pod, as the API writes them."""

    slices: Sequence[Document]
    classes: Sequence[Document]
    claims: Sequence[Document]
    allocated: Sequence[tuple[str, str, str]]
    shared: Sequence[tuple[str, str, str, int]]
    """Devices of which others hold a share, and how much of their memory."""

    def question(self) -> Document:
        """The problem as the oracle is asked."""
        return {
            "features": FEATURES,
            "classes": self.classes,
            "slices": self.slices,
            "claims": self.claims,
            "allocatedDevices": [dict(zip(("driver", "pool", "device"), name, strict=True)) for name in self.allocated],
            "allocatedSharedDevices": [f"{driver}/{pool}/{device}/share-1" for driver, pool, device, _ in self.shared],
            "aggregatedCapacity": [
                {"driver": driver, "pool": pool, "device": device, "consumed": {"memory": str(amount)}}
                for driver, pool, device, amount in self.shared
            ],
            "node": {"metadata": {"name": "worker-1"}},
        }

    def resource_claims(self) -> tuple[ResourceClaim, ...]:
        """The claims as objects."""
        return tuple(convert(claim, ResourceClaim) for claim in self.claims)

    def context(self, behaviour: Behaviour) -> AllocatorContext:
        """An allocator for the cluster."""
        devices = {DeviceID(driver, pool, device): amount for driver, pool, device, amount in self.shared}
        allocated = AllocatedState(
            devices=frozenset(DeviceID(*name) for name in self.allocated),
            shares=frozenset(SharedDeviceID(device, "share-1") for device in devices),
            shared_devices=frozenset(devices),
            aggregated_capacity={device: {"memory": read_quantity(amount)} for device, amount in devices.items()},
        )
        classes = {class_["metadata"]["name"]: convert(class_, DeviceClass) for class_ in self.classes}
        slices = tuple(convert(slice_, ResourceSlice) for slice_ in self.slices)
        return AllocatorContext(slices=slices, classes=classes, allocated=allocated, behaviour=behaviour)


NODE: Final = convert({"metadata": {"name": "worker-1"}}, Node)


def problem(random: Random) -> Problem:
    """A problem small enough to be enumerated."""
    slices = [slice_ for driver in DRIVERS[: random.choice((1, 1, 2))] for slice_ in pool(random, driver)]
    devices = [(slice_, device) for slice_ in slices for device in slice_["spec"].get("devices", [])]
    named = [(slice_["spec"]["driver"], slice_["spec"]["pool"]["name"], device) for slice_, device in devices]
    held = [(driver, name, device) for driver, name, device in named if random.random() < 0.2]
    return Problem(
        slices=slices,
        classes=[{"metadata": {"name": "any"}, "spec": {}}, selecting("gpu", f'device.driver == "{DRIVERS[0]}"')],
        claims=[claim(random, number) for number in range(random.choice((1, 1, 2)))],
        allocated=[(driver, name, device["name"]) for driver, name, device in held if not device.get("allowMultipleAllocations")],
        shared=[
            (driver, name, device["name"], random.choice((1, 4))) for driver, name, device in held if device.get("allowMultipleAllocations")
        ],
    )


def selecting(name: str, expression: str) -> Document:
    """A class with one selector."""
    return {"metadata": {"name": name}, "spec": {"selectors": [{"cel": {"expression": expression}}]}}


def pool(random: Random, driver: str) -> list[Document]:
    """A pool of one slice, or of one with devices and one with the counters that they draw on."""
    partitioned = random.random() < 0.4
    name = f"pool-{driver[:3]}"
    spec = {"driver": driver, "nodeName": "worker-1", "pool": {"name": name, "generation": 1, "resourceSliceCount": 1 + partitioned}}
    devices = [device(random, number, partitioned=partitioned) for number in range(random.randint(1, 4))]
    slices: list[Document] = [{"metadata": {"name": f"{name}-a"}, "spec": spec | {"devices": devices}}]
    if partitioned:
        counters = [{"name": "whole", "counters": {"slices": {"value": str(random.randint(1, 5))}}}]
        slices.append({"metadata": {"name": f"{name}-b"}, "spec": spec | {"sharedCounters": counters}})
    return slices


def device(random: Random, number: int, *, partitioned: bool) -> Document:
    """A device that lacks now this, now that."""
    made: Document = {"name": f"device-{number}", "attributes": {}, "capacity": {"memory": {"value": str(random.choice((4, 8)))}}}
    if random.random() < 0.85:
        made["attributes"]["example.org/colour"] = {"string": random.choice(COLOURS)}
    if random.random() < 0.85:
        made["attributes"]["example.org/socket"] = {"int": random.randint(0, 2)}
    if random.random() < 0.25:
        made["allowMultipleAllocations"] = True
        made["capacity"]["memory"]["requestPolicy"] = {"default": "1"}
    if random.random() < 0.2:
        made["taints"] = [{"key": "example.org/broken", "effect": random.choice(("NoSchedule", "None"))}]
    if partitioned and random.random() < 0.8:
        made["consumesCounters"] = [{"counterSet": "whole", "counters": {"slices": {"value": str(random.randint(1, 3))}}}]
    return made


def claim(random: Random, number: int) -> Document:
    """A claim of one request or two."""
    requests = [request(random, f"request-{position}") for position in range(random.choice((1, 1, 2)))]
    devices: Document = {"requests": requests}
    if random.random() < 0.5:
        kind = random.choice(("matchAttribute", "distinctAttribute"))
        names = [random.choice(requests)["name"]] if random.random() < 0.3 else []
        attribute = random.choice(("example.org/colour", "example.org/socket"))
        devices["constraints"] = [{kind: attribute} | ({"requests": names} if names else {})]
    return {"metadata": {"name": f"claim-{number}", "namespace": "ml", "uid": f"uid-{number}"}, "spec": {"devices": devices}}


def request(random: Random, name: str) -> Document:
    """A request, or the first available of two."""
    if random.random() < 0.2:
        options = [{"name": f"option-{position}", **wish(random)} for position in range(2)]
        return {"name": name, "firstAvailable": options}
    exactly = wish(random)
    if random.random() < 0.1:
        exactly["adminAccess"] = True
    return {"name": name, "exactly": exactly}


def wish(random: Random) -> Document:
    """What a request or an alternative asks for; never all devices, which may end in an error that depends on order."""
    wanted: Document = {"deviceClassName": random.choice(("any", "gpu")), "allocationMode": "ExactCount", "count": random.choice((1, 1, 2))}
    if random.random() < 0.3:
        expression = f'device.attributes["example.org"].?colour.orValue("") == "{random.choice(COLOURS)}"'
        wanted["selectors"] = [{"cel": {"expression": expression}}]
    if random.random() < 0.3:
        wanted["capacity"] = {"requests": {"memory": str(random.choice((1, 3, 6)))}}
    if random.random() < 0.3:
        wanted["tolerations"] = [{"key": "example.org/broken", "operator": "Exists"}]
    return wanted
