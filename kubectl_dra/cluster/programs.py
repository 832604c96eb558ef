"""Where this program lies on disk, and the small program beside it that kubectl calls for completion."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from pathlib import Path
from typing import NamedTuple

from kubectl_dra.cluster.errors import Unreadable

COMPLETER = "kubectl_complete-dra"


class Installed(NamedTuple):
    """The program that kubectl calls, whether it was there before, and whether its folder is on PATH."""

    path: str
    folder: str
    was_there: bool
    on_path: bool


def install_completion(folder: str = "") -> Installed:
    """Put ``kubectl_complete-dra`` into a folder; where none is named, into that of this program. Raises Unreadable."""
    place = Path(folder).expanduser() if folder else _own_program().parent
    name = f"{COMPLETER}.cmd" if os.name == "nt" else COMPLETER
    path = place / name
    on_path = str(place.resolve()) in {str(Path(entry).resolve()) for entry in os.environ.get("PATH", "").split(os.pathsep) if entry}
    if path.exists():
        return Installed(path=str(path), folder=str(place), was_there=True, on_path=on_path)
    try:
        path.write_text(_script(_own_program()), encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR | stat.S_IXGRP | stat.S_IXOTH)
    except OSError as error:
        raise Unreadable(f"it cannot be written: {error.strerror or error}", where=str(path)) from error
    return Installed(path=str(path), folder=str(place), was_there=False, on_path=on_path)


def _own_program() -> Path:
    """Where people would find this program: as it was called, else on PATH."""
    called = Path(sys.argv[0])
    if called.name.startswith("kubectl-dra") and called.exists():
        return called.absolute()
    found = shutil.which("kubectl-dra")
    return Path(found) if found else Path(sys.executable).with_name("kubectl-dra")


def _script(program: Path) -> str:
    if os.name == "nt":
        return f'@"{program}" __complete %*\r\n'
    quoted = str(program).replace("'", "'\\''")
    return f"#!/bin/sh\nexec '{quoted}' __complete \"$@\"\n"
