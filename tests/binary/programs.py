"""Programs of others that judge what we publish, built from their own Go modules: krew, its index's checker, actionlint."""

from pathlib import Path
from typing import Final

from tests.golang.program import GoProgram

FOLDER: Final = Path(__file__).parent / "go"


def krew_program(name: str) -> GoProgram:
    """``krew`` or ``validate-krew-manifest``."""
    return GoProgram(name=name, release="1.37", folder=FOLDER, package=f"sigs.k8s.io/krew/cmd/{name}")


def actionlint_program() -> GoProgram:
    """The linter of GitHub workflows."""
    return GoProgram(name="actionlint", release="1.37", folder=FOLDER, package="github.com/rhysd/actionlint/cmd/actionlint")
