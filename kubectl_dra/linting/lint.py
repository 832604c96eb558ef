"""Manifests → flaws, in the order of files and lines; and, round after round, the files repaired."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.findings.dra912_manifest_unreadable import ManifestUnreadable
from kubectl_dra.findings.finding import conclude
from kubectl_dra.linting.claims import claim_suspicions, stored
from kubectl_dra.linting.comments import ignored_codes
from kubectl_dra.linting.edits import apply_edits
from kubectl_dra.linting.flaws import Flaw, Suspicion
from kubectl_dra.linting.pods import pod_suspicions, reference_suspicions
from kubectl_dra.linting.refusals import Servers, refusals
from kubectl_dra.releases.release import nearest_followed

if TYPE_CHECKING:
    from kubectl_dra.apimachinery.yaml_values import YamlNode
    from kubectl_dra.linting.manifests import LintedFile, LintedObject, Manifests

_PROVABLE = ("DRA910", "DRA911")

MAX_ROUNDS = 6
"""Repairs can uncover what stood behind: a field that was moved is validated only then."""

ClusterCheck: TypeAlias = Callable[["LintedObject", "Manifests"], Iterable[Suspicion]]
"""What a cluster has to say about one object."""


def lint(
    manifests: Manifests, servers: Servers, *, cluster: ClusterCheck | None = None, labels: Mapping[str, Mapping[str, str]]
) -> list[Flaw]:
    """Every flaw that no comment asks to leave out. ``labels`` are those of the namespaces that are known."""
    flaws = [_unreadable(file) for file in manifests.files if file.problem]
    for linted in manifests.objects:
        for suspicion in _suspicions(linted, manifests, servers, cluster, {**labels, **manifests.namespaces}):
            flaw = _placed(suspicion, manifests)
            if flaw.finding.code not in ignored_codes(linted.file, flaw.line, linted.line):
                flaws.append(flaw)
    order = {id(file): number for number, file in enumerate(manifests.files)}
    return sorted(_distinct(flaws), key=lambda flaw: (order[id(flaw.file)], flaw.line, flaw.column))


def repaired_texts(flaws: Iterable[Flaw]) -> dict[str, str]:
    """From the name of each file that certain repairs change to its new text."""
    by_file: dict[str, list[Flaw]] = {}
    for flaw in flaws:
        if flaw.edits:
            by_file.setdefault(flaw.file.where, []).append(flaw)
    texts = {where: apply_edits(group[0].file.text, (edit for flaw in group for edit in flaw.edits)) for where, group in by_file.items()}
    return {where: text for where, text in texts.items() if text != by_file[where][0].file.text}


def _suspicions(
    linted: LintedObject, manifests: Manifests, servers: Servers, cluster: ClusterCheck | None, labels: Mapping[str, Mapping[str, str]]
) -> Iterator[Suspicion]:
    yield from refusals(linted, manifests, servers, labels)
    seen = list(reference_suspicions(linted, manifests) if cluster is None else cluster(linted, manifests))
    # What was proved on devices need not be suspected as well.
    proved = {suspicion.field_path for suspicion in seen}
    shape = stored(linted, nearest_followed(max(servers.releases)))
    if shape is not None:
        found = claim_suspicions(linted, shape, manifests)
        yield from (one for one in found if one.field_path not in proved or one.facts.code not in _PROVABLE)
    yield from pod_suspicions(linted, manifests)
    yield from seen


def _placed(suspicion: Suspicion, manifests: Manifests) -> Flaw:
    linted = suspicion.linted
    place = manifests.place(linted, suspicion.field_path)
    line, column = (place.line, place.column) if place is not None else (linted.line, linted.column)
    if place is not None and suspicion.at_key and place.key is not None and not place.rest:
        line, column = place.key.start.line, place.key.start.column
    elif place is not None and suspicion.offset is not None and not place.rest and place.node.scalar is not None:
        line, column = _inside(place.node, linted.file.text, suspicion.offset)
    finding = conclude(suspicion.facts, confidence=suspicion.confidence, remedies=suspicion.remedies)
    if suspicion.severity is not None:
        finding = msgspec.structs.replace(finding, severity=suspicion.severity)
    return Flaw(finding=finding, file=linted.file, line=line, column=column, edits=suspicion.edits)


def _inside(node: YamlNode, text: str, offset: int) -> tuple[int, int]:
    """The place of a character of a scalar's value in the text, as far as quotes and indentation allow to tell."""
    if not node.is_block_scalar:
        return node.start.line, node.start.column + offset + (1 if node.is_quoted else 0)
    before = (node.scalar or "")[:offset]
    header_end = text.find("\n", node.start.index) + 1
    body = text[header_end : node.end.index]
    indent = len(body) - len(body.lstrip(" "))
    return node.start.line + 1 + before.count("\n"), indent + offset - (before.rfind("\n") + 1) + 1


def _unreadable(file: LintedFile) -> Flaw:
    finding = conclude(ManifestUnreadable(file=file.where, problem=file.problem))
    return Flaw(finding=finding, file=file, line=file.line or 1, column=file.column or 1)


def _distinct(flaws: Iterable[Flaw]) -> Iterator[Flaw]:
    """One of several flaws that say the same of the same place."""
    seen: set[tuple[int, int, int, str]] = set()
    for flaw in flaws:
        key = (id(flaw.file), flaw.line, flaw.column, flaw.finding.message)
        if key not in seen:
            seen.add(key)
            yield flaw


def without_edits(flaw: Flaw) -> Flaw:
    """The same flaw as a mere complaint."""
    return dataclasses.replace(flaw, edits=())
