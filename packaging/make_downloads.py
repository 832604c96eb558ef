"""dist/kubectl-dra/ → what people download: the archive, its checksum, the wheel and the sdist. The same input gives the same bytes."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import subprocess
import sys
import tarfile
import zipfile
from typing import TYPE_CHECKING

from platforms import archive_name, this_platform
from repository import DIST, ROOT, moment

if TYPE_CHECKING:
    from pathlib import Path


def main() -> None:
    """Make them all; PyPI's two are held to what PyPI shows of them."""
    system, machine = this_platform()
    archive = DIST / archive_name(system, machine)
    members = contents(DIST / "kubectl-dra")
    write = write_zip if system == "windows" else write_tar
    write(archive, members, moment())
    one_file = [path for path in DIST.glob(f"kubectl-dra_{system}_{machine}*") if path.suffix in {"", ".exe"} and path.is_file()]
    packages = packages_for_pypi(moment())
    subprocess.run([sys.executable, "-m", "twine", "check", "--strict", *map(str, packages)], check=True)
    checksums = "".join(f"{checksum(path)}  {path.name}\n" for path in sorted((archive, *one_file, *packages)))
    (DIST / f"checksums_{system}_{machine}.txt").write_text(checksums)
    print(checksums, end="")


def packages_for_pypi(time: int) -> list[Path]:
    """The sdist, and the wheel made from it, by the setuptools of requirements.lock."""
    for old in (*DIST.glob("*.whl"), *DIST.glob("kubectl_dra-*.tar.gz")):
        old.unlink()
    environment = {**os.environ, "SOURCE_DATE_EPOCH": str(time)}
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(DIST), str(ROOT)]
    subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)
    for sdist in DIST.glob("kubectl_dra-*.tar.gz"):  # setuptools gives it the clock's time
        with tarfile.open(sdist) as tar:
            files = {member.name: file.read() for member in tar.getmembers() if (file := tar.extractfile(member))}
        write_tar(sdist, [(name, files[name], 0o644) for name in sorted(files)], time)
    return sorted((*DIST.glob("*.whl"), *DIST.glob("kubectl_dra-*.tar.gz")))


def contents(folder: Path) -> list[tuple[str, bytes, int]]:
    """Names, contents and modes of the archive's files, in order."""
    named = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    return [(name, path.read_bytes(), 0o755 if path.stat().st_mode & 0o100 else 0o644) for name, path in named]


def write_tar(archive: Path, members: list[tuple[str, bytes, int]], time: int) -> None:
    """A .tar.gz without users, links and clocks: regular files alone, as krew unpacks them."""
    content = io.BytesIO()
    with tarfile.open(fileobj=content, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, file, mode in members:
            entry = tarfile.TarInfo(name)
            entry.size, entry.mode, entry.mtime = len(file), mode, time
            tar.addfile(entry, io.BytesIO(file))
    with archive.open("wb") as target, gzip.GzipFile(filename="", mode="wb", fileobj=target, compresslevel=9, mtime=time) as packed:
        packed.write(content.getvalue())


def write_zip(archive: Path, members: list[tuple[str, bytes, int]], time: int) -> None:
    """The same for Windows."""
    del time  # a zip's clock begins in 1980 and has no zone
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for name, file, mode in members:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, file)


def checksum(path: Path) -> str:
    """SHA-256 in lower case, as krew's index wants it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
