"""A release → the program that asks its allocator and its CEL environment."""

from pathlib import Path
from typing import Final

from tests.golang.modules import pin, staging_module
from tests.golang.program import GoProgram

FOLDER: Final = Path(__file__).parent / "go"
MODULE: Final = "kubectl-dra.test/oracle"
REQUIRED: Final = ("k8s.io/dynamic-resource-allocation", "k8s.io/api", "k8s.io/apimachinery", "k8s.io/apiserver")


def oracle_program(release: str) -> GoProgram:
    """The program of one release."""
    return GoProgram(name="oracle", release=release, folder=FOLDER)


def pin_modules(release: str) -> None:
    """Write the release's go.mod and go.sum anew."""
    pin(FOLDER, release, staging_module(MODULE, release, REQUIRED))
