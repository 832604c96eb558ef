"""The sources → dist/kubectl-dra/ and dist/kubectl-dra_OS_ARCH, by PyInstaller."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from platforms import program_name, this_platform
from repository import ROOT, moment

if TYPE_CHECKING:
    from pathlib import Path

SPECIFICATION = ROOT / "packaging" / "kubectl-dra.spec"


def main() -> None:
    """Build both, and hold them to what krew and a quick start need."""
    system, machine = this_platform()
    suffix = ".exe" if system == "windows" else ""
    # the same input gives the same bytes
    environment = {
        **os.environ,
        "KUBECTL_DRA_ONE_FILE_NAME": f"kubectl-dra_{system}_{machine}{suffix}",
        "PYTHONHASHSEED": "1",
        "SOURCE_DATE_EPOCH": str(moment()),
    }
    options = ["--noconfirm", "--clean", "--log-level=WARN", f"--distpath={ROOT / 'dist'}", f"--workpath={ROOT / 'build'}"]
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, str(SPECIFICATION)], env=environment, check=True)
    folder = ROOT / "dist" / "kubectl-dra"
    # kubectl completes by the one, and krew's index asks for the other
    for beside in (ROOT / "packaging" / "kubectl_complete-dra", ROOT / "LICENSE"):
        shutil.copy(beside, folder)
    replace_links(folder)
    refuse_leftovers(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    one_file = ROOT / "dist" / environment["KUBECTL_DRA_ONE_FILE_NAME"]
    print(f"{folder / program_name(system)}  {size / 1e6:.1f} MB\n{one_file}  {one_file.stat().st_size / 1e6:.1f} MB")


def replace_links(folder: Path) -> None:
    """Krew unpacks no links: each becomes the file that it names."""
    for link in [path for path in folder.rglob("*") if path.is_symlink()]:
        content, mode = link.read_bytes(), link.stat().st_mode
        link.unlink()
        link.write_bytes(content)
        link.chmod(mode)


def refuse_leftovers(folder: Path) -> None:
    """What would make the program start slowly, or krew refuse it, ends the build."""
    hooks = [path.name for path in folder.rglob("*") if "pyi_rth_inspect" in path.name]
    links = [str(path) for path in folder.rglob("*") if path.is_symlink()]
    if hooks or links:
        sys.exit(f"the build holds what it must not: {', '.join(hooks + links)}")


if __name__ == "__main__":
    main()
