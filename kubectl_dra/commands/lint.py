"""``kubectl dra lint``."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, Text, UsageError
from kubectl_dra.commands.sources import kept_findings, load_inventory, open_source

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Mapping

    from kubectl_dra.cluster.manifest_files import ManifestFile
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.linting.flaws import Flaw
    from kubectl_dra.linting.manifests import LintedFile, Manifests
    from kubectl_dra.releases.release import Release
    from kubectl_dra.reports.lint import LintReport

_DESCRIPTION = """\
Check manifests before they are applied.

 Every DRA object is judged as the API server of the release would judge it: API version, unknown and misplaced fields, validation, CEL.
 What it would accept and the scheduler could not use is found as well. With --live, --from or --demo the classes, devices and nodes of that
 cluster count, too; without, no cluster is asked. Templates of Helm and Kustomize's own files are skipped.

 A comment that names a code (# DRA909: wanted) leaves that finding out, on its line, on the line below, or above an object for all of it.
"""

_EXAMPLES = """\
# Check a folder of manifests
kubectl dra lint -f manifests/

# Check what Helm renders, against the cluster
helm template chart/ | kubectl dra lint --live -f -

# Would these manifests survive an upgrade?
kubectl dra lint -f manifests/ --release 1.37,1.38

# Show the repairs that are certain, then make them
kubectl dra lint -f claim.yaml --diff
kubectl dra lint -f claim.yaml --fix

# Annotate a pull request
kubectl dra lint -f manifests/ -o github
"""

_KINDS = (
    *(kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE, kinds.DEVICE_CLASS, kinds.DEVICE_TAINT_RULE),
    *(kinds.NODE, kinds.NAMESPACE, kinds.RUNTIME_CLASS),
)


class _Judged(NamedTuple):
    """What was read, what was found, and by what it was judged."""

    manifests: Manifests
    flaws: list[Flaw]
    releases: tuple[Release, ...]


def _add_flags(parser: Parser) -> None:
    parser.add_list("-f", "--filename", "The files, folders or - that hold the manifests to be checked; may be repeated")
    parser.add_switch("", "--live", "Check against the live cluster, too")
    parser.add_switch("", "--fix", "Write repairs that are certain into the files; everything else in them stays as it is")
    parser.add_switch("", "--diff", "Print the repairs that are certain as a diff; with --fix, those that were written")


def _run(options: Namespace) -> Answer | Text:
    from kubectl_dra.cluster.errors import Unreadable  # noqa: PLC0415  (help reads nothing)
    from kubectl_dra.cluster.manifest_files import read_manifest_files  # noqa: PLC0415
    from kubectl_dra.reports.lint import report_lint  # noqa: PLC0415

    if not options.filename:
        raise UsageError("kubectl dra lint needs -f FILE, which says what is to be checked")
    files = list(read_manifest_files(options.filename, stdin=sys.stdin.buffer, as_text=True))
    unreadable = next((file.problem for file in files if isinstance(file.problem, Unreadable)), None)
    if unreadable is not None:
        raise unreadable
    inventory = _cluster(options)
    texts = {file.where: file.text or "" for file in files}
    judged = _judge(files, texts, options, inventory)
    before, repaired = dict(texts), _repair(files, judged, options, inventory) if options.fix or options.diff else {}
    written = _write(repaired, options) if options.fix else ()
    if options.fix and repaired:
        judged = _judge(files, {**texts, **repaired}, options, inventory)
    report = report_lint(
        _kept(judged.flaws, options),
        releases=judged.releases,
        files=len(judged.manifests.files),
        objects=len(judged.manifests.objects),
        skipped=[f"{file.where}: {file.problem.message}" for file in files if file.is_template and file.problem],
        cluster=inventory,
    )
    if options.diff:
        return _text(report, _diff(before, repaired), options, written)
    if "-" in repaired and options.fix:
        return _text(report, repaired["-"], options, written)
    return _answer(report, options, written)


def _cluster(options: Namespace) -> Inventory | None:
    if not (options.live or options.demo or getattr(options, "from")):
        return None
    if options.live and (options.demo or getattr(options, "from")):
        raise UsageError("--live and --from or --demo name two clusters; one of them is enough")
    return load_inventory(options, open_source(options), *_KINDS, about=kinds.DEVICE_CLASS)


def _judge(files: list[ManifestFile], texts: Mapping[str, str], options: Namespace, inventory: Inventory | None) -> _Judged:
    from kubectl_dra.linting.cluster import cluster_check  # noqa: PLC0415  (help judges nothing)
    from kubectl_dra.linting.lint import lint  # noqa: PLC0415
    from kubectl_dra.linting.refusals import Servers  # noqa: PLC0415

    manifests = _manifests(files, texts)
    releases = _releases(options, inventory)
    served = inventory.server.resource_versions if inventory is not None and inventory.server is not None else None
    labels = {name: one.metadata.labels for name, one in inventory.namespaces.items()} if inventory is not None else {}
    flaws = lint(
        manifests,
        Servers(releases=releases, gates=_gates(options, releases), served=served if not options.release else None),
        cluster=cluster_check(inventory, manifests) if inventory is not None else None,
        labels=labels,
    )
    return _Judged(manifests, flaws, releases)


def _manifests(files: list[ManifestFile], texts: Mapping[str, str]) -> Manifests:
    """The files with these texts, read anew where a text is not the one that was read."""
    from kubectl_dra.cluster.manifest_files import parse_manifests  # noqa: PLC0415  (help reads nothing)
    from kubectl_dra.linting.manifests import LintedObject, Manifests  # noqa: PLC0415

    linted_files, objects = [], []
    for read in files:
        if read.is_template:
            continue
        text = texts[read.where]
        file = read if text == read.text else parse_manifests(text.encode(), where=read.where, as_text=True, is_named=False)
        linted = _linted(file, text)
        linted_files.append(linted)
        objects += [
            LintedObject(
                file=linted,
                document=one.document or {},
                api_version=one.api_version,
                kind=one.kind,
                name=one.name,
                namespace=one.namespace,
                line=one.origin.line,
                column=one.origin.column,
            )
            for one in file.objects
        ]
    return Manifests(files=tuple(linted_files), objects=tuple(objects))


def _linted(file: ManifestFile, text: str) -> LintedFile:
    from kubectl_dra.cluster.errors import Malformed  # noqa: PLC0415  (help reads nothing)
    from kubectl_dra.linting.manifests import LintedFile  # noqa: PLC0415

    problem = file.problem
    line, column = (problem.line, problem.column) if isinstance(problem, Malformed) else (0, 0)
    return LintedFile(where=file.where, text=text, problem=problem.message if problem else "", line=line, column=column)


def _releases(options: Namespace, inventory: Inventory | None) -> tuple[Release, ...]:
    from kubectl_dra.releases.release import NEWEST, parse  # noqa: PLC0415  (help judges nothing)

    if not options.release:
        return (inventory.server_release or inventory.release,) if inventory is not None else (NEWEST,)
    releases = []
    for text in options.release.split(","):
        release = parse(text.strip())
        if release is None:
            raise UsageError(f"--release {text} is not a Kubernetes release such as 1.37")
        releases.append(release)
    return tuple(releases)


def _gates(options: Namespace, releases: tuple[Release, ...]) -> Mapping[str, bool]:
    from kubectl_dra.commands.sources import parse_feature_gates, refuse_gates  # noqa: PLC0415  (help judges nothing)

    gates = parse_feature_gates(options.feature_gates)
    refuse_gates(gates, *releases)
    return gates


def _repair(files: list[ManifestFile], judged: _Judged, options: Namespace, inventory: Inventory | None) -> dict[str, str]:
    """From file name to the text that certain repairs make of it, round after round until nothing more changes."""
    from kubectl_dra.linting.lint import MAX_ROUNDS, repaired_texts  # noqa: PLC0415  (only where it is asked for)

    original = {file.where: file.text or "" for file in files}
    texts = dict(original)
    for _ in range(MAX_ROUNDS):
        changed = repaired_texts(_kept(judged.flaws, options))
        if not changed:
            break
        texts |= changed
        judged = _judge(files, texts, options, inventory)
    return {where: text for where, text in texts.items() if text != original[where]}


def _write(repaired: Mapping[str, str], options: Namespace) -> tuple[str, ...]:
    from kubectl_dra.cluster.manifest_files import STANDARD_INPUT, write_manifest  # noqa: PLC0415  (only where it is asked for)

    del options
    for where, text in repaired.items():
        if where != STANDARD_INPUT:
            write_manifest(where, text)
    return tuple(f"{where}: repaired" for where in repaired)


def _diff(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    from difflib import unified_diff  # noqa: PLC0415  (only where it is asked for)

    lines: list[str] = []
    for where, text in after.items():
        lines += unified_diff(before[where].splitlines(keepends=True), text.splitlines(keepends=True), where, where)
    return "".join(lines)


def _kept(flaws: list[Flaw], options: Namespace) -> list[Flaw]:
    kept = {id(finding) for finding in kept_findings(options, tuple(flaw.finding for flaw in flaws))}
    return [flaw for flaw in flaws if id(flaw.finding) in kept]


def _answer(report: LintReport, options: Namespace, written: tuple[str, ...]) -> Answer | Text:
    from kubectl_dra.rendering.views.lint import show_lint  # noqa: PLC0415  (one renderer is imported, the one that is asked for)

    if options.output == "sarif":
        from kubectl_dra.rendering.to_sarif import write_sarif  # noqa: PLC0415

        return _text(report, write_sarif(report), options, written)
    if options.output == "github":
        from kubectl_dra.rendering.to_github import write_github  # noqa: PLC0415

        return _text(report, write_github(report), options, written)
    findings = tuple(row.finding for row in report.rows)
    return Answer(report, partial(show_lint, report), findings=findings, notices=written)


def _text(report: LintReport, output: str, options: Namespace, written: tuple[str, ...]) -> Text:
    from kubectl_dra.findings.finding import Severity  # noqa: PLC0415  (one format of several)

    unseen = (f"{finding.message}   {finding.code}" for finding in report.view)
    fails = options.fail_on != "never" and any(row.finding.severity.reaches(Severity(options.fail_on)) for row in report.rows)
    talk = "".join(f"{line}\n" for line in (*written, *(f"skipped {skipped}" for skipped in report.skipped), report.summary(), *unseen))
    return Text(output, talk, int(fails))


COMMAND = Command(
    name="lint",
    usage="-f FILENAME [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=("text", "json", "yaml", "sarif", "github"),
)
