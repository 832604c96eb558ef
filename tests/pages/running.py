"""Markdown with files and commands → what the commands print, beside what the page says they print.

A block that opens with ``yaml NAME`` is a file of that name. A block that opens with ``console`` holds commands, each on a line that starts
with ``$ kubectl dra``; the lines below are its standard output, then what it says on standard error, and a last line ``[exit N]`` is its
exit code where that is not zero.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCK = re.compile(r"^```(?P<head>[a-z]+[^\n]*)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PROGRAM = "$ kubectl dra "


class Command(NamedTuple):
    """A command of a page: its words, and what the page says it prints."""

    line: str
    expected: str

    @property
    def words(self) -> list[str]:
        """The words after ``kubectl dra``."""
        return shlex.split(self.line.removeprefix(_PROGRAM))


def commands_of(text: str) -> tuple[Command, ...]:
    """The commands of a page, in order."""
    bodies = (block["body"] for block in _BLOCK.finditer(text) if block["head"].split()[0] == "console")
    return tuple(command for body in bodies for command in _commands_in(body))


def _commands_in(body: str) -> Iterator[Command]:
    for part in re.split(rf"^(?={re.escape(_PROGRAM)})", body, flags=re.MULTILINE):
        if part.startswith(_PROGRAM):
            line, _, expected = part.partition("\n")
            yield Command(line, expected)


def write_files(text: str, folder: Path) -> None:
    """The files of a page, written into a folder."""
    for block in _BLOCK.finditer(text):
        kind, _, name = block["head"].partition(" ")
        if kind in {"yaml", "json"} and name:
            (folder / name).write_text(block["body"])


def run(command: Command, folder: Path) -> str:
    """What a command prints in this folder, with its exit code where that is not zero."""
    before = Path.cwd()
    out, talk = io.StringIO(), io.StringIO()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(talk):
            code = main(command.words)
    finally:
        os.chdir(before)
    return out.getvalue() + talk.getvalue() + (f"[exit {code}]\n" if code else "")


def rewritten(text: str, outputs: dict[str, str]) -> str:
    """The page with what its commands print now; ``outputs`` is by command line."""

    def block(found: re.Match[str]) -> str:
        if found["head"].split()[0] != "console":
            return found[0]
        body = "".join(f"{command.line}\n{outputs[command.line]}" for command in _commands_in(found["body"]))
        return f"```{found['head']}\n{body}```"

    return _BLOCK.sub(block, text)
