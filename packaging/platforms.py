"""The machine → its name as Go, krew and our downloads write it."""

from __future__ import annotations

import platform
import sys

_SYSTEMS = {"linux": "linux", "darwin": "darwin", "win32": "windows"}
_MACHINES = {"x86_64": "amd64", "amd64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


def this_platform() -> tuple[str, str]:
    """Operating system and architecture: ``linux``, ``amd64``."""
    return _SYSTEMS[sys.platform], _MACHINES[platform.machine().lower()]


def program_name(system: str) -> str:
    """The program's file name there."""
    return "kubectl-dra.exe" if system == "windows" else "kubectl-dra"


def archive_name(system: str, machine: str) -> str:
    """The file that people download: krew takes both kinds."""
    return f"kubectl-dra_{system}_{machine}" + (".zip" if system == "windows" else ".tar.gz")
