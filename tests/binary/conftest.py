"""What `make build` and `make dist` made; without them, what needs them is skipped and says so."""

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.connection.world import linked_kubectl
from tests.controlplane.program import control_plane_program
from tests.golang.availability import skipped_without_go

ROOT = Path(__file__).parents[2]
DIST = ROOT / "dist"


@pytest.fixture(scope="session")
def program() -> Path:
    """The built folder's program."""
    return built(DIST / "kubectl-dra" / "kubectl-dra")


@pytest.fixture(scope="session")
def one_file() -> Path:
    """The same program as one file."""
    return built(next((path for path in sorted(DIST.glob("kubectl-dra_linux_*")) if not path.suffix), DIST / "kubectl-dra_linux_amd64"))


@pytest.fixture(scope="session")
def archive(program: Path) -> Path:
    """The archive for krew."""
    assert program.exists()
    return built(next(iter(sorted(DIST.glob("kubectl-dra_linux_*.tar.gz"))), DIST / "kubectl-dra_linux_amd64.tar.gz"), "make dist")


@pytest.fixture(scope="session")
def manifest(archive: Path) -> Path:
    """dist/dra.yaml, made for the archive at hand."""
    assert archive.exists()
    subprocess.run([sys.executable, ROOT / "packaging" / "make_manifest.py"], check=True, capture_output=True)
    return DIST / "dra.yaml"


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kubectl 1.37, in a folder of its own."""
    with skipped_without_go():
        return linked_kubectl(tmp_path_factory.mktemp("kubectl"), control_plane_program("1.37").built())


def built(path: Path, how: str = "make build") -> Path:
    """The path, where it is there and made of these sources. In CI, and in a run that is about the built program, it must be."""
    complaint = ""
    if not path.exists():
        complaint = f"{path.relative_to(ROOT)} is not built: {how}"
    elif path.stat().st_mtime < newest_source():
        complaint = f"{path.relative_to(ROOT)} is older than its sources: {how}"
    if complaint and (os.environ.get("CI") or os.environ.get("KUBECTL_DRA_PROGRAMS")):
        pytest.fail(complaint, pytrace=False)
    if complaint:
        pytest.skip(complaint)
    return path


@cache
def newest_source() -> float:
    """When the package was last written, in seconds."""
    return max(path.stat().st_mtime for path in (ROOT / "kubectl_dra").rglob("*") if path.is_file() and path.suffix != ".pyc")
