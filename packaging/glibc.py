"""A folder of programs and libraries → the oldest GNU C library on which all of them load."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_VERSION = re.compile(rb"GLIBC_(\d+\.\d+(?:\.\d+)?)\0")
"""As the names of versions stand in a library's string table, where only those that it asks for are."""


def glibc_floor(folder: Path) -> tuple[int, ...]:
    """The newest version that any file asks for: ``(2, 28)``; empty where none asks for any."""
    contents = (path.read_bytes() for path in folder.rglob("*") if path.is_file())
    asked = {found for content in contents if content.startswith(b"\x7fELF") for found in _VERSION.findall(content)}
    return max((tuple(map(int, version.split(b"."))) for version in asked), default=())
