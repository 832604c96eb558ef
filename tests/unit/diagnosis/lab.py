"""Small clusters for one inspection each, and what is found for their pod."""

from collections.abc import Iterable, Mapping
from typing import Any

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Event, Node, Pod
from kubectl_dra.api.resource import DeviceClass, DeviceTaintRule, ResourceClaim, ResourceSlice
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.diagnosis import Diagnosis
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.whatif import KubernetesObject, with_objects
from kubectl_dra.releases.release import NEWEST, Release

Plain = Mapping[str, Any]
DRIVER = "gpu.example.com"
NOW = "2026-03-01T12:00:00Z"


def found(*objects: KubernetesObject | Event, release: Release = NEWEST, gates: Mapping[str, bool] | None = None) -> Diagnosis:
    """What is said of pod ``wants`` of namespace ``ml`` in a cluster of these objects, all kinds read."""
    said = tuple(one for one in objects if isinstance(one, Event))
    empty = Inventory(release=release, feature_gates=gates or {}, now=NOW, read_kinds=frozenset(kinds.KINDS), events=said)
    inventory = with_objects(empty, *(one for one in objects if not isinstance(one, Event)))
    explainer = Explainer(Scene(inventory))
    return explainer.explain(next(pod for key, pod in inventory.pods.items() if key == ("ml", "wants")))


def codes(told: Diagnosis) -> list[str]:
    """The codes of the root causes, first to last."""
    return [finding.code for finding in told.findings]


def node(name: str = "n1", *, cpu: str = "8", labels: Plain | None = None, **spec: Any) -> Node:
    """A node with room."""
    metadata = {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}}
    return convert({"metadata": metadata, "spec": spec, "status": {"allocatable": {"cpu": cpu, "memory": "8Gi", "pods": "20"}}}, Node)


def units(place: str, *devices: Plain | str, metadata: Plain | None = None, driver: str = DRIVER, **spec: Any) -> ResourceSlice:
    """A node's slice; a device is its name, or its fields."""
    made = [{"name": one} if isinstance(one, str) else dict(one) for one in devices]
    pool = {"name": place, "generation": 1, "resourceSliceCount": 1, **spec.pop("pool", {})}
    fields = {"driver": driver, "nodeName": place, "pool": pool, "devices": made, **spec}
    return convert({"metadata": {"name": f"{place}-{driver.partition('.')[0]}", **(metadata or {})}, "spec": fields}, ResourceSlice)


def device_class(name: str = DRIVER, expression: str = "", **spec: Any) -> DeviceClass:
    """A class of one driver's devices, or of what an expression selects."""
    selectors = [{"cel": {"expression": expression or f'device.driver == "{name}"'}}]
    return convert({"metadata": {"name": name}, "spec": {"selectors": selectors, **spec}}, DeviceClass)


def request(name: str = "gpu", *, expression: str = "", **fields: Any) -> dict[str, Any]:
    """A request for one device of the class."""
    exactly = {"deviceClassName": DRIVER, "allocationMode": "ExactCount", "count": 1, **fields}
    if exactly["allocationMode"] == "All":
        del exactly["count"]
    if expression:
        exactly["selectors"] = [{"cel": {"expression": expression}}]
    return {"name": name, "exactly": exactly}


def claim(  # noqa: PLR0913 - one keyword for each thing that tests vary
    name: str,
    *requests: Plain,
    holds: Iterable[str] = (),
    by: str = "",
    namespace: str = "ml",
    metadata: Plain | None = None,
    consumed: Plain | None = None,
    constraints: Iterable[Plain] = (),
    only_on: str = "",
) -> ResourceClaim:
    """A claim; ``holds`` are devices as NODE/DEVICE, which can be used ``only_on`` a node, ``by`` the pod that it is reserved for.

    ``consumed`` is what each share takes.
    """
    results = [
        {"request": "gpu", "driver": DRIVER, "pool": place.partition("/")[0], "device": place.partition("/")[2]}
        | ({"consumedCapacity": dict(consumed), "shareID": f"00000000-0000-4000-8000-{number:012}"} if consumed else {})
        for number, place in enumerate(holds)
    ]
    status: dict[str, Any] = {"allocation": {"devices": {"results": results}}} if results else {}
    if only_on:
        is_node = {"key": "metadata.name", "operator": "In", "values": [only_on]}
        status["allocation"]["nodeSelector"] = {"nodeSelectorTerms": [{"matchFields": [is_node]}]}
    if by:
        status["reservedFor"] = [{"resource": "pods", "name": by, "uid": f"uid-{by}"}]
    plain = {
        "metadata": {"name": name, "namespace": namespace, "uid": f"uid-{name}", **(metadata or {})},
        "spec": {"devices": {"requests": list(requests) or [request()], "constraints": list(constraints)}},
        "status": status,
    }
    return convert(plain, ResourceClaim)


def pod(name: str = "wants", *claims: str, on: str = "", status: Plain | None = None, metadata: Plain | None = None, **spec: Any) -> Pod:
    """A pod whose one container uses these claims; ``on`` places it, and it runs there."""
    used = [{"name": one, "resourceClaimName": one} for one in claims]
    container = {"name": "main", "resources": {"claims": [{"name": one} for one in claims]}}
    fields = {"resourceClaims": used, "containers": [container], **({"nodeName": on} if on else {}), **spec}
    plain = {
        "metadata": {"name": name, "namespace": "ml", "uid": f"uid-{name}", **(metadata or {})},
        "spec": fields,
        "status": {"phase": "Running" if on else "Pending", **(status or {})},
    }
    return convert(plain, Pod)


def taint_rule(name: str, selector: Plain | None, **taint: str) -> DeviceTaintRule:
    """A rule that taints what its selector selects."""
    return convert(
        {"metadata": {"name": name}, "spec": {"deviceSelector": selector, "taint": {"effect": "NoSchedule", **taint}}}, DeviceTaintRule
    )


def event(reason: str, message: str, about: str = "wants", kind: str = "Pod") -> Event:
    """What a component said of an object of namespace ``ml``."""
    involved = {"kind": kind, "namespace": "ml", "name": about, "uid": f"uid-{about}"}
    metadata = {"name": f"{about}.{reason.lower()}", "namespace": "ml"}
    plain = {
        "metadata": metadata,
        "involvedObject": involved,
        "reason": reason,
        "message": message,
        "type": "Warning",
        "lastTimestamp": NOW,
    }
    return convert(plain, Event)
