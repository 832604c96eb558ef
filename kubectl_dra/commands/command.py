"""What a subcommand offers to :mod:`kubectl_dra.cli`, and what it hands back."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.findings.finding import Finding
    from kubectl_dra.rendering.document import Document
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.report import Report


class Answer(NamedTuple):
    """What a command found, and how it is shown.

    ``report`` has the documented JSON shape, ``show`` turns it into tables and lines, ``names`` into what ``-o name``
    prints. ``findings`` decide the exit code together with ``--fail-on``; ``exit_code`` is the command's own, for what is not a finding.
    ``notices`` are sentences for standard error, whatever the format.
    """

    report: Report
    show: Callable[[Layout], Document]
    names: Callable[[], tuple[str, ...]] = tuple
    findings: tuple[Finding, ...] = ()
    exit_code: int = 0
    notices: tuple[str, ...] = ()


class Text(NamedTuple):
    """An answer that is the same in every format: a script, a manifest, a page. ``talk`` goes to standard error."""

    output: str
    talk: str = ""
    exit_code: int = 0


class Command(NamedTuple):
    """A subcommand: what help says of it, its flags, and its run.

    ``usage`` is what follows ``kubectl dra NAME``; ``description`` and ``examples`` are printed as they stand. ``formats`` are the values
    that ``-o`` takes besides none. ``reads_cluster`` adds the flags that say where the cluster's state is read.
    """

    name: str
    usage: str
    description: str
    examples: str
    add_flags: Callable[[Parser], None]
    run: Callable[[Namespace], Answer | Text]
    formats: tuple[str, ...] = ("wide", "json", "yaml", "name", "markdown")
    reads_cluster: bool = True


class UsageError(Exception):
    """The command line cannot mean anything; one sentence, exit code 2."""


class NotAnswered(Exception):
    """Nothing of what was asked could be answered; one sentence, exit code 3."""
