"""``kubectl dra explain``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.commands.command import Answer, Command, UsageError

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.findings.catalogue import Entry

_DESCRIPTION = """\
Explain a finding by its code or its name: what it means, why the scheduler refuses, an example with its remedy, and when it is not this.

 Nothing is read from a cluster. Without a code, all codes are listed.
"""

_EXAMPLES = """\
# Explain a code
kubectl dra explain DRA101

# Explain it by its name
kubectl dra explain NoDeviceSelected

# List all codes
kubectl dra explain
"""


def _add_flags(parser: Parser) -> None:
    parser.add_positional("CODE")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.findings.catalogue import CATALOGUE, page  # noqa: PLC0415  (help needs no catalogue)
    from kubectl_dra.rendering.views.explanation import show_codes  # noqa: PLC0415
    from kubectl_dra.reports.explanation import CodeList  # noqa: PLC0415

    if not options.words:
        report = CodeList(entries=CATALOGUE)
    else:
        entries = tuple(_entry(word) for word in options.words)
        report = CodeList(entries=entries, pages={entry.code: page(entry) for entry in entries})
    return Answer(report, partial(show_codes, report), report.names)


def _entry(word: str) -> Entry:
    from kubectl_dra.findings.catalogue import find_entry, nearest_entries  # noqa: PLC0415  (help needs no catalogue)

    entry = find_entry(word)
    if entry is None:
        near = [f"{one.code} {one.name}" for one in nearest_entries(word)]
        raise UsageError(f"no finding is called {word}" + (f"; the nearest is {near[0]}" if near else "; kubectl dra explain lists all"))
    return entry


COMMAND = Command(
    name="explain",
    usage="[CODE ...] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    reads_cluster=False,
)
