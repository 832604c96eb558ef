"""The archive is installed as krew installs it, and kubectl finds the plugin."""

import hashlib
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

from tests.binary.conftest import ROOT
from tests.binary.programs import krew_program
from tests.golang.availability import skipped_without_go

pytestmark = pytest.mark.binary


@pytest.fixture(scope="module")
def krew() -> Path:
    """Krew itself."""
    with skipped_without_go():
        return krew_program("krew").built()


def test_the_archive_holds_what_krew_unpacks(archive: Path) -> None:
    """Regular files alone, none outside, the licence and the completion beside the program; at most 22 MB."""
    with tarfile.open(archive) as tar:
        members = tar.getmembers()
    names = {member.name for member in members}
    assert all(member.isreg() for member in members)
    assert not [name for name in names if name.startswith("/") or ".." in name.split("/")]
    assert {"LICENSE", "kubectl-dra", "kubectl_complete-dra"} <= names
    assert archive.stat().st_size <= 22_000_000


def test_the_one_file_build_is_small(one_file: Path) -> None:
    """At most 18 MB."""
    assert one_file.stat().st_size <= 18_000_000


def test_the_same_folder_gives_the_same_archive(archive: Path, tmp_path: Path) -> None:
    """Packed a second time, every byte is the same."""
    script = "import sys; sys.path.insert(0, 'packaging'); import make_downloads as m, pathlib, repository as r; "
    script += "m.write_tar(pathlib.Path(sys.argv[1]), m.contents(r.DIST / 'kubectl-dra'), int(sys.argv[2]))"
    with tarfile.open(archive) as tar:
        moment = str(int(tar.getmembers()[0].mtime))
    again = tmp_path / "again.tar.gz"
    subprocess.run([sys.executable, "-c", script, again, moment], cwd=ROOT, check=True)
    assert again.read_bytes() == archive.read_bytes()


def test_checksums_are_the_archives(archive: Path, manifest: Path) -> None:
    """In the checksum file and in the manifest."""
    digest = hashlib.sha256(archive.read_bytes()).hexdigest()
    assert f"{digest}  {archive.name}" in next(archive.parent.glob("checksums_*.txt")).read_text().splitlines()
    assert digest in {platform["sha256"] for platform in yaml.safe_load(manifest.read_text())["spec"]["platforms"]}


def test_krews_index_takes_the_manifest(manifest: Path) -> None:
    """The checker of krew's index, which would download as well, finds nothing wrong with it."""
    with skipped_without_go():
        checker = krew_program("validate-krew-manifest").built()
    ran = subprocess.run([checker, "-manifest", manifest, "-skip-install"], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_krew_installs_and_kubectl_runs_it(krew: Path, kubectl: Path, archive: Path, manifest: Path, tmp_path: Path) -> None:
    """Unpacked, linked and called through the real kubectl: the demo cluster is shown, and nothing is complained of."""
    root = tmp_path / "krew"
    path = os.pathsep.join([str(root / "bin"), str(kubectl.parent), "/usr/bin", "/bin"])
    environment = {"KREW_ROOT": str(root), "HOME": str(tmp_path), "PATH": path, "KREW_NO_UPGRADE_CHECK": "1"}
    installed = subprocess.run(
        [krew, "install", f"--manifest={manifest}", f"--archive={archive}"], env=environment, capture_output=True, text=True, check=False
    )
    assert installed.returncode == 0, installed.stderr
    assert "completion install" in installed.stderr
    ran = subprocess.run(["kubectl", "dra", "devices", "--demo"], env=environment, capture_output=True, text=True, check=False)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)
    assert "gpu-a1" in ran.stdout
    assert (root / "store" / "dra").is_dir()
    failing = subprocess.run(["kubectl", "dra", "devices", "--no-such-flag"], env=environment, capture_output=True, text=True, check=False)
    assert failing.returncode == 2
