"""The sources → dist/kubectl-dra/ and dist/kubectl-dra_OS_ARCH, by PyInstaller."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import list_licenses
from glibc import glibc_floor
from platforms import program_name, this_platform
from repository import DIST, ROOT, moment

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
    folder, one_file = DIST / "kubectl-dra", DIST / environment["KUBECTL_DRA_ONE_FILE_NAME"]
    # what an earlier build left must not pass for this one's
    shutil.rmtree(folder, ignore_errors=True)
    one_file.unlink(missing_ok=True)
    options = ["--noconfirm", "--clean", "--log-level=ERROR", f"--distpath={DIST}", f"--workpath={ROOT / 'build'}"]
    subprocess.run([sys.executable, "-m", "PyInstaller", *options, str(SPECIFICATION)], env=environment, check=True)
    # kubectl completes by the one, and krew's index asks for the other
    for beside in (ROOT / "packaging" / "kubectl_complete-dra", ROOT / "LICENSE"):
        shutil.copy(beside, folder)
    (folder / "THIRD_PARTY_LICENSES").write_text(list_licenses.texts(folder), encoding="utf-8", newline="\n")
    replace_links(folder)
    refuse_leftovers(folder)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{folder / program_name(system)}  {size / 1e6:.1f} MB\n{one_file}  {one_file.stat().st_size / 1e6:.1f} MB")
    if system == "linux":
        hold_to_glibc(glibc_floor(folder))


def replace_links(folder: Path) -> None:
    """Krew unpacks no links: each becomes the file that it names."""
    for link in [path for path in folder.rglob("*") if path.is_symlink()]:
        target = link.resolve()
        link.unlink()
        if target.is_dir():  # in the frameworks of macOS
            shutil.copytree(target, link)
        else:
            shutil.copy2(target, link)


def hold_to_glibc(needed: tuple[int, ...]) -> None:
    """A release names in KUBECTL_DRA_GLIBC the oldest C library that its program has to start on."""
    text = ".".join(map(str, needed))
    print(f"starts on glibc {text} and later")
    oldest = os.environ.get("KUBECTL_DRA_GLIBC", "")
    if oldest and needed > tuple(map(int, oldest.split("."))):
        sys.exit(f"the program needs glibc {text}, and is to start on {oldest}")


def refuse_leftovers(folder: Path) -> None:
    """What would make the program start slowly, or krew refuse it, ends the build."""
    hooks = [path.name for path in folder.rglob("*") if "pyi_rth_inspect" in path.name]
    links = [str(path) for path in folder.rglob("*") if path.is_symlink()]
    if hooks or links:
        sys.exit(f"the build holds what it must not: {', '.join(hooks + links)}")


if __name__ == "__main__":
    main()
