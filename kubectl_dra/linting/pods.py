"""Pod specs → what keeps their claims from working: entries that name nothing, containers that ask for nothing or for what is not there.

Upstream: ``pkg/apis/core/validation/validation.go`` ``validatePodResourceClaims``, ``validateContainerResourceClaims``.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from kubectl_dra.admission import names
from kubectl_dra.findings.dra117_container_without_claim import ContainerWithoutClaim
from kubectl_dra.findings.dra906_field_refused import FieldRefused
from kubectl_dra.findings.dra908_reference_not_in_files import ReferenceNotInFiles
from kubectl_dra.findings.dra913_container_claim_not_in_pod import ContainerClaimNotInPod
from kubectl_dra.findings.finding import Confidence
from kubectl_dra.linting.edits import Edit
from kubectl_dra.linting.flaws import Suspicion
from kubectl_dra.linting.podspecs import pod_specs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.findings.finding import Facts
    from kubectl_dra.linting.manifests import LintedObject, Manifests
    from kubectl_dra.linting.podspecs import PodEntry, PodSpecText


def pod_suspicions(linted: LintedObject, manifests: Manifests) -> Iterator[Suspicion]:
    """What is wrong with the claims of every pod spec in an object."""
    for spec in pod_specs(linted):
        yield from _entry_suspicions(spec)
        yield from _container_suspicions(spec)
        yield from _unused(spec, manifests)


def reference_suspicions(linted: LintedObject, manifests: Manifests) -> Iterator[Suspicion]:
    """Claims and templates that no file has; for want of a cluster, which might have them."""
    for spec in pod_specs(linted):
        for entry in spec.entries():
            for kind, field, wanted in _references(entry):
                facts = _missing(spec, kind, f"{spec.path}.resourceClaims[{entry.number}].{field}", wanted, manifests)
                if facts is not None:
                    yield _suspicion(spec, facts, facts.about.field_path, confidence=Confidence.POSSIBLE)


def _references(entry: PodEntry) -> list[tuple[str, str, str]]:
    found = []
    if entry.claim:
        found.append(("ResourceClaim", "resourceClaimName", entry.claim))
    if entry.template:
        found.append(("ResourceClaimTemplate", "resourceClaimTemplateName", entry.template))
    return found


def _missing(spec: PodSpecText, kind: str, path: str, wanted: str, manifests: Manifests) -> ReferenceNotInFiles | None:
    there = [(linted.name, linted.namespace) for linted in manifests.objects if linted.kind == kind]
    namespace = spec.linted.namespace
    if any(name == wanted and (not namespace or not other or other == namespace) for name, other in there):
        return None
    return ReferenceNotInFiles(
        about=spec.linted.subject.at(path),
        kind=kind,
        wanted=wanted,
        namespace=namespace,
        nearest=tuple(difflib.get_close_matches(wanted, [name for name, other in there if other == namespace], n=3, cutoff=0.6)),
        elsewhere=tuple(other for name, other in there if name == wanted),
    )


def _entry_suspicions(spec: PodSpecText) -> Iterator[Suspicion]:
    entries = spec.entries()
    for entry in entries:
        path = f"{spec.path}.resourceClaims[{entry.number}]"
        if entry.claim is None and entry.template is None:
            yield _refused(spec, path, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`")
        if entry.claim is not None and entry.template is not None:
            yield _refused(spec, path, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified")
        if not entry.name:
            yield _refused(spec, f"{path}.name", "Required value")
        for problem in names.dns_label(entry.name) if entry.name else ():
            yield _refused(spec, f"{path}.name", f'Invalid value: "{entry.name}": {problem}')
        if entry.name in [earlier.name for earlier in entries[: entries.index(entry)]]:
            yield _refused(spec, f"{path}.name", f'Duplicate value: "{entry.name}"')
        for _, field, wanted in _references(entry):
            for problem in names.dns_subdomain(wanted):
                yield _refused(spec, f"{path}.{field}", f'Invalid value: "{wanted}": {problem}')


def _refused(spec: PodSpecText, path: str, complaint: str) -> Suspicion:
    return _suspicion(spec, FieldRefused(about=spec.linted.subject.at(path), field=path, complaint=complaint), path)


def _container_suspicions(spec: PodSpecText) -> Iterator[Suspicion]:
    known = tuple(entry.name for entry in spec.entries())
    seen: set[tuple[str, str, str]] = set()
    for entry in spec.container_entries():
        if entry.name not in known:
            near = difflib.get_close_matches(entry.name, known, n=1, cutoff=0.5)
            facts = ContainerClaimNotInPod(
                pod=spec.linted.subject,
                container=entry.container,
                entry=entry.name,
                field_path=entry.path,
                known=known,
                nearest=near[0] if near else "",
            )
            yield _suspicion(spec, facts, entry.path)
        key = (entry.container, entry.name, entry.request)
        if key in seen:
            yield _refused(spec, entry.path, f'Duplicate value: {{"name":"{entry.name}"}}')
        seen.add(key)


def _unused(spec: PodSpecText, manifests: Manifests) -> Iterator[Suspicion]:
    used = {entry.name for entry in spec.container_entries()}
    containers = spec.containers()
    for entry in spec.entries():
        if entry.name in used or not entry.name:
            continue
        path = f"{spec.path}.resourceClaims[{entry.number}]"
        facts = ContainerWithoutClaim(
            pod=spec.linted.subject,
            entry=entry.name,
            entry_index=entry.number,
            containers=tuple(name for _, name, _ in containers),
            runs=False,
        )
        yield _suspicion(spec, facts, path, edits=_listed(spec, manifests, entry.name))


def _listed(spec: PodSpecText, manifests: Manifests, claim: str) -> tuple[Edit, ...]:
    """The claim listed in the only container there is; with several, nobody knows which one is meant."""
    containers = spec.containers()
    if len(containers) != 1:
        return ()
    path, _, container = containers[0]
    place = manifests.place(spec.linted, path)
    if place is None or place.rest or place.node.is_flow or not place.node.entries:
        return ()
    resources = place.node.child("resources")
    text = spec.linted.file.text
    if resources is None:
        indent = " " * (place.node.start.column - 1)
        addition = f"\n{indent}resources:\n{indent}  claims:\n{indent}  - name: {claim}"
        return (Edit(start=place.node.end.index, end=place.node.end.index, text=_behind(text, place.node.end.index, addition)),)
    if resources.is_flow or not resources.entries or "claims" in (container.get("resources") or {}):
        return ()
    indent = " " * (resources.start.column - 1)
    addition = f"\n{indent}claims:\n{indent}- name: {claim}"
    return (Edit(start=resources.end.index, end=resources.end.index, text=_behind(text, resources.end.index, addition)),)


def _behind(text: str, index: int, addition: str) -> str:
    """An addition after the line of ``index``; a comment behind the value stays where it is."""
    rest = text[index:].partition("\n")[0]
    return addition if not rest.strip() else ""


def _suspicion(
    spec: PodSpecText, facts: Facts, path: str, *, confidence: Confidence = Confidence.CERTAIN, edits: tuple[Edit, ...] = ()
) -> Suspicion:
    return Suspicion(facts=facts, linted=spec.linted, field_path=path, confidence=confidence, edits=edits)
