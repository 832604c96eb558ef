"""The smallest object of each kind that means something, with keywords for what a test varies."""

from collections.abc import Iterable, Mapping

import msgspec

from kubectl_dra.api.core import (
    Container,
    Node,
    NodeSpec,
    NodeStatus,
    Pod,
    PodResourceClaim,
    PodSpec,
    PodStatus,
    ResourceRequirements,
    Taint,
)
from kubectl_dra.api.meta import NamespacedName, ObjectMeta, OwnerReference
from kubectl_dra.api.resource import (
    AllocationResult,
    CELDeviceSelector,
    Device,
    DeviceAllocationResult,
    DeviceAttribute,
    DeviceClaim,
    DeviceClass,
    DeviceClassSpec,
    DeviceRequest,
    DeviceRequestAllocationResult,
    DeviceSelector,
    ExactDeviceRequest,
    NodeSelector,
    NodeSelectorRequirement,
    NodeSelectorTerm,
    ResourceClaim,
    ResourceClaimSpec,
    ResourceClaimStatus,
    ResourceClaimTemplate,
    ResourceClaimTemplateSpec,
    ResourcePool,
    ResourceSlice,
    ResourceSliceSpec,
)
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.whatif import KubernetesObject, with_objects
from kubectl_dra.releases.release import NEWEST, Release

NAMESPACE = "ml"
DRIVER = "gpu.example.com"
PLENTY: Mapping[str, str] = {"cpu": "8", "memory": "32Gi", "ephemeral-storage": "100Gi", "pods": "110"}


def cluster(*objects: KubernetesObject, release: Release = NEWEST, gates: Mapping[str, bool] | None = None) -> Inventory:
    """A cluster of these objects."""
    return with_objects(Inventory(release=release, feature_gates=gates or {}, now="2026-03-01T12:00:00Z"), *objects)


def node(
    name: str = "gpu-1",
    *,
    labels: Mapping[str, str] | None = None,
    taints: Iterable[Taint] = (),
    allocatable: Mapping[str, str] | None = None,
    cordoned: bool = False,
) -> Node:
    """A node with plenty of everything."""
    return Node(
        metadata=ObjectMeta(name=name, labels={"kubernetes.io/hostname": name, **(labels or {})}),
        spec=NodeSpec(taints=tuple(taints), unschedulable=cordoned),
        status=NodeStatus(allocatable={**PLENTY, **(allocatable or {})}),
    )


def pod(  # noqa: PLR0913 - one keyword for each thing that tests vary
    name: str = "train-0",
    *,
    on: str = "",
    requests: Mapping[str, str] | None = None,
    claims: Mapping[str, str] | None = None,
    templates: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    spec: PodSpec | None = None,
) -> Pod:
    """A pending pod; ``claims`` and ``templates`` map its entries to what they name, ``on`` places it, ``spec`` has further fields."""
    entries = [PodResourceClaim(name=entry, resource_claim_name=claim) for entry, claim in (claims or {}).items()]
    entries += [PodResourceClaim(name=entry, resource_claim_template_name=template) for entry, template in (templates or {}).items()]
    container = Container(name="main", resources=ResourceRequirements(requests=dict(requests or {})))
    base = spec or PodSpec()
    return Pod(
        metadata=ObjectMeta(name=name, namespace=NAMESPACE, uid=f"uid-{name}", labels=dict(labels or {})),
        spec=msgspec.structs.replace(base, containers=base.containers or (container,), resource_claims=tuple(entries), node_name=on),
        status=PodStatus(phase="Running" if on else "Pending"),
    )


def device_class(name: str = DRIVER, *, expression: str = "", extended_resource_name: str | None = None, created: str = "") -> DeviceClass:
    """A class of everything that the test driver publishes, or of what ``expression`` selects."""
    selector = DeviceSelector(cel=CELDeviceSelector(expression=expression or f'device.driver == "{DRIVER}"'))
    return DeviceClass(
        metadata=ObjectMeta(name=name, creation_timestamp=created),
        spec=DeviceClassSpec(selectors=(selector,), extended_resource_name=extended_resource_name),
    )


def request(
    name: str = "gpu", *, class_name: str = DRIVER, count: int = 1, expression: str = "", mode: str = "ExactCount"
) -> DeviceRequest:
    """A request for one device of the class."""
    selectors = (DeviceSelector(cel=CELDeviceSelector(expression=expression)),) if expression else ()
    exactly = ExactDeviceRequest(
        device_class_name=class_name, selectors=selectors, allocation_mode=mode, count=count if mode == "ExactCount" else 0
    )
    return DeviceRequest(name=name, exactly=exactly)


def claim(
    name: str = "gpu", *requests: DeviceRequest, owner: Pod | None = None, devices: Iterable[str] = (), on: str = ""
) -> ResourceClaim:
    """A claim for one device; ``devices`` of the pool ``on`` are allocated to it, ``owner`` is the pod it was generated for."""
    owners = (
        (OwnerReference(api_version="v1", kind="Pod", name=owner.metadata.name, uid=owner.metadata.uid, controller=True),) if owner else ()
    )
    results = tuple(DeviceRequestAllocationResult(request="gpu", driver=DRIVER, pool=on, device=device) for device in devices)
    allocation = AllocationResult(devices=DeviceAllocationResult(results=results), node_selector=only_node(on)) if results else None
    return ResourceClaim(
        metadata=ObjectMeta(name=name, namespace=NAMESPACE, uid=f"uid-{name}", owner_references=owners),
        spec=claim_spec(*requests),
        status=ResourceClaimStatus(allocation=allocation),
    )


def claim_spec(*requests: DeviceRequest) -> ResourceClaimSpec:
    """What a claim asks for: one device unless requests are given."""
    return ResourceClaimSpec(devices=DeviceClaim(requests=requests or (request(),)))


def template(name: str = "gpu", *requests: DeviceRequest) -> ResourceClaimTemplate:
    """A template of such a claim."""
    return ResourceClaimTemplate(
        metadata=ObjectMeta(name=name, namespace=NAMESPACE), spec=ResourceClaimTemplateSpec(spec=claim_spec(*requests))
    )


def only_node(name: str) -> NodeSelector:
    """A selector of one node by name."""
    is_node = NodeSelectorRequirement(key="metadata.name", operator="In", values=(name,))
    return NodeSelector(node_selector_terms=(NodeSelectorTerm(match_fields=(is_node,)),))


def devices_on(node_name: str, *names: str, attributes: Mapping[str, DeviceAttribute] | None = None) -> ResourceSlice:
    """A node's pool of devices, one slice, named like the node."""
    return ResourceSlice(
        metadata=ObjectMeta(name=f"{node_name}-slice"),
        spec=ResourceSliceSpec(
            driver=DRIVER,
            pool=ResourcePool(name=node_name, generation=1, resource_slice_count=1),
            node_name=node_name,
            devices=tuple(Device(name=name, attributes=dict(attributes or {})) for name in names),
        ),
    )


def key(name: str) -> NamespacedName:
    """A name in the test namespace."""
    return NamespacedName(NAMESPACE, name)
