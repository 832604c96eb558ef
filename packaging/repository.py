"""Where the sources are, and of when they are."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"


def moment() -> int:
    """The time that every file of a build bears, in seconds: SOURCE_DATE_EPOCH, else the last commit's, else a fixed one."""
    if os.environ.get("SOURCE_DATE_EPOCH"):
        return int(os.environ["SOURCE_DATE_EPOCH"])
    asked = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False)
    return int(asked.stdout.strip() or "1700000000")
