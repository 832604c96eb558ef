"""Manifests + cluster → the proof that they work: how many devices match, how many can be had, on which nodes a pod would fit.

Where it fits is said by the scheduler and its allocator, not by counting. What does not fit now is tried once more with every claim given
back: only what fits nowhere even then can never work here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kubectl_dra.admission.defaults import with_defaults
from kubectl_dra.api import kinds
from kubectl_dra.api.core import Container, ContainerResourceClaim, Pod, PodResourceClaim, PodSpec, ResourceRequirements, Toleration
from kubectl_dra.api.meta import ObjectMeta
from kubectl_dra.api.resource import ResourceClaim, ResourceClaimTemplate
from kubectl_dra.api.versions import as_v1
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.inventory.whatif import with_deallocated, with_objects, with_pod_created, with_pods_gone
from kubectl_dra.scaffolding.selectors import spread
from kubectl_dra.scaffolding.surroundings import taints_to_tolerate
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.verdict import Filtered, Fits

if TYPE_CHECKING:
    from kubectl_dra.apimachinery.quantity import Quantity
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scaffolding.plan import Plan, PlannedDevices
    from kubectl_dra.scaffolding.supply import Supply
    from kubectl_dra.scaffolding.writing import Written
    from kubectl_dra.scheduler.verdict import PodVerdict

_AVAILABLE = ("free", "shared")


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A capacity that was asked for: how much, and the least and the most that devices of the class have."""

    name: str
    asked: str
    smallest: Quantity
    largest: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedDevices:
    """One sort of devices: how many match of those the class has, and how many of these can be had now."""

    request: str
    class_name: str
    of_class: int
    matching: int
    available: int
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """Where a pod with the claim fits: now, and with every device given back. ``message`` is what the scheduler would say otherwise."""

    devices: tuple[ProvedDevices, ...]
    fits_now: tuple[str, ...]
    fits_when_free: tuple[str, ...]
    message: str = ""
    lacks_label: str = ""
    """The namespace without the label that admin access needs."""
    knows_nodes: bool = True
    hides_users: bool = False
    """Whether claims, or pods with the room that they take, may be there that the server does not show."""
    hides_taints: bool = False
    """Whether devices may be tainted without the server showing it."""

    @property
    def may_fit(self) -> bool:
        """Whether there is a node for it, or may be one."""
        return bool(self.fits_when_free) or (not self.knows_nodes and all(one.matching for one in self.devices))


def prove(plan: Plan, written: Written, supply: Supply, namespace: str) -> Proof:
    """What comes of applying the manifests and creating a pod that uses them."""
    inventory, pod = _applied(supply.inventory, plan, written, supply, namespace)
    verdict = Scheduler(inventory).schedule(pod)
    now = _nodes(verdict)
    when_free = now or _nodes(_when_free(inventory, pod))
    devices = tuple(_proved(request.name, one, supply) for request in plan.requests for one in request.alternatives)
    return Proof(
        devices=devices,
        fits_now=now,
        fits_when_free=when_free,
        message="" if now else verdict.message,
        lacks_label=namespace if _lacks_label(plan, inventory, namespace) else "",
        knows_nodes=not inventory.is_hidden(kinds.NODE),
        hides_users=inventory.is_hidden(kinds.RESOURCE_CLAIM) or inventory.is_hidden(kinds.POD),
        hides_taints=inventory.is_hidden(kinds.DEVICE_TAINT_RULE),
    )


def _applied(inventory: Inventory, plan: Plan, written: Written, supply: Supply, namespace: str) -> tuple[Inventory, Pod]:
    """The cluster with the claim or template, and a pod that uses it as the one that is written would."""
    document = written.claim.plain()
    version, kind = str(document["apiVersion"]), str(document["kind"])
    named = {**document, "metadata": {**_mapping(document["metadata"]), "namespace": namespace}}
    plain = as_v1(kind, version, with_defaults(named, kind, version.rpartition("/")[2]))
    name = str(_mapping(document["metadata"])["name"])
    if kind == "ResourceClaim":
        applied = with_objects(inventory, convert(plain, ResourceClaim))
        pod_claim = PodResourceClaim(name="devices", resource_claim_name=name)
    else:
        applied = with_objects(inventory, convert(plain, ResourceClaimTemplate))
        pod_claim = PodResourceClaim(name="devices", resource_claim_template_name=name)
    tolerations = tuple(
        Toleration(key=taint.key, operator="Equal", value=taint.value, effect=taint.effect)
        for taint in taints_to_tolerate(supply, plan.matching())
    )
    container = Container(name="main", resources=ResourceRequirements(claims=(ContainerResourceClaim(name="devices"),)))
    spec = PodSpec(containers=(container,), resource_claims=(pod_claim,), tolerations=tolerations, scheduler_name="default-scheduler")
    return with_pod_created(applied, Pod(metadata=ObjectMeta(name=f"{name}-proof", namespace=namespace), spec=spec))


def _mapping(value: object) -> dict[str, object]:
    assert isinstance(value, dict)  # noqa: S101  (narrows)
    return value


def _when_free(inventory: Inventory, pod: Pod) -> PodVerdict:
    freed = with_pods_gone(inventory, [name for name in inventory.pods if name != pod.metadata.key])
    freed = with_deallocated(freed, [name for name, claim in freed.resource_claims.items() if claim.status.allocation is not None])
    return Scheduler(freed).schedule(pod)


def _nodes(verdict: PodVerdict) -> tuple[str, ...]:
    return verdict.outcome.nodes_that(Fits) if isinstance(verdict.outcome, Filtered) and not _is_aborted(verdict) else ()


def _is_aborted(verdict: PodVerdict) -> bool:
    """An error on one node ends the attempt for all of them."""
    from kubectl_dra.scheduler.verdict import Errors  # noqa: PLC0415  (named where it is used)

    return isinstance(verdict.outcome, Filtered) and bool(verdict.outcome.nodes_that(Errors))


def _proved(request: str, planned: PlannedDevices, supply: Supply) -> ProvedDevices:
    states = [supply.usable.published[index].state_without_rules for index in planned.matching]
    devices = supply.devices(planned.of_class)
    ranges = []
    for bound in planned.bounds:
        amounts = spread(bound, devices)
        if amounts is not None:
            ranges.append(Range(name=bound.property.identifier, asked=bound.text, smallest=amounts[0], largest=amounts[1]))
    return ProvedDevices(
        request=request,
        class_name=planned.class_name,
        of_class=len(planned.of_class),
        matching=len(planned.matching),
        available=sum(state in _AVAILABLE for state in states),
        ranges=tuple(ranges),
    )


def _lacks_label(plan: Plan, inventory: Inventory, namespace: str) -> bool:
    if not any(one.wanted.is_admin for request in plan.requests for one in request.alternatives):
        return False
    found = inventory.namespaces.get(namespace)
    if found is None and inventory.is_hidden(kinds.NAMESPACE):
        return False
    return found is None or found.metadata.labels.get("resource.kubernetes.io/admin-access") != "true"
