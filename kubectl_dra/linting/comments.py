"""Comments that name a code → the findings that their author does not want to hear again.

A comment counts for its own line and for the line below it; one above the first field of an object counts for the whole object.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_dra.linting.manifests import LintedFile

_CODES = re.compile(r"(?:^|\s)#.*?\bDRA\d{3}\b.*$")
_CODE = re.compile(r"\bDRA\d{3}\b")


def ignored_codes(file: LintedFile, line: int, object_line: int) -> frozenset[str]:
    """The codes that are not wanted at ``line`` of an object that starts at ``object_line``."""
    lines = file.text.splitlines()
    codes: set[str] = set()
    for number in (line, line - 1):
        codes |= _codes_of(lines, number, alone=number != line)
    above = object_line - 1
    while above >= 1 and lines[above - 1].lstrip().startswith("#"):
        codes |= _codes_of(lines, above, alone=True)
        above -= 1
    return frozenset(codes)


def _codes_of(lines: list[str], number: int, *, alone: bool) -> set[str]:
    if not 1 <= number <= len(lines):
        return set()
    text = lines[number - 1]
    if alone and not text.lstrip().startswith("#"):
        return set()
    found = _CODES.search(text)
    return set(_CODE.findall(found[0])) if found else set()
