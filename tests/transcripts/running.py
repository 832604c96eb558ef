"""A transcript → what its commands print now: standard output, then standard error, then the exit code where it is not zero.

The form is that of the findings' pages (`tests.pages.running`); a transcript shows what a person at a terminal of 100 columns sees, and
so it keeps what is said on standard error.
"""

import contextlib
import io
import os
import sys
from pathlib import Path
from typing import Final

from kubectl_dra.cli import main
from tests.pages.running import Command, commands_of, rewritten, write_files

WIDTH: Final = "100"


def compare_or_write(path: Path, folder: Path, *, update: bool) -> tuple[list[str], list[str]]:
    """What the commands of a transcript should print, and what they print; with ``update`` the file is written anew and both agree."""
    text = path.read_text(encoding="utf-8")
    write_files(text, folder)
    commands = commands_of(text)
    outputs = {command.line: printed(command, folder) for command in commands}
    if update:
        path.write_text(rewritten(text, outputs), encoding="utf-8")
        return list(outputs.values()), list(outputs.values())
    return [command.expected for command in commands], [outputs[command.line] for command in commands]


def printed(command: Command, folder: Path) -> str:
    """What one command prints in a folder, at a terminal of a fixed width, without colour."""
    out, talk = Capture(), Capture()
    before, environment = Path.cwd(), dict(os.environ)
    os.chdir(folder)
    os.environ |= {"COLUMNS": WIDTH, "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
    stdin, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(b""))
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(talk):
            words, most = piped(command.words)
            code = main(words)
    finally:
        os.chdir(before)
        os.environ.clear()
        os.environ |= environment
        sys.stdin = stdin
    lines = out.text().splitlines(keepends=True)[:most]
    return "".join(lines) + talk.text() + (f"[exit {code}]\n" if code else "")


def piped(words: list[str]) -> tuple[list[str], int | None]:
    """The words before ``| head -N``, and N; None where nothing is cut off."""
    if words[-3:-1] != ["|", "head"]:
        return words, None
    return words[:-3], int(words[-1].lstrip("-"))


class Capture(io.TextIOWrapper):
    """A stream of UTF-8 that is kept, as a terminal would show it."""

    def __init__(self) -> None:
        self._kept = io.BytesIO()
        super().__init__(self._kept, encoding="utf-8", newline="\n")

    def text(self) -> str:
        """Everything that was written, without spaces at the ends of lines."""
        self.flush()
        lines = self._kept.getvalue().decode().splitlines()
        return "".join(f"{line.rstrip()}\n" for line in lines)
