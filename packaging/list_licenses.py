"""dist/kubectl-dra/ → what it contains besides our own code, with version and licence, one a line; and the licences' texts, beside it.

Python packages are those whose modules or libraries were packed; shared libraries of the system are named with the Debian package that
they came from, where there is one.
"""

from __future__ import annotations

import importlib.metadata
import platform
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

from PyInstaller.archive.readers import CArchiveReader
from repository import DIST

OURS = "kubectl-dra"


def main() -> None:
    """Print the list."""
    folder = DIST / "kubectl-dra"
    if not (folder / "_internal").exists():
        sys.exit("dist/kubectl-dra/ is not there: make build makes it")
    rows = [("Python", platform.python_version(), "PSF-2.0"), ("PyInstaller bootloader", version("pyinstaller"), "GPL-2.0 with exception")]
    rows += [(name, version(name), licence(name)) for name in packed_packages(folder)]
    rows += [(path.name, debian_package(path.name), "see its package") for path in packed_libraries(folder)]
    widths = [max(len(row[column]) for row in rows) for column in (0, 1)]
    for name, number, terms in rows:
        print(f"{name:<{widths[0]}}  {number:<{widths[1]}}  {terms}")


def texts(folder: Path) -> str:
    """What the licences of Python and of the packed packages say, which most of them want to be passed on with the program."""
    pythons = Path(sysconfig.get_path("stdlib")) / "LICENSE.txt"
    said = {f"Python {platform.python_version()}": [pythons] if pythons.exists() else []}
    for name in packed_packages(folder):
        files = importlib.metadata.files(name) or ()
        stated = [Path(str(file.locate())) for file in files if file.name.upper().startswith(("LICEN", "COPYING", "NOTICE"))]
        said[f"{name} {version(name)}, {licence(name)}"] = sorted(stated)
    for path in packed_libraries(folder):
        copyright_file = Path("/usr/share/doc", debian_package(path.name).partition(" ")[0] or "none", "copyright")
        said[f"{path.name} {debian_package(path.name)}".strip()] = [copyright_file] if copyright_file.exists() else []
    parts = [
        f"{head}\n\n" + "\n".join(file.read_text(encoding="utf-8", errors="replace") for file in files) for head, files in said.items()
    ]
    return f"\n{'=' * 80}\n".join(parts)


def packed_packages(folder: Path) -> list[str]:
    """The distributions of which modules or libraries are in the folder, without our own."""
    program = next(path for path in (folder / "kubectl-dra", folder / "kubectl-dra.exe") if path.exists())
    modules = {name.partition(".")[0] for name in CArchiveReader(str(program)).open_embedded_archive("PYZ.pyz").toc}
    modules |= {path.name.partition(".")[0] for path in (folder / "_internal").iterdir()}
    packed = {name for module in modules for name in importlib.metadata.packages_distributions().get(module, ())}
    return sorted(packed - {OURS}, key=str.lower)


def packed_libraries(folder: Path) -> list[Path]:
    """Shared libraries of the system."""
    return [path for path in sorted((folder / "_internal").glob("lib*.so*")) if "python" not in path.name]


def version(name: str) -> str:
    """The installed version of a distribution."""
    return importlib.metadata.version(name)


def licence(name: str) -> str:
    """What a distribution says of its licence: the SPDX expression, else the classifier, else the field's first line."""
    metadata = importlib.metadata.metadata(name).json
    classifiers = [text.rpartition(" :: ")[2] for text in metadata.get("classifier", ()) if text.startswith("License ::")]
    stated = metadata.get("license_expression") or ", ".join(classifiers) or str(metadata.get("license", "")).strip().split("\n")[0]
    return str(stated)[:80] or "not stated"


def debian_package(library: str) -> str:
    """The Debian package and version that a library came from, empty where that cannot be asked."""
    if shutil.which("dpkg-query") is None:
        return ""
    found = subprocess.run(["dpkg-query", "--search", f"*/{library}"], capture_output=True, text=True, check=False).stdout.splitlines()
    if not found:
        return ""
    package = found[0].partition(":")[0]
    asked = subprocess.run(
        ["dpkg-query", "--show", "--showformat=${Package} ${Version}", package], capture_output=True, text=True, check=False
    )
    return asked.stdout.splitlines()[0] if asked.stdout else ""


if __name__ == "__main__":
    main()
