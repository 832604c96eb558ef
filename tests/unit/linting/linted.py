"""YAML text → what lint says of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.linting.lint import ClusterCheck, lint, repaired_texts
from kubectl_dra.linting.manifests import LintedFile, LintedObject, Manifests
from kubectl_dra.linting.refusals import Servers
from kubectl_dra.releases.release import NEWEST, Release

if TYPE_CHECKING:
    from kubectl_dra.linting.flaws import Flaw


def manifests_of(text: str) -> Manifests:
    """The objects of one file called ``a.yaml``."""
    read = parse_manifests(text.encode(), where="a.yaml", as_text=True)
    file = LintedFile(where="a.yaml", text=text, problem=read.problem.message if read.problem else "")
    objects = (
        LintedObject(
            file=file,
            document=one.document or {},
            api_version=one.api_version,
            kind=one.kind,
            name=one.name,
            namespace=one.namespace,
            line=one.origin.line,
            column=one.origin.column,
        )
        for one in read.objects
    )
    return Manifests(files=(file,), objects=tuple(objects))


def flaws_of(text: str, *releases: Release, cluster: ClusterCheck | None = None) -> list[Flaw]:
    """Everything that lint finds, for these releases or the newest."""
    return lint(manifests_of(text), Servers(releases=releases or (NEWEST,)), cluster=cluster, labels={})


def told(text: str, *releases: Release, cluster: ClusterCheck | None = None) -> list[str]:
    """``LINE:COLUMN CODE`` of each finding."""
    return [f"{flaw.line}:{flaw.column} {flaw.finding.code}" for flaw in flaws_of(text, *releases, cluster=cluster)]


def repaired(text: str, *releases: Release) -> str:
    """The text after all rounds of repairs."""
    for _ in range(6):
        changed = repaired_texts(flaws_of(text, *releases))
        if not changed:
            return text
        text = changed["a.yaml"]
    return text
