"""A name that is not there → names that are and look like it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, known: Iterable[str], *, limit: int = 2) -> tuple[str, ...]:
    """At most ``limit`` of ``known`` that are spelled much like ``word``, nearest first; ``word`` itself is left out."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only for names that are not there

    scored = [(SequenceMatcher(a=word.lower(), b=name.lower()).ratio(), name) for name in sorted(set(known) - {word})]
    likely = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: (-pair[0], pair[1]))
    return tuple(name for _, name in likely[:limit])


_ALIKE = 0.72
