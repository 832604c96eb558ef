"""Claims on a large cluster → questions to the Go oracle, and how long Kubernetes' own allocator takes to answer them."""

from collections.abc import Sequence
from statistics import median
from typing import Final

from tests.bench.harness.large_cluster import DRIVER, node_name
from tests.controlplane.client import Document
from tests.oracle import Oracle

CLASS: Final = {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "metadata": {"name": DRIVER}, "spec": {}}
FEATURES: Final = {
    "AdminAccess": True,
    "PrioritizedList": True,
    "PartitionableDevices": True,
    "DeviceTaints": True,
    "ConsumableCapacity": True,
    "DeviceBindingAndStatus": True,
    "FractionalCapacityRange": True,
}
"""The allocator's features that are on by default in 1.37."""

SCHEDULER_WORKERS: Final = 16
"""How many nodes the scheduler looks at side by side, by default."""


def resource_claim(*requests: Document, constraints: Sequence[Document] = ()) -> Document:
    """A claim in namespace ml; `request` makes its requests."""
    devices: Document = {"requests": list(requests)} | ({"constraints": list(constraints)} if constraints else {})
    metadata = {"name": "claim", "namespace": "ml", "uid": "00000000-0000-4000-8000-000000000001"}
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": metadata, "spec": {"devices": devices}}


def request(name: str, expression: str, count: int = 1) -> Document:
    """A request for some devices that an expression selects."""
    exactly = {
        "deviceClassName": DRIVER,
        "allocationMode": "ExactCount",
        "count": count,
        "selectors": [{"cel": {"expression": expression}}],
    }
    return {"name": name, "exactly": exactly}


def product_is(product: str) -> str:
    """A selector as people write them: this product, and enough memory."""
    attribute, capacity = f'device.attributes["{DRIVER}"]', f'device.capacity["{DRIVER}"]'
    return f'{attribute}.productName == "{product}" && {capacity}.memory.compareTo(quantity("40Gi")) >= 0'


def question(slices: Sequence[Document], claims: Sequence[Document], nodes: int) -> Document:
    """What the oracle is asked: these claims, on each of the first so many nodes."""
    names = [{"metadata": {"name": node_name(node)}} for node in range(nodes)]
    return {"features": FEATURES, "classes": [CLASS], "slices": list(slices), "claims": list(claims), "nodes": names}


def upstream_milliseconds(asked: Document, *, passes: int = 5, workers: int = 1) -> float:
    """The median time of Kubernetes' own allocator for all nodes of a question, decoded and with its selectors compiled."""
    with Oracle("time-allocate", "1.37") as oracle:
        milliseconds: list[float] = oracle.ask(asked | {"passes": passes, "workers": workers})["milliseconds"]
    return median(milliseconds)
