"""Plan → manifests: a ResourceClaimTemplate or a ResourceClaim, and a Pod, Deployment or Job that uses it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from kubectl_dra.api.kinds import RESOURCE_GROUP
from kubectl_dra.scaffolding.manifest import Block, Field, block, brief
from kubectl_dra.scaffolding.surroundings import runtime_class_of, taints_to_tolerate

if TYPE_CHECKING:
    from kubectl_dra.scaffolding.manifest import Value
    from kubectl_dra.scaffolding.plan import Plan, PlannedDevices, PlannedRequest
    from kubectl_dra.scaffolding.supply import Supply

IMAGE: Final = "busybox:1.37"
ADMIN_ACCESS_LABEL: Final = "resource.kubernetes.io/admin-access=true"
_FLAT: Final = ("v1beta1", "v1alpha3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """The manifests in the order in which they are applied; ``claim`` is the first of them, ``pod_spec`` that of the consumer."""

    claim: Block
    consumer: Block | None = None

    @property
    def manifests(self) -> tuple[Block, ...]:
        """All of them."""
        return (self.claim,) if self.consumer is None else (self.claim, self.consumer)


def write(plan: Plan, supply: Supply, api_version: str) -> Written:
    """The manifests of a plan in an API version (``v1``, ``v1beta2``, ``v1beta1``)."""
    name = plan.wanted.name or plan.requests[0].name
    claim = _claim(plan, name, api_version)
    if not plan.wanted.consumer:
        return Written(claim=claim)
    return Written(claim=claim, consumer=_consumer(plan, supply, name))


def _metadata(name: str, namespace: str) -> Block:
    return block(name=name, namespace=namespace) if namespace else block(name=name)


def _claim(plan: Plan, name: str, version: str) -> Block:
    wanted = plan.wanted
    devices: list[Field] = [Field(name="requests", value=tuple(_request(request, version) for request in plan.requests))]
    constraints = tuple(
        Block(fields=(Field(name=field, value=attribute, above=(why,)),))
        for field, attributes, why in (
            ("matchAttribute", plan.same, "all devices have the same value of it"),
            ("distinctAttribute", plan.distinct, "no two devices have the same value of it"),
        )
        for attribute in attributes
    )
    if constraints:
        devices.append(Field(name="constraints", value=constraints))
    spec: Value = block(devices=Block(fields=tuple(devices)))
    kind = "ResourceClaim" if wanted.is_claim else "ResourceClaimTemplate"
    return Block(
        fields=(
            Field(name="apiVersion", value=f"{RESOURCE_GROUP}/{version}"),
            Field(name="kind", value=kind, beside="" if wanted.is_claim else "each pod that names it gets a claim of its own"),
            Field(name="metadata", value=_metadata(name, wanted.namespace)),
            Field(name="spec", value=spec if wanted.is_claim else block(spec=spec)),
        )
    )


def _request(request: PlannedRequest, version: str) -> Block:
    name = Field(name="name", value=request.name)
    if len(request.alternatives) > 1:
        options = tuple(Block(fields=(Field(name="name", value=one.name), *_selection(one))) for one in request.alternatives)
        return Block(fields=(name, Field(name="firstAvailable", value=options, above=("the first that can be had is taken",))))
    (only,) = request.alternatives
    if version in _FLAT:
        return Block(fields=(name, *_selection(only)))
    return Block(fields=(name, Field(name="exactly", value=Block(fields=_selection(only)))))


def _selection(planned: PlannedDevices) -> tuple[Field, ...]:
    wanted = planned.wanted
    fields = [Field(name="deviceClassName", value=planned.class_name)]
    if wanted.wants_all:
        fields.append(Field(name="allocationMode", value="All", beside="every matching device of the node"))
    elif wanted.count > 1:
        fields.append(Field(name="count", value=wanted.count))
    if wanted.is_admin:
        beside = f"needs the label {ADMIN_ACCESS_LABEL} on the namespace"
        fields.append(Field(name="adminAccess", value=True, beside=beside))
    if planned.capacity:
        requests = Block(fields=tuple(Field(name=key, value=amount) for key, amount in planned.capacity))
        fields.append(Field(name="capacity", value=block(requests=requests)))
    if planned.selectors:
        why = _why(planned)
        selectors = tuple(block(cel=block(expression=selector.expression)) for selector in planned.selectors)
        fields.append(Field(name="selectors", value=selectors, above=why))
    if wanted.tolerates:
        fields.append(_tolerations(planned))
    return tuple(fields)


def _why(planned: PlannedDevices) -> tuple[str, ...]:
    """What the selectors select, as the cluster had it."""
    like = f"like {planned.wanted.like}: " if planned.wanted.like else ""
    return (f"{like}{len(planned.matching)} of {len(planned.of_class)} devices of the class match",)


def _tolerations(planned: PlannedDevices) -> Field:
    if not planned.tolerated:
        return Field(name="tolerations", value=(brief(operator="Exists"),), above=("takes devices with whatever taint",))
    keys = tuple(brief(key=key, operator="Exists") for key in planned.tolerated)
    return Field(name="tolerations", value=keys, above=("takes devices with these taints, too",))


def _consumer(plan: Plan, supply: Supply, name: str) -> Block:
    wanted = plan.wanted
    spec = _pod_spec(plan, supply, name)
    metadata = _metadata(name, wanted.namespace)
    if wanted.consumer == "Pod":
        return block(apiVersion="v1", kind="Pod", metadata=metadata, spec=spec)
    if wanted.consumer == "Job":
        return block(apiVersion="batch/v1", kind="Job", metadata=metadata, spec=block(template=block(spec=spec)))
    labels = block(app=name)
    template = block(metadata=block(labels=labels), spec=spec)
    return block(
        apiVersion="apps/v1",
        kind="Deployment",
        metadata=metadata,
        spec=block(replicas=1, selector=block(matchLabels=labels), template=template),
    )


def _pod_spec(plan: Plan, supply: Supply, name: str) -> Block:
    wanted, devices = plan.wanted, plan.matching()
    reference = "resourceClaimName" if wanted.is_claim else "resourceClaimTemplateName"
    pod_claim = Block(fields=(Field(name="name", value="devices"), Field(name=reference, value=name)))
    container = Block(
        fields=(
            Field(name="name", value="main"),
            Field(name="image", value=IMAGE, beside="put yours here"),
            Field(name="command", value=("sleep", "infinity") if wanted.consumer != "Job" else ("sleep", "60")),
            Field(name="resources", value=block(claims=(block(name="devices"),)), above=("without this the container sees no device",)),
        )
    )
    fields: list[Field] = []
    if wanted.consumer == "Job":
        fields.append(Field(name="restartPolicy", value="Never"))
    runtime_class, why = runtime_class_of(supply, devices)
    if runtime_class:
        fields.append(Field(name="runtimeClassName", value=runtime_class, beside=why))
    fields.append(Field(name="containers", value=(container,)))
    fields.append(Field(name="resourceClaims", value=(pod_claim,)))
    taints = taints_to_tolerate(supply, devices)
    if taints:
        tolerations = tuple(
            brief(key=taint.key, operator="Equal", value=taint.value, effect=taint.effect)
            if taint.value
            else brief(key=taint.key, operator="Exists", effect=taint.effect)
            for taint in taints
        )
        why_taints = (
            "all nodes with these devices have this taint" if len(taints) == 1 else "all nodes with these devices have these taints"
        )
        fields.append(Field(name="tolerations", value=tolerations, above=(why_taints,)))
    return Block(fields=tuple(fields))
