"""Fields that the API server dropped: blamed where they bear on the pod's own devices."""

import json
from typing import Any

from kubectl_dra.api.resource import ResourceClaim, ResourceSlice
from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, request, units

OFF = {"DRAConsumableCapacity": False, "DRAFractionalCapacityRange": False}


def applied(kind: str, spec: dict[str, Any]) -> dict[str, Any]:
    """The annotation that kubectl leaves."""
    document = {"apiVersion": "resource.k8s.io/v1", "kind": kind, "spec": spec}
    return {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(document)}}


def shareable(place: str, device: str, **more: Any) -> ResourceSlice:
    """A slice whose device was applied as shareable and is stored without that."""
    spec = {"devices": [{"name": device, "allowMultipleAllocations": True}]}
    return units(place, device, metadata=applied("ResourceSlice", spec), **more)


HELD = (claim("h", holds=["n1/a"], by="p"), pod("p", "h", on="n1"))


def test_the_pods_own_devices() -> None:
    """A device that would have been shared is held as a whole, and the feature is blamed."""
    told = found(node(), device_class(), shareable("n1", "a"), *HELD, claim("c"), pod("wants", "c"), gates=OFF)
    assert codes(told) == ["DRA604", "DRA201"]


def test_devices_of_others() -> None:
    """What was dropped from devices that the pod does not ask for is nobody's cause."""
    other = shareable("n1", "b", driver="nic.example.com")
    told = found(node(), device_class(), units("n1", "a"), other, *HELD, claim("c"), pod("wants", "c"), gates=OFF)
    assert codes(told) == ["DRA201"]


def amount() -> ResourceClaim:
    """A claim that asked for an amount and is stored without it."""
    wanted = [request(capacity={"requests": {"memory": "4Gi"}})]
    return claim("c", metadata=applied("ResourceClaim", {"devices": {"requests": wanted}}))


def test_an_amount_alone() -> None:
    """An amount that was dropped from the claim keeps no device away, so it is not blamed by itself."""
    told = found(node(), device_class(), units("n1", "a"), *HELD, amount(), pod("wants", "c"), gates=OFF)
    assert codes(told) == ["DRA201"]
