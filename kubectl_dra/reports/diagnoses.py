"""Diagnoses → DiagnosisList: pods in full, or pods with the same cause together, worst first."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread
    from kubectl_dra.diagnosis.diagnosis import Diagnosis

_SEVERITIES = ("error", "warning", "info")


class SameCause(NamedTuple):
    """Pods with the same root cause, and what stands for all of them."""

    diagnoses: tuple[Diagnosis, ...]

    @property
    def first(self) -> Diagnosis:
        """The one that waits longest."""
        return self.diagnoses[0]

    @property
    def pods(self) -> str:
        """``ml/train-1 and 7 more``."""
        name = f"{self.first.subject.namespace}/{self.first.subject.name}"
        return f"{name} and {len(self.diagnoses) - 1} more" if len(self.diagnoses) > 1 else name

    @property
    def others(self) -> str:
        """``pods train-2, train-3 and 5 more wait for the same cause``; empty where there is one pod."""
        names = [one.subject.name for one in self.diagnoses[1:]]
        who = f"{'pod' if len(names) == 1 else 'pods'} {prose.listed(names)}"
        return f"{who} {prose.verb(len(names), 'waits')} for the same cause" if names else ""

    @property
    def cause(self) -> str:
        """The code and the obstacle in one clause; the standing where there is no finding."""
        root = self.first.root
        if root is None:
            return self.first.standing.value
        # The row names the pod; the name of its claim, mostly a generated one, would only push out what matters.
        claim = _claim_asked(root)
        doubt = "possibly " if self.first.is_in_doubt else ""
        return f"{root.code} {doubt}{root.headline.replace(f' of claim {claim}', '') if claim else root.headline}"

    @property
    def fix(self) -> str:
        """The first remedy in a few words."""
        remedies = self.first.root.remedies if self.first.root else ()
        return next((remedy.brief for remedy in remedies if remedy.brief), "")


class DiagnosisList(Report, frozen=True, kw_only=True):
    """``diagnoses`` worst first; with ``in_full`` each is shown with its evidence. ``everything`` adds what roots hide."""

    diagnoses: tuple[Diagnosis, ...]
    in_full: bool = False
    everything: bool = False
    view: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()
    release: str = ""
    scope: str = ""

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "DiagnosisList",
            "release": self.release,
            "items": [_document(diagnosis) for diagnosis in self.diagnoses],
            "findings": [document(finding) for finding in self.view],
            "unread": unread_documents(self.unread),
        }

    def names(self) -> tuple[str, ...]:
        """The codes of the root causes, each once."""
        return tuple(dict.fromkeys(finding.code for diagnosis in self.diagnoses for finding in diagnosis.findings))

    def findings(self) -> tuple[Finding, ...]:
        """Everything that decides the exit code."""
        return (*(finding for diagnosis in self.diagnoses for finding in diagnosis.findings), *self.view)

    def same_causes(self) -> tuple[SameCause, ...]:
        """Pods with the same cause together, worst first."""
        grouped: dict[tuple[str, str], list[Diagnosis]] = {}
        for diagnosis in self.diagnoses:
            grouped.setdefault(_likeness(diagnosis), []).append(diagnosis)
        return tuple(SameCause(tuple(group)) for group in grouped.values())

    def told_once(self) -> tuple[SameCause, ...]:
        """Pods of which all that is found is alike together; each pod by itself for which there is no cause: what it holds is its own."""
        grouped: dict[tuple[object, ...], list[Diagnosis]] = {}
        for index, diagnosis in enumerate(self.diagnoses):
            codes = tuple(finding.code for finding in (*diagnosis.findings, *diagnosis.further))
            alike = (*_likeness(diagnosis), codes, None if diagnosis.root else index)
            grouped.setdefault(alike, []).append(diagnosis)
        return tuple(SameCause(tuple(group)) for group in grouped.values())


def worst_first(diagnoses: Iterable[Diagnosis]) -> tuple[Diagnosis, ...]:
    """By severity of the root cause, then by how long the pod waits, then by name."""
    return tuple(sorted(diagnoses, key=lambda one: (_rank(one), -one.waits_seconds, one.subject.namespace, one.subject.name)))


def _rank(diagnosis: Diagnosis) -> int:
    return _SEVERITIES.index(diagnosis.worst.value) if diagnosis.worst else len(_SEVERITIES)


def _likeness(diagnosis: Diagnosis) -> tuple[str, str]:
    root = diagnosis.root
    if root is None:
        return diagnosis.standing.value, ""
    # Generated claims differ in their names only; what is left of the sentence says whether the cause is the same.
    claim = _claim_asked(root)
    told = root.message.replace(claim, "CLAIM") if claim else root.message
    return root.code, told.replace(diagnosis.subject.name, "POD")


def _claim_asked(finding: Finding) -> str:
    """The name of the claim that a finding is about; empty for one about no request of a claim."""
    asked = finding.facts.get("asked")
    claim = asked.get("claim") if isinstance(asked, dict) else None
    return str(claim.get("name", "")) if isinstance(claim, dict) else ""


def _document(diagnosis: Diagnosis) -> dict[str, object]:
    words = diagnosis.scheduler
    return {
        "object": msgspec.to_builtins(diagnosis.subject),
        "standing": diagnosis.standing.value,
        "verdict": diagnosis.verdict,
        "waiting": diagnosis.waiting,
        "findings": [document(finding) for finding in diagnosis.findings],
        "further": [document(finding) for finding in diagnosis.further],
        "untold": diagnosis.untold,
        "nodes": [{"names": list(group.nodes), "answer": group.answer, "fits": group.fits} for group in diagnosis.nodes],
        "scheduler": msgspec.to_builtins(words) if words else None,
        "holds": list(diagnosis.holds),
    }


def summary_of(report: DiagnosisList) -> str:
    """``9 pods, 2 causes``."""
    causes = sum(1 for group in report.same_causes() if group.first.root)
    return f"{prose.count(len(report.diagnoses), 'pod')}, {prose.count(causes, 'cause')}"
