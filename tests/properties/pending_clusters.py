"""Whole small clusters at random, as inventories: nodes, slices, classes, holders, and pods that wait with claims of their own."""

import os
from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any, Final

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Node, Pod
from kubectl_dra.api.resource import DeviceClass, DeviceTaintRule, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.inventory import Inventory
from tests.properties.small_clusters import Problem, problem

CLUSTERS: Final = int(os.environ.get("KUBECTL_DRA_SEEDS") or 200)
"""How many are drawn; the variable asks for more."""


def clusters() -> Iterator[tuple[int, Inventory, Pod]]:
    """Seeds, their clusters, and the pod that is asked about."""
    for seed in range(CLUSTERS):
        yield seed, *cluster(Random(seed))


def cluster(random: Random) -> tuple[Inventory, Pod]:
    """Up to three nodes, each with the devices of a small problem; the pod asks for the first problem's claims."""
    problems = [problem(random) for _ in range(random.choice((1, 1, 2, 3)))]
    nodes = [node(random, number) for number in range(len(problems))]
    slices = [moved(slice_, f"node-{number}") for number, one in enumerate(problems) for slice_ in one.slices]
    wanted = [convert(claim, ResourceClaim) for claim in problems[0].claims]
    held = [claim for number, one in enumerate(problems) for claim in holding(one, f"node-{number}")]
    pod = waiting(random, [claim.metadata.name for claim in wanted])
    holders = [holder(random, claim) for claim in held if random.random() < 0.7]
    by_uid = {pod.metadata.name: pod.metadata.uid for pod in holders}
    used = [reserved(claim, by_uid.get(f"user-of-{claim.metadata.name}", "")) for claim in held]
    rules = [drained(random, slices)] if random.random() < 0.15 else []
    inventory = Inventory(
        resource_slices=tuple(convert(slice_, ResourceSlice) for slice_ in slices),
        device_classes={one["metadata"]["name"]: convert(one, DeviceClass) for one in problems[0].classes},
        resource_claims={claim.metadata.key: claim for claim in (*wanted, *used)},
        nodes={one.metadata.name: one for one in nodes},
        device_taint_rules={rule.metadata.name: rule for rule in rules},
        pods={one.metadata.key: one for one in (pod, *holders)},
        read_kinds=frozenset(kinds.KINDS),
        now="2026-01-02T00:00:00Z",
    )
    return inventory, pod


def node(random: Random, number: int) -> Node:
    """A node, now and then cordoned, tainted or too small."""
    spec: dict[str, Any] = {"unschedulable": True} if random.random() < 0.1 else {}
    if random.random() < 0.1:
        spec["taints"] = [{"key": "example.org/kept", "effect": "NoSchedule"}]
    status = {"allocatable": {"cpu": random.choice(("1", "8", "8")), "memory": "8Gi", "pods": "20"}}
    labels = {"zone": random.choice(("a", "b")), "kubernetes.io/hostname": f"node-{number}"}
    return convert({"metadata": {"name": f"node-{number}", "labels": labels}, "spec": spec, "status": status}, Node)


def drained(random: Random, slices: Sequence[Mapping[str, Any]]) -> DeviceTaintRule:
    """A rule that taints one pool's devices."""
    selector = {"pool": random.choice(slices)["spec"]["pool"]["name"]} if slices else {}
    taint = {"key": "example.org/drained", "effect": "NoSchedule"}
    return convert({"metadata": {"name": "drained"}, "spec": {"deviceSelector": selector, "taint": taint}}, DeviceTaintRule)


def moved(slice_: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A slice of a problem as a slice of a node."""
    spec = slice_["spec"]
    pool = {**spec["pool"], "name": f"{name}-{spec['pool']['name']}"}
    return {"metadata": {"name": f"{name}-{slice_['metadata']['name']}"}, "spec": {**spec, "nodeName": name, "pool": pool}}


def holding(one: Problem, name: str) -> Iterator[ResourceClaim]:
    """A claim for each device that a problem has in use."""
    held: list[tuple[str, str, str, dict[str, str | dict[str, str]]]] = [(*device, {}) for device in one.allocated] + [
        (driver, pool, device, {"consumedCapacity": {"memory": str(amount)}, "shareID": f"00000000-0000-4000-8000-{number:012}"})
        for number, (driver, pool, device, amount) in enumerate(one.shared)
    ]
    for number, (driver, pool, device, more) in enumerate(held):
        result = {"request": "unit", "driver": driver, "pool": f"{name}-{pool}", "device": device, **more}
        metadata = {"name": f"held-{name}-{number}", "namespace": "ml", "uid": f"held-{name}-{number}"}
        spec = {
            "devices": {"requests": [{"name": "unit", "exactly": {"deviceClassName": "any", "allocationMode": "ExactCount", "count": 1}}]}
        }
        yield convert({"metadata": metadata, "spec": spec, "status": {"allocation": {"devices": {"results": [result]}}}}, ResourceClaim)


def holder(random: Random, claim: ResourceClaim) -> Pod:
    """A running pod that uses a claim."""
    name = f"user-of-{claim.metadata.name}"
    allocation = claim.status.allocation
    assert allocation
    place = allocation.devices.results[0].pool.split("-pool")[0]
    spec = {
        "nodeName": place,
        "resourceClaims": [{"name": "hw", "resourceClaimName": claim.metadata.name}],
        "containers": [{"name": "main"}],
    }
    priority = {"priority": -5} if random.random() < 0.2 else {}
    return convert(
        {"metadata": {"name": name, "namespace": "ml", "uid": name}, "spec": {**spec, **priority}, "status": {"phase": "Running"}}, Pod
    )


def reserved(claim: ResourceClaim, uid: str) -> ResourceClaim:
    """The claim, reserved for its user where it has one."""
    if not uid:
        return claim
    plain: dict[str, Any] = {"status": {"reservedFor": [{"resource": "pods", "name": uid, "uid": uid}]}}
    consumers = convert(plain, ResourceClaim).status.reserved_for
    return msgspec.structs.replace(claim, status=msgspec.structs.replace(claim.status, reserved_for=consumers))


def waiting(random: Random, claims: list[str]) -> Pod:
    """The pod that waits, now and then with wishes of its own about nodes."""
    spec: dict[str, Any] = {
        "resourceClaims": [{"name": name, "resourceClaimName": name} for name in claims],
        "containers": [{"name": "main", "resources": {"requests": {"cpu": random.choice(("100m", "2"))}}}],
    }
    if random.random() < 0.2:
        spec["nodeSelector"] = {"zone": "a"}
    return convert({"metadata": {"name": "wants", "namespace": "ml", "uid": "wants"}, "spec": spec, "status": {"phase": "Pending"}}, Pod)
