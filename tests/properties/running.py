"""A command run in this process: its exit code, standard output and standard error."""

import contextlib
import io
from typing import NamedTuple

from kubectl_dra.cli import main


class Outcome(NamedTuple):
    """What a command left behind."""

    code: int
    output: str
    talk: str


def run(*words: str) -> Outcome:
    """Run a command in this process."""
    output, talk = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(output), contextlib.redirect_stderr(talk):
        code = main(words)
    return Outcome(code, output.getvalue(), talk.getvalue())
