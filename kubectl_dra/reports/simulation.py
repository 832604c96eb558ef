"""Placements → Simulation: where each pod would go and with which devices, or which nodes refuse it and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.diagnosis.view import group_not_served, view_findings
from kubectl_dra.findings.finding import Confidence, Finding, Severity, Value, conclude, document
from kubectl_dra.inventory.podclaims import ClaimNotFound, ClaimNotGenerated
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents
from kubectl_dra.scheduler.reasons import Plugin
from kubectl_dra.scheduler.verdict import ClassNotFound, Errors, Filtered, Fits, Gated, Held, NotJudged, Refused, RefusedByPreFilter, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.source import Unread
    from kubectl_dra.inventory.applied import RefusedManifest
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scheduler.verdict import NodeGroup, PodVerdict
    from kubectl_dra.scheduler.workload import HowMany, Placement, Subject


class GivenDevice(Value):
    """A device that a pod would get: for which claim and request (``REQUEST`` or ``REQUEST/ALTERNATIVE``)."""

    claim: str
    request: str
    driver: str
    pool: str
    device: str


class NodeAnswer(Value):
    """Nodes that give the same answer, the plugin that gives it, and its reasons in the scheduler's words."""

    nodes: tuple[str, ...]
    plugin: str
    reasons: tuple[str, ...]


class SimulatedPod(Value):
    """One pod: whether it fits, on which node it was put to see about the next one, and what it gets there.

    ``feasible_nodes`` are all nodes that would take it. ``message`` is what the scheduler would say, ``answers`` what refuses it where;
    ``cause`` is the finding that explains best why it does not fit, null where it fits or none does.
    """

    namespace: str
    name: str
    verdict: str
    node: str = ""
    feasible_nodes: tuple[str, ...] = ()
    devices: tuple[GivenDevice, ...] = ()
    answers: tuple[NodeAnswer, ...] = ()
    message: str = ""
    cause: Finding | None = None
    confidence: Confidence = Confidence.CERTAIN
    """How sure the answer can be with what was read of the cluster."""
    needs_refused: str = ""
    """``KIND/NAME`` of the object that stops the pod because the API server would not create it; empty where none does."""
    asks_for_devices: bool = False
    advice_for: str = ""
    """The other scheduler that decides about the pod; empty where it is kube-scheduler's."""

    @property
    def fits(self) -> bool:
        """Whether the pod would be placed, or is already."""
        return self.verdict in {Word.FITS, Word.SCHEDULED}

    def is_refused_like(self, other: SimulatedPod) -> bool:
        """Whether both are refused for the same reasons on the same nodes."""
        return not self.fits and (self.verdict, self.answers) == (other.verdict, other.answers)


class SimulatedWorkload(Value):
    """A manifest's object and its pods, in the order in which they were taken; ``kind`` is Pod for a pod of its own.

    ``existing_pods`` counts those that the cluster has already and that are not simulated again.
    """

    kind: str
    namespace: str
    name: str
    pods: tuple[SimulatedPod, ...]
    existing_pods: int = 0


class MoreCopies(Value):
    """How many more copies of a workload's pod fit after all else, by node, and what stops the next one.

    Where ``confidence`` is not certain, it is how many fit at most: what could not be read can only take devices and room away.
    """

    kind: str
    namespace: str
    name: str
    count: int
    nodes: dict[str, int]
    next_pod: SimulatedPod | None
    confidence: Confidence = Confidence.CERTAIN


class RefusedObject(Value, frozen=True, kw_only=True):
    """An object of the manifests that the API server would not create, and its words; the simulation goes on without it."""

    kind: str
    namespace: str
    name: str
    place: str
    message: str


class Simulation(Report, frozen=True, kw_only=True):
    """What would happen if the manifests were applied; nothing was."""

    items: tuple[SimulatedWorkload, ...]
    how_many: tuple[MoreCopies, ...] = ()
    refused: tuple[RefusedObject, ...] = ()
    release: str = ""
    findings: tuple[Finding, ...] = ()
    """What could not be seen, and so may make an answer wrong."""
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "Simulation",
            "release": self.release,
            "items": [_workload_document(item) for item in self.items],
            "howMany": [_copies_document(copies) for copies in self.how_many],
            "refused": msgspec.to_builtins(self.refused),
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }

    def names(self) -> tuple[str, ...]:
        """``pod/NAME`` for each that fits."""
        return tuple(f"pod/{pod.name}" for item in self.items for pod in item.pods if pod.fits)

    @property
    def is_certain(self) -> bool:
        """Whether no pod's answer could be another one if everything had been read."""
        return all(pod.confidence is Confidence.CERTAIN for item in self.items for pod in item.pods)

    @property
    def everything_fits(self) -> bool:
        """Whether no pod is left out, no object refused, and nothing known that keeps all pods from being scheduled."""
        blocked = any(finding.severity is Severity.ERROR for finding in self.findings)
        return not self.refused and not blocked and all(pod.fits for item in self.items for pod in item.pods)


def _workload_document(item: SimulatedWorkload) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(item)
    return {**plain, "pods": [_pod_document(pod) for pod in item.pods]}


def _copies_document(copies: MoreCopies) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(copies)
    return {**plain, "nextPod": _pod_document(copies.next_pod) if copies.next_pod else None}


def _pod_document(pod: SimulatedPod) -> dict[str, object]:
    plain: dict[str, object] = msgspec.to_builtins(msgspec.structs.replace(pod, cause=None))
    return {**plain, "fits": pod.fits, "cause": document(pod.cause) if pod.cause else None}


_TAKERS = (kinds.RESOURCE_CLAIM, kinds.DEVICE_TAINT_RULE, kinds.RESOURCE_QUOTA)
"""Kinds of which an unread object may take a device away from a pod that seems to fit."""
_GIVERS = (kinds.RESOURCE_SLICE, kinds.DEVICE_CLASS, kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE)
"""Kinds of which an unread object may give a device to a pod that seems not to fit."""


def _confidence(pod: Pod, inventory: Inventory, *, fits: bool, asks_for_devices: bool) -> Confidence:
    """How sure it is that a pod fits, or that it does not; what refuses it besides devices is sure."""
    decisive = [kinds.POD, kinds.NODE] if fits else []
    if asks_for_devices:
        decisive += _TAKERS if fits else _GIVERS
    if fits and pod.spec.runtime_class_name:
        decisive.append(kinds.RUNTIME_CLASS)
    return Confidence.POSSIBLE if any(inventory.is_hidden(kind) for kind in decisive) else Confidence.CERTAIN


def report_placement(placement: Placement, inventory: Inventory, refused: Iterable[RefusedManifest]) -> SimulatedPod:
    """One pod's part of the report, without the finding that explains it."""
    verdict, metadata = placement.verdict, placement.pod.metadata
    answers = tuple(_answers(verdict, inventory))
    asks_for_devices = bool(placement.pod.spec.resource_claims) or any(answer.plugin == Plugin.DYNAMIC_RESOURCES for answer in answers)
    fits = verdict.word in {Word.FITS, Word.SCHEDULED}
    feasible = verdict.outcome.nodes_that(Fits) if isinstance(verdict.outcome, Filtered) else ()
    return SimulatedPod(
        namespace=metadata.namespace,
        name=metadata.name,
        verdict=verdict.word,
        node=placement.node or placement.pod.spec.node_name,
        feasible_nodes=feasible,
        devices=tuple(_given_devices(placement)),
        answers=answers,
        message=verdict.message,
        needs_refused=_needs_refused(verdict, refused),
        asks_for_devices=asks_for_devices,
        confidence=_confidence(placement.pod, inventory, fits=fits, asks_for_devices=asks_for_devices),
        advice_for=placement.pod.spec.scheduler_name if verdict.is_advice else "",
    )


def _given_devices(placement: Placement) -> Iterator[GivenDevice]:
    fits = placement.fits
    for claim, result in zip(fits.claims, fits.allocation.results, strict=True) if fits and fits.allocation else ():
        for device in result.devices.results:
            yield GivenDevice(
                claim=claim.metadata.name, request=device.request, driver=device.driver, pool=device.pool, device=device.device
            )


def _answers(verdict: PodVerdict, inventory: Inventory) -> Iterator[NodeAnswer]:
    outcome = verdict.outcome
    match outcome:
        case Filtered():
            yield from (answer for group in outcome.groups if (answer := _answer(group)))
        case Held():
            yield NodeAnswer(nodes=(), plugin="DynamicResources", reasons=(_held_text(outcome, verdict.pod, inventory),))
        case Gated():
            yield NodeAnswer(nodes=(), plugin="SchedulingGates", reasons=(f"scheduling gates {', '.join(outcome.gates)}",))
        case RefusedByPreFilter():
            yield NodeAnswer(nodes=(), plugin=outcome.plugin, reasons=(outcome.reason,))
        case _:
            return


def _held_text(held: Held, pod: Pod, inventory: Inventory) -> str:
    """The scheduler's words, or the template that is missing, of which it knows nothing."""
    template = held.obstacle.pod_claim.resource_claim_template_name
    if isinstance(held.obstacle, ClaimNotGenerated) and template:
        name = NamespacedName(pod.metadata.namespace, template)
        if name not in inventory.resource_claim_templates:
            return f"ResourceClaimTemplate/{name.name} -n {name.namespace} does not exist"
    return held.text


def _needs_refused(verdict: PodVerdict, refused: Iterable[RefusedManifest]) -> str:
    missing = _missing_object(verdict)
    return next((f"{one.kind}/{one.name.name}" for one in refused if (one.kind, one.name) == missing), "")


def _missing_object(verdict: PodVerdict) -> tuple[str, NamespacedName] | None:
    """The kind and the name of what the pod waits for and what does not exist."""
    match verdict.outcome:
        case Held(obstacle=ClaimNotFound(name=name)):
            return kinds.RESOURCE_CLAIM.name, name
        case Held(obstacle=ClaimNotGenerated(pod_claim=pod_claim)):
            return kinds.RESOURCE_CLAIM_TEMPLATE.name, NamespacedName(
                verdict.pod.metadata.namespace, pod_claim.resource_claim_template_name or ""
            )
        case RefusedByPreFilter(fact=ClassNotFound(class_name=name)):
            return kinds.DEVICE_CLASS.name, NamespacedName("", name)
        case _:
            return None


def _answer(group: NodeGroup) -> NodeAnswer | None:
    verdict = group.verdict
    if isinstance(verdict, NotJudged):
        plugins = ", ".join(verdict.by)
        return NodeAnswer(nodes=group.nodes, plugin=plugins, reasons=("not judged here",))
    if isinstance(verdict, Refused):
        return NodeAnswer(nodes=group.nodes, plugin=verdict.plugin, reasons=verdict.reasons)
    if isinstance(verdict, Errors):
        return NodeAnswer(nodes=group.nodes, plugin=verdict.plugin, reasons=(verdict.text,))
    return None


def report_copies(subject: Subject, found: HowMany, next_pod: SimulatedPod | None, inventory: Inventory) -> MoreCopies:
    """How many more of a workload's pods fit."""
    asks_for_devices = any(pod.spec.resource_claims for pod in subject.pods)
    return MoreCopies(
        kind=subject.kind,
        namespace=subject.name.namespace,
        name=subject.name.name,
        count=found.count,
        nodes=dict(found.by_node),
        next_pod=next_pod,
        confidence=_confidence(subject.pods[0], inventory, fits=True, asks_for_devices=asks_for_devices),
    )


def report_simulation(
    items: Iterable[SimulatedWorkload], copies: Iterable[MoreCopies], refused: Iterable[RefusedManifest], inventory: Inventory
) -> Simulation:
    """The whole report."""
    objects = (
        RefusedObject(kind=one.kind, namespace=one.name.namespace, name=one.name.name, place=str(one.origin), message=one.message)
        for one in refused
    )
    not_served = group_not_served(inventory)
    return Simulation(
        items=tuple(items),
        how_many=tuple(copies),
        refused=tuple(objects),
        release=str(inventory.release),
        findings=(*((conclude(not_served),) if not_served else ()), *view_findings(inventory)),
        unread=inventory.unread,
    )
