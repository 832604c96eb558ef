"""Manifests against a cluster: classes, devices, claims, templates, runtime classes and node taints that are really there.

What the files themselves hold counts as if it were applied.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.findings.asking import Asked, DeviceName
from kubectl_dra.findings.dra101_no_device_selected import NoDeviceSelected
from kubectl_dra.findings.dra102_selector_fails_on_device import SelectorFailsOnDevice
from kubectl_dra.findings.dra104_device_class_not_found import DeviceClassNotFound
from kubectl_dra.findings.dra105_class_selects_nothing import ClassSelectsNothing
from kubectl_dra.findings.dra109_claim_not_found import ClaimNotFound
from kubectl_dra.findings.dra110_template_not_found import TemplateNotFound
from kubectl_dra.findings.dra314_node_taint_not_tolerated import NodeTaintNotTolerated, TaintedNodes
from kubectl_dra.findings.dra602_runtime_class_not_found import RuntimeClassNotFound
from kubectl_dra.findings.finding import Confidence, Remedy
from kubectl_dra.inventory.usable import Usable, usable_devices
from kubectl_dra.linting import repairs
from kubectl_dra.linting.claims import stored
from kubectl_dra.linting.counting import counts_of
from kubectl_dra.linting.flaws import Suspicion
from kubectl_dra.linting.podspecs import pod_specs
from kubectl_dra.linting.tried import try_repairs
from kubectl_dra.selection.device_selector import Environment, EvaluationError, compile_selector
from kubectl_dra.selection.groups import evaluate_devices
from kubectl_dra.selection.repairs import repairs_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kubectl_dra.api.resource import Device, DeviceClass
    from kubectl_dra.api.source import Document
    from kubectl_dra.cel.errors import CelError
    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.linting.manifests import LintedObject, Manifests
    from kubectl_dra.linting.podspecs import PodSpecText
    from kubectl_dra.selection.edits import Slip

_REQUESTS = {"ResourceClaim": "spec.devices.requests", "ResourceClaimTemplate": "spec.spec.devices.requests"}
_MOST_OFFERS = 2
_CERTAIN: frozenset[Slip] = frozenset({"tutorial-field", "missing-domain", "quantity-comparison", "version-comparison"})
"""The slips with one way out each: what is written has no other meaning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A class, a request or an alternative as somebody asks for devices: where, of which class, by which selectors."""

    path: str
    request: str
    class_name: str
    expressions: tuple[str, ...]
    is_class: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterCheck:
    """Judges objects of manifests against an inventory."""

    inventory: Inventory
    usable: Usable
    classes: Mapping[str, tuple[str, ...]]
    """From the name of each class to its selectors, those of the files included."""
    environment: Environment
    _let_through: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def __call__(self, linted: LintedObject, manifests: Manifests) -> Iterator[Suspicion]:
        """Everything that the cluster has against an object."""
        shape = stored(linted, self.inventory.release)
        if shape is not None:
            for selection in selections(linted, shape):
                yield from self._selection(linted, manifests, selection)
        for spec in pod_specs(linted):
            yield from self._pod(spec, manifests)

    def _selection(self, linted: LintedObject, manifests: Manifests, selection: Selection) -> Iterator[Suspicion]:
        if not selection.is_class and selection.class_name not in self.classes:
            if self.inventory.knows(kinds.DEVICE_CLASS) and selection.class_name:
                yield self._no_class(linted, selection)
            return
        candidates = range(len(self.usable.devices)) if selection.is_class else self._devices_of(selection.class_name)
        if not candidates:
            return
        devices = [self.usable.devices[index] for index in candidates]
        remaining = list(range(len(devices)))
        for number, expression in enumerate(selection.expressions):
            if compile_selector(expression, self.environment).error is not None:
                return
            judged = [devices[index] for index in remaining]
            results = self._evaluate(expression, judged)
            failures = [index for index, result in enumerate(results) if isinstance(result, EvaluationError)]
            if failures:
                yield self._failing(linted, manifests, selection, number, judged, results)
                return
            remaining = [index for index, result in zip(remaining, results, strict=True) if result is True]
            if not remaining:
                yield self._nothing_selected(linted, manifests, selection, number, judged)
                return

    def _evaluate(self, expression: str, devices: Sequence[tuple[str, Device]]) -> list[bool | CelError]:
        return evaluate_devices(compile_selector(expression, self.environment), devices)

    def _devices_of(self, class_name: str) -> tuple[int, ...]:
        """The devices that a class lets through; one on which it fails is not among them."""
        if class_name not in self._let_through:
            indices = list(range(len(self.usable.devices)))
            for expression in self.classes[class_name]:
                results = self._evaluate(expression, [self.usable.devices[index] for index in indices])
                indices = [index for index, result in zip(indices, results, strict=True) if result is True]
            self._let_through[class_name] = tuple(indices)
        return self._let_through[class_name]

    def _asked(self, linted: LintedObject, selection: Selection) -> Asked:
        path = selection.path.removeprefix("spec.") if linted.kind == "ResourceClaimTemplate" else selection.path
        return Asked(claim=linted.subject, request=selection.request, path=path, written_in=linted.subject, class_name=selection.class_name)

    def _no_class(self, linted: LintedObject, selection: Selection) -> Suspicion:
        near = difflib.get_close_matches(selection.class_name, self.classes, n=3, cutoff=0.6)
        facts = DeviceClassNotFound(asked=self._asked(linted, selection), existing=tuple(sorted(self.classes)), nearest=tuple(near))
        return _suspicion(linted, facts, f"{selection.path}.deviceClassName")

    def _failing(
        self,
        linted: LintedObject,
        manifests: Manifests,
        selection: Selection,
        number: int,
        judged: list[tuple[str, Device]],
        results: list[bool | CelError],
    ) -> Suspicion:
        path = f"{selection.path}.selectors[{number}].cel.expression"
        failures = [(index, result) for index, result in enumerate(results) if isinstance(result, EvaluationError)]
        facts = SelectorFailsOnDevice(
            asked=self._asked(linted, selection),
            expression=selection.expressions[number],
            error=failures[0][1].text,
            field=path,
            selector_index=number,
            class_name=selection.class_name if selection.is_class else "",
            devices=tuple(_device_name(self.usable, judged[index]) for index, _ in failures),
            judged=len(judged),
        )
        return self._mended(linted, manifests, facts, path, selection.expressions[number], judged)

    def _nothing_selected(
        self, linted: LintedObject, manifests: Manifests, selection: Selection, number: int, judged: list[tuple[str, Device]]
    ) -> Suspicion:
        path = f"{selection.path}.selectors[{number}].cel.expression"
        facts: Facts
        if selection.is_class:
            facts = ClassSelectsNothing(asked=self._asked(linted, selection), devices=len(judged), expression=selection.expressions[number])
        else:
            counts = counts_of(compile_selector(selection.expressions[number], self.environment), judged, path)
            facts = NoDeviceSelected(asked=self._asked(linted, selection), devices=len(judged), selectors=(counts,))
        return self._mended(linted, manifests, facts, path, selection.expressions[number], judged)

    def _mended(
        self,
        linted: LintedObject,
        manifests: Manifests,
        facts: Facts,
        path: str,
        expression: str,
        judged: list[tuple[str, Device]],
    ) -> Suspicion:
        """The finding with the selectors that may be meant, and the edit where only one is."""
        tried = try_repairs(expression, judged, self.environment)
        offers = [] if tried is None else [(tried.expression, tried.selects)]
        # One that selects nothing is right by its form only: what to write for the value is for its author to say.
        certain = tried.expression if tried is not None and (tried.selects or tried.is_form_only) else ""
        if tried is None or not tried.selects:
            found = repairs_of(expression, self.environment, judged, limit=_MOST_OFFERS)
            offers += [(one.expression, one.trial.selects) for one in found]
            if tried is None and found and {edit.slip for edit in found[0].edits} <= _CERTAIN:
                certain = found[0].expression
        if not offers:
            return _suspicion(linted, facts, path)
        remedies = tuple(_remedy(text, selects, len(judged)) for text, selects in offers[:_MOST_OFFERS])
        edits = repairs.replace_expression(linted, manifests, path, certain) if certain else ()
        return Suspicion(facts=facts, linted=linted, field_path=path, confidence=Confidence.CERTAIN, edits=edits, remedies=remedies)

    def _pod(self, spec: PodSpecText, manifests: Manifests) -> Iterator[Suspicion]:
        namespace = spec.linted.namespace or "default"
        for entry in spec.entries():
            path = f"{spec.path}.resourceClaims[{entry.number}]"
            if entry.claim and self.inventory.knows(kinds.RESOURCE_CLAIM):
                there = _names(manifests, "ResourceClaim") | set(self.inventory.resource_claims)
                if NamespacedName(namespace, entry.claim) not in there:
                    facts: Facts = ClaimNotFound(
                        pod=spec.linted.subject,
                        entry=entry.name,
                        entry_index=entry.number,
                        claim_name=entry.claim,
                        nearest=_nearest(entry.claim, there, namespace),
                        elsewhere=_elsewhere(entry.claim, there),
                    )
                    yield _suspicion(spec.linted, facts, f"{path}.resourceClaimName")
            if entry.template and self.inventory.knows(kinds.RESOURCE_CLAIM_TEMPLATE):
                there = _names(manifests, "ResourceClaimTemplate") | set(self.inventory.resource_claim_templates)
                if NamespacedName(namespace, entry.template) not in there:
                    facts = TemplateNotFound(
                        pod=spec.linted.subject,
                        entry=entry.name,
                        entry_index=entry.number,
                        template_name=entry.template,
                        nearest=_nearest(entry.template, there, namespace),
                        elsewhere=_elsewhere(entry.template, there),
                    )
                    yield _suspicion(spec.linted, facts, f"{path}.resourceClaimTemplateName")
        yield from self._runtime_class(spec, manifests)
        yield from self._tolerations(spec, manifests)

    def _runtime_class(self, spec: PodSpecText, manifests: Manifests) -> Iterator[Suspicion]:
        name = spec.document.get("runtimeClassName")
        known = {linted.name for linted in manifests.objects if linted.kind == "RuntimeClass"} | set(self.inventory.runtime_classes)
        if not isinstance(name, str) or name in known or not self.inventory.knows(kinds.RUNTIME_CLASS) or not spec.is_judged:
            return
        path = f"{spec.path}.runtimeClassName"
        facts = RuntimeClassNotFound(
            owner=spec.linted.subject,
            runtime_class=name,
            field_path=path,
            existing=tuple(sorted(known)),
            nearest=tuple(difflib.get_close_matches(name, known, n=3, cutoff=0.6)),
        )
        yield _suspicion(spec.linted, facts, path)

    def _tolerations(self, spec: PodSpecText, manifests: Manifests) -> Iterator[Suspicion]:
        """Taints that all nodes with devices for the pod have in common, and that the pod does not tolerate."""
        classes = _classes_of(spec, manifests, self.inventory)
        devices = sorted({index for name in classes if name in self.classes for index in self._devices_of(name)})
        untolerated = self.usable.common_taints(devices, spec.document.get("tolerations"))
        if untolerated:
            taint, nodes, toleration = untolerated
            facts = NodeTaintNotTolerated(pod=spec.linted.subject, taints=(TaintedNodes(taint=taint, nodes=nodes),), toleration=toleration)
            yield _suspicion(spec.linted, facts, f"{spec.path}.tolerations")


def cluster_check(inventory: Inventory, manifests: Manifests) -> ClusterCheck:
    """The check against ``inventory`` with the classes of ``manifests`` laid over."""
    classes = {name: _expressions_of(device_class) for name, device_class in inventory.device_classes.items()}
    for linted in manifests.objects:
        if linted.kind == "DeviceClass":
            shape = stored(linted, inventory.release)
            if shape is not None:
                selectors = shape.get("spec", {}).get("selectors", ())
                classes[linted.name] = tuple(selector.get("cel", {}).get("expression", "") for selector in selectors)
    environment = Environment(release=str(inventory.release), stored=True)
    return ClusterCheck(inventory=inventory, usable=usable_devices(inventory), classes=classes, environment=environment)


def _expressions_of(device_class: DeviceClass) -> tuple[str, ...]:
    return tuple(selector.cel.expression for selector in device_class.spec.selectors if selector.cel is not None)


def selections(linted: LintedObject, shape: Document) -> Iterator[Selection]:
    """A class, or every request and alternative of a claim or template, in v1 shape."""
    spec = shape.get("spec", {})
    if linted.kind == "DeviceClass":
        yield Selection(path="spec", request="", class_name=linted.name, expressions=_texts(spec), is_class=True)
        return
    if linted.kind not in _REQUESTS:
        return
    claim = spec.get("spec", {}) if linted.kind == "ResourceClaimTemplate" else spec
    for number, request in enumerate(claim.get("devices", {}).get("requests", ())):
        path, name = f"{_REQUESTS[linted.kind]}[{number}]", request.get("name", "")
        if "exactly" in request:
            exactly = request["exactly"]
            yield Selection(
                path=f"{path}.exactly", request=name, class_name=exactly.get("deviceClassName", ""), expressions=_texts(exactly)
            )
        for index, subrequest in enumerate(request.get("firstAvailable", ())):
            yield Selection(
                path=f"{path}.firstAvailable[{index}]",
                request=f"{name}/{subrequest.get('name', '')}",
                class_name=subrequest.get("deviceClassName", ""),
                expressions=_texts(subrequest),
            )


def _texts(holder: Document) -> tuple[str, ...]:
    return tuple(selector.get("cel", {}).get("expression", "") for selector in holder.get("selectors", ()))


def _device_name(usable: Usable, device: tuple[str, Device]) -> DeviceName:
    identity = usable.identity(device)
    return DeviceName(driver=identity.driver, pool=identity.pool, device=identity.device, shown=f"{identity.pool}/{identity.device}")


def _names(manifests: Manifests, kind: str) -> set[NamespacedName]:
    return {NamespacedName(linted.namespace or "default", linted.name) for linted in manifests.objects if linted.kind == kind}


def _nearest(wanted: str, there: set[NamespacedName], namespace: str) -> tuple[str, ...]:
    return tuple(difflib.get_close_matches(wanted, sorted(one.name for one in there if one.namespace == namespace), n=3, cutoff=0.6))


def _elsewhere(wanted: str, there: set[NamespacedName]) -> tuple[str, ...]:
    return tuple(sorted(one.namespace for one in there if one.name == wanted))


def _classes_of(spec: PodSpecText, manifests: Manifests, inventory: Inventory) -> set[str]:
    """The classes that the pod's claims must have; of alternatives none is certain."""
    namespace = spec.linted.namespace or "default"
    found: set[str] = set()
    for entry in spec.entries():
        kind, wanted = ("ResourceClaim", entry.claim) if entry.claim else ("ResourceClaimTemplate", entry.template)
        for linted in manifests.objects:
            if linted.kind == kind and linted.name == wanted and (linted.namespace or "default") == namespace:
                shape = stored(linted, inventory.release)
                found |= {selection.class_name for selection in selections(linted, shape or {}) if "/" not in selection.request}
        key = NamespacedName(namespace, wanted or "")
        claim, template = inventory.resource_claims.get(key), inventory.resource_claim_templates.get(key)
        requests = claim.spec.devices.requests if claim and entry.claim else template.spec.spec.devices.requests if template else ()
        found |= {request.exactly.device_class_name for request in requests if request.exactly is not None}
    return found


def _remedy(expression: str, selects: int, devices: int) -> Remedy:
    what = f"selects {selects} of {devices} devices, fails on none"
    return Remedy(text=expression, tried=what, brief=what)


def _suspicion(linted: LintedObject, facts: Facts, path: str) -> Suspicion:
    return Suspicion(facts=facts, linted=linted, field_path=path, confidence=Confidence.CERTAIN)
