"""What a page or a transcript tells people to run is understood by the program."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from kubectl_dra.commands.flags import add_shared_flags
from kubectl_dra.commands.loading import load_command
from kubectl_dra.commands.parser import Parser
from kubectl_dra.commands.words import split_command
from kubectl_dra.findings.catalogue import CATALOGUE, page
from tests.pages.running import commands_of

ROOT = Path(__file__).parents[2]
_COMMAND = re.compile(r"^(?: {12}|  more      |[^:]*; )(?P<line>kubectl dra [a-z][^|\n]*?)(?: shows one in full| \|.*)?$", re.MULTILINE)
"""On a line of its own below a remedy, behind ``more``, or at the end of a hint."""


def told() -> Iterator[str]:
    """Every command line that stands in what some page's or transcript's command prints."""
    texts = [page(entry) for entry in CATALOGUE if not entry.retired]
    texts += [path.read_text() for path in (ROOT / "README.md", *sorted((ROOT / "tests" / "transcripts").glob("*.md")))]
    for text in texts:
        for command in commands_of(text):
            yield from (found["line"].strip() for found in _COMMAND.finditer(command.expected))


TOLD = sorted(set(told()))


def test_there_are_commands_of_several_kinds() -> None:
    """The pattern finds them."""
    assert {"explain", "new-claim", "describe", "selector", "classes"} <= {line.split()[2] for line in TOLD}


@pytest.mark.parametrize("line", TOLD)
def test_command_is_understood(line: str) -> None:
    """The command exists, and its flags do."""
    name, rest = split_command(shlex.split(line)[2:])
    command = load_command(name)
    parser = Parser(command.name)
    add_shared_flags(parser, command)
    command.add_flags(parser)
    assert not parser.parse(rest).help
