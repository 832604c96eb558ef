"""Pod → Shape: what of a pod decides its verdict, so that pods that ask for the same are judged once.

The verdict on the first pod of a shape is put into the names of the others' claims.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.scheduler.nodeinfo import host_ports
from kubectl_dra.scheduler.reasons import ClaimsUnavailable
from kubectl_dra.scheduler.verdict import Errors, NotJudged, Refused

if TYPE_CHECKING:
    from kubectl_dra.allocator.result import AllocationError
    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.scheduler.dynamicresources import PodDevices
    from kubectl_dra.scheduler.verdict import NodeVerdict

Shape: TypeAlias = bytes
"""Two pods of one shape get the same answer from every node, the names of their claims apart."""


def shape_of(pod: Pod, devices: PodDevices | None) -> Shape:
    """Everything of a pod and its claims that any plugin looks at."""
    spec = pod.spec
    containers = (*spec.init_containers, *spec.containers)
    resources = [(each.resources.requests, each.restart_policy, each.restart_policy_rules) for each in containers]
    pod_level = spec.resources.requests if spec.resources else {}
    placement = (spec.node_selector, spec.affinity, spec.tolerations, host_ports(pod), spec.priority, spec.topology_spread_constraints)
    others = (pod.metadata.namespace, pod.metadata.labels, spec.volumes, pod.status.nominated_node_name)
    claims = [_shape_of_claim(claim) for claim in devices.claims] if devices else None
    special = bool(devices and devices.special and devices.special.spec.devices.requests)
    return msgspec.json.encode(
        (resources, len(spec.init_containers), pod_level, spec.overhead, placement, others, claims, special), order="deterministic"
    )


def _shape_of_claim(claim: ResourceClaim) -> object:
    if claim.status.allocation is None:
        return claim.spec
    return (claim.status.allocation, claim.status.devices)


def renamed(verdict: NodeVerdict, of: PodDevices, to: PodDevices) -> NodeVerdict:
    """A verdict on a pod with the claims of ``of`` as it reads for one with those of ``to``."""
    match verdict:
        case NotJudged():
            otherwise = renamed(verdict.otherwise, of, to)
            return verdict if isinstance(otherwise, NotJudged) else NotJudged(by=verdict.by, otherwise=otherwise)
        case Errors():
            return _renamed_error(verdict, of, to)
        case Refused(refusal=ClaimsUnavailable() as refusal):
            names = {old.metadata.key: new.metadata.key for old, new in zip(of.claims, to.claims, strict=True)}
            return Refused(refusal=ClaimsUnavailable(claims=tuple((names[name], why) for name, why in refusal.claims)))
        case _:
            return verdict


def _renamed_error(verdict: Errors, of: PodDevices, to: PodDevices) -> Errors:
    for old, new in zip(_claims(of), _claims(to), strict=True):
        if old.metadata.key != new.metadata.key and (error := _with_claim(verdict.error, old, new)):
            return Errors(text=verdict.text.replace(verdict.error.text, error.text), error=error)
    return verdict


def _with_claim(error: AllocationError, old: ResourceClaim, new: ResourceClaim) -> AllocationError | None:
    """The error with ``new`` in place of ``old``; None where it is not about that claim. Upstream's texts begin with the claim."""
    for after in (",", ":"):
        start = f"claim {old.metadata.key}{after}"
        if error.text.startswith(start):
            text = f"claim {new.metadata.key}{error.text[len(start) - 1 :]}"
            request = msgspec.structs.replace(error.request, claim=new) if error.request else None
            return msgspec.structs.replace(error, text=text, request=request)
    return None


def _claims(devices: PodDevices) -> tuple[ResourceClaim, ...]:
    return (*devices.claims, *((devices.special,) if devices.special else ()))
