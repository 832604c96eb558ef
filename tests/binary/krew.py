"""The program that installs kubectl's plugins, and the one that its index checks manifests with, built from krew's own module."""

from pathlib import Path
from typing import Final

from tests.golang.program import GoProgram

FOLDER: Final = Path(__file__).parent / "go"


def krew_program(name: str) -> GoProgram:
    """``krew`` or ``validate-krew-manifest``."""
    return GoProgram(name=name, release="1.37", folder=FOLDER, package=f"sigs.k8s.io/krew/cmd/{name}")
