"""A finding about a manifest: where it is, and what to write instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_dra.findings.finding import Confidence, Facts, Finding, Remedy, Severity
    from kubectl_dra.linting.edits import Edit
    from kubectl_dra.linting.manifests import LintedFile, LintedObject


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicion:
    """What a check has found, before it has a place: facts about an object, and the field that they are about.

    ``offset`` is a place inside the text of that field. ``edits`` are repairs that are certain.
    """

    facts: Facts
    linted: LintedObject
    field_path: str
    confidence: Confidence
    offset: int | None = None
    at_key: bool = False
    edits: tuple[Edit, ...] = ()
    severity: Severity | None = None
    """What it weighs in a manifest, where that is not what it weighs in a cluster."""
    remedies: tuple[Remedy, ...] | None = None
    """What was tried, instead of what the facts would propose."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """A finding, its place in a file (counted from one), and the edits that repair it for certain."""

    finding: Finding
    file: LintedFile
    line: int
    column: int
    edits: tuple[Edit, ...] = ()
