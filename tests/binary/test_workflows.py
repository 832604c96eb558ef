"""GitHub's workflows, which cannot run here, are at least what GitHub reads, and are made of this Makefile's targets."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.binary.programs import actionlint_program
from tests.golang.availability import skipped_without_go

ROOT = Path(__file__).parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def test_actionlint_has_no_complaint() -> None:
    """Syntax, contexts, runners and scripts."""
    with skipped_without_go():
        linter = actionlint_program().built()
    ran = subprocess.run([linter, "-shellcheck=", "-pyflakes=", *WORKFLOWS], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, "")


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_targets_are_the_makefiles(path: Path) -> None:
    """Every target that a workflow makes is one that a person can make."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z-]+)", path.read_text())) <= targets
