"""Pods that differ in names alone are explained once: the facts of the first, told of the others by their own names.

What is told of a pod holds for another where their specs, their claims' specs and whatever else the explanation reads are equal. Names
are exchanged in the facts, before they become words; where a name would be left over in a text, the pod is explained anew.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from kubectl_dra.apimachinery.decode import to_json
from kubectl_dra.diagnosis import words
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.findings.asking import DeviceName
from kubectl_dra.findings.finding import Remedy, Subject, conclude

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.core import Pod, PodResourceClaim
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.diagnosis.diagnosis import NodeSummary
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts, Finding

_Part = TypeVar("_Part")


class Told(NamedTuple):
    """A finding and the facts that it was made of."""

    facts: Facts
    finding: Finding


class Explained(NamedTuple):
    """What was found out about a pod's attempt: its objects, the root causes, further obstacles, and the nodes."""

    subjects: tuple[Subject, ...]
    roots: tuple[Told, ...]
    further: tuple[Told, ...]
    nodes: tuple[NodeSummary, ...]
    together: bool = False
    """Whether each of the root causes has to go."""
    untold: int = 0
    """How many more sets of obstacles, as small, would do."""


def shape_of(scene: Scene, pod: Pod, claims: Sequence[ResourceClaim]) -> bytes | None:
    """Equal for pods whose attempts are explained alike; None for one that is alone, since a claim of its own is allocated."""
    if any(claim.status.allocation is not None for claim in claims):
        return None
    said = words.last_said(scene, pod)
    own_names = {claim.metadata.name for claim in claims}
    annotations = [{key: _without(own_names, text) for key, text in claim.metadata.annotations.items()} for claim in claims]
    entries = [_unnamed(entry) for entry in pod.spec.resource_claims]
    return to_json(
        [
            pod.metadata.namespace,
            pod.metadata.labels,
            msgspec.structs.replace(pod.spec, resource_claims=tuple(entries)),
            [claim.spec for claim in claims],
            annotations,
            [bool(claim.metadata.deletion_timestamp) for claim in claims],
            pod.status.extended_resource_claim_status is not None,
            "timed out trying to allocate devices" in said.text if said else False,
        ]
    )


def _without(names: Iterable[str], text: str) -> str:
    for name in names:
        text = _whole(name).sub("", text)
    return text


def _unnamed(entry: PodResourceClaim) -> PodResourceClaim:
    return msgspec.structs.replace(entry, resource_claim_name=None if entry.resource_claim_name is None else "")


def subjects_of(scene: Scene, pod: Pod, claims: Sequence[ResourceClaim]) -> tuple[Subject, ...]:
    """The pod and its claims, in the order in which alike pods have them."""
    return (subject_of_pod(pod), *(scene.subject_of_claim(claim) for claim in claims))


def told_of(explained: Explained, subjects: tuple[Subject, ...]) -> Explained | None:
    """The same of another pod with these objects; None where a name would be left over."""
    exchange = dict(zip(explained.subjects, subjects, strict=True))
    left_over = [old.name for old, new in exchange.items() if old.name != new.name]
    roots = _renamed_all(explained.roots, exchange, left_over)
    further = _renamed_all(explained.further, exchange, left_over)
    if roots is None or further is None:
        return None
    return explained._replace(subjects=subjects, roots=roots, further=further)


def _whole(name: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])")


def _renamed_all(told: Sequence[Told], exchange: Mapping[Subject, Subject], left_over: Sequence[str]) -> tuple[Told, ...] | None:
    renamed = tuple(_renamed_finding(one, exchange) for one in told)
    texts = (to_json(one.finding).decode() for one in renamed)
    # Most texts do not have the letters at all, which is found much faster than that no whole name is there.
    return None if any(name in text and _whole(name).search(text) for text in texts for name in left_over) else renamed


def _renamed_finding(told: Told, exchange: Mapping[Subject, Subject]) -> Told:
    facts = _renamed(told.facts, exchange)
    before, after = told.facts.proposals(), facts.proposals()
    remedies = []
    for remedy in told.finding.remedies:
        place = next(index for index, one in enumerate(before) if (one.text, one.command) == (remedy.text, remedy.command))
        proposal = after[place]
        remedies.append(
            Remedy(text=proposal.text, tried=remedy.tried, command=proposal.command, brief=proposal.brief, untried=remedy.untried)
        )
    return Told(facts, conclude(facts, confidence=told.finding.confidence, remedies=tuple(remedies)))


def _renamed(part: _Part, exchange: Mapping[Subject, Subject]) -> _Part:
    """A value with the objects exchanged, at any depth."""
    if isinstance(part, Subject):
        bare = msgspec.structs.replace(part, field_path="")
        found = exchange.get(bare)
        return part if found is None else found.at(part.field_path)  # type: ignore[return-value]  # a Subject for a Subject
    if isinstance(part, DeviceName):  # there may be thousands of them
        return part
    if isinstance(part, msgspec.Struct):
        fields = {name: getattr(part, name) for name in part.__struct_fields__}
        changed = {name: renamed for name, value in fields.items() if (renamed := _renamed(value, exchange)) is not value}
        return msgspec.structs.replace(part, **changed) if changed else part
    if isinstance(part, tuple) and not (part and isinstance(part[0], str | DeviceName)):
        renamed = tuple(_renamed(one, exchange) for one in part)
        return part if all(new is old for new, old in zip(renamed, part, strict=True)) else renamed  # type: ignore[return-value]  # the same tuple
    return part
