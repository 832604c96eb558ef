"""The program that tells how kubectl would connect."""

from pathlib import Path
from typing import Final

from tests.golang.modules import pin, staging_module
from tests.golang.program import GoProgram

FOLDER: Final = Path(__file__).parent / "go"
MODULE: Final = "kubectl-dra.test/connection"
REQUIRED: Final = ("k8s.io/client-go", "k8s.io/cli-runtime")


def connection_program() -> GoProgram:
    """Kubectl's own way from a kubeconfig to a connection, without the rest of it."""
    return GoProgram(name="connection", release="1.37", folder=FOLDER)


def pin_modules(release: str) -> None:
    """Write the release's go.mod and go.sum anew."""
    pin(FOLDER, release, staging_module(MODULE, release, REQUIRED))
