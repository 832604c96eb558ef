"""The releases that are followed to the letter, and the nearest of them for any other."""

from __future__ import annotations

import re
from typing import NamedTuple


class Release(NamedTuple):
    """A Kubernetes minor release; releases compare by age."""

    major: int
    minor: int

    def __str__(self) -> str:
        """``1.37``."""
        return f"{self.major}.{self.minor}"


FOLLOWED: tuple[Release, ...] = (Release(1, 34), Release(1, 35), Release(1, 36), Release(1, 37))
"""Releases whose scheduler's decisions are reproduced, oldest first."""

NEWEST = FOLLOWED[-1]

_VERSION = re.compile(r"v?(\d+)\.(\d+)")


def parse(text: str) -> Release | None:
    """The release in ``v1.37.2``, ``1.37`` or ``1.37.2-gke.100``; None where the text has none."""
    found = _VERSION.match(text)
    return Release(int(found[1]), int(found[2])) if found else None


def nearest_followed(release: Release) -> Release:
    """The followed release whose behaviour stands in for ``release``: itself, the oldest for older ones, the newest for newer ones."""
    return min(max(release, FOLLOWED[0]), NEWEST)
