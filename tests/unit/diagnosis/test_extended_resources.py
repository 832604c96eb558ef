"""Extended resources that DRA backs: told of the container that asks, and mended there."""

import json
from typing import Any

import msgspec

from kubectl_dra.api.core import Node, Pod
from kubectl_dra.api.meta import ObjectMeta
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.diagnosis import Diagnosis
from kubectl_dra.releases.release import Release
from tests.unit.diagnosis.lab import claim, codes, device_class, found, node, pod, units

RESOURCE = "example.com/gpu"


def asking(amount: str, resource: str = RESOURCE, **spec: Any) -> Pod:
    """A pod whose second container asks for an extended resource."""
    wanted = {"name": "train", "resources": {"requests": {resource: amount}}}
    return pod("wants", *spec.pop("claims", ()), containers=[{"name": "side"}, wanted], **spec)


def of(*devices: Any, amount: str = "1") -> Diagnosis:
    """What is said of the pod on one node with these devices."""
    return found(node(), device_class(extendedResourceName=RESOURCE), units("n1", *devices), asking(amount))


def test_fewer_are_asked_for_in_the_container() -> None:
    """Where too few devices are on one node, the container's amount is what to change, and that is tried."""
    told = of("a", "b", amount="3")
    assert codes(told) == ["DRA203"]
    assert told.findings[0].subject.field_path == f"spec.containers[1].resources.requests[{RESOURCE}]"
    assert [(remedy.text, remedy.tried) for remedy in told.findings[0].remedies] == [
        (
            f"create the pod anew with spec.containers[1].resources.requests[{RESOURCE}]: 2, and the same limit, if that is enough for it",
            "the pod then fits on n1 (a and b)",
        )
    ]


def test_an_extended_resource_tolerates_nothing() -> None:
    """No toleration can be written for it, so a claim is offered."""
    told = of({"name": "a", "taints": [{"key": "sick", "effect": "NoSchedule"}]})
    assert codes(told) == ["DRA304"]
    assert told.findings[0].remedies[0].text == f"ask for the device by a claim, whose request can tolerate the taint: {RESOURCE} cannot"


def test_it_is_called_by_its_name() -> None:
    """Beside a claim's request it is the extended resource that is named, not the request that the scheduler makes of it."""
    told = found(
        *(node(), device_class(extendedResourceName=RESOURCE), units("n1", "a"), claim("c")),
        asking("1", resourceClaims=[{"name": "c", "resourceClaimName": "c"}]),
    )
    assert told.findings[0].headline == f"request gpu of claim c and extended resource {RESOURCE} fit alone and not together"


def test_a_class_that_does_not_exist() -> None:
    """A resource that has the name of a class which does not exist is told so, with the class that may be meant."""
    name = "deviceclass.resource.kubernetes.io/gpus.example.com"
    told = found(node(), device_class(), units("n1", "a"), asking("1", name))
    assert codes(told) == ["DRA115"]
    assert told.findings[0].message == f"extended resource {name} stands for DeviceClass gpus.example.com, which does not exist"
    assert told.findings[0].remedies[0].text.endswith(": deviceclass.resource.kubernetes.io/gpu.example.com")


def test_devices_come_before_a_full_device_plugin() -> None:
    """Where one node's device plugin has nothing left and another's DRA devices are held, the devices are told first."""
    full = convert({"metadata": {"name": "n2"}, "status": {"allocatable": {"pods": "9", "cpu": "1", RESOURCE: "1"}}}, Node)
    user = pod("user", on="n2", containers=[{"name": "m", "resources": {"requests": {RESOURCE: "1"}}}])
    told = found(
        *(node(), full, user, device_class(extendedResourceName=RESOURCE), units("n1", "a")),
        *(claim("h", holds=["n1/a"], by="p"), pod("p", "h", on="n1"), asking("1")),
    )
    assert codes(told) == ["DRA201"]


def test_a_resource_of_device_plugins_alone() -> None:
    """A pod that no device of DRA concerns is not told of nodes with devices."""
    full = convert({"metadata": {"name": "n2"}, "status": {"allocatable": {"pods": "9", "cpu": "1", RESOURCE: "1"}}}, Node)
    user = pod("user", on="n2", containers=[{"name": "m", "resources": {"requests": {RESOURCE: "1"}}}])
    told = found(node(), full, user, asking("1"))
    assert codes(told) == ["DRA316"]
    assert told.findings[0].message == f"n1 and n2 refuse the pod: Insufficient {RESOURCE}"


def test_the_feature_is_off() -> None:
    """Where the API server dropped the resource's name from its class, the feature is told, and no class is offered to be patched."""
    applied = {"apiVersion": "resource.k8s.io/v1", "kind": "DeviceClass", "spec": {"extendedResourceName": RESOURCE}}
    annotations = {"kubectl.kubernetes.io/last-applied-configuration": json.dumps(applied)}
    lost = msgspec.structs.replace(device_class(), metadata=ObjectMeta(name="gpu.example.com", annotations=annotations))
    told = found(node(), lost, units("n1", "a"), asking("1"), release=Release(1, 34))
    assert codes(told) == ["DRA604", "DRA115"]
    assert [remedy.brief for remedy in told.findings[1].remedies] == ["ask by a claim"]
