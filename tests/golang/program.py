"""Go sources → a program in the cache, built once for each state of the sources.

The cache is `$KUBECTL_DRA_TEST_CACHE`, or `~/.cache/kubectl-dra-tests`. A program lies at `RELEASE/NAME-HASH/NAME`; the hash is taken
over everything that decides what is built, so that two checkouts can share one cache. A lock lets one of several builders work.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

SHOWN_LINES: Final = 20
"""Lines of Go's complaint that a failed build repeats."""


class GoIsMissing(Exception):
    """There is no Go to build with, and the program is not in the cache."""


class BuildFailed(Exception):
    """Go refused to build; the message ends with what Go said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoProgram:
    """What a program is built from.

    `folder` holds the Go files, and `v1.37.mod` with `v1.37.sum` for each release. `package` is the package to build: the folder itself,
    or one of the modules that it requires.
    """

    name: str
    release: str
    folder: Path
    package: str = "."
    linker_flags: str = "-s -w"

    @property
    def module_file(self) -> Path:
        """The release's go.mod."""
        return self.folder / f"v{self.release}.mod"

    @property
    def path(self) -> Path:
        """Where the built program lies, or will lie."""
        return cache() / self.release / f"{self.name}-{self.digest()[:12]}" / self.name

    def digest(self) -> str:
        """A hash over all that decides what is built."""
        content = hashlib.sha256(f"{self.package}\0{self.linker_flags}".encode())
        for file in (self.module_file, self.module_file.with_suffix(".sum"), *sorted(self.folder.glob("*.go"))):
            content.update(file.read_bytes())
        return content.hexdigest()

    def built(self) -> Path:
        """The program's path; what the cache lacks is built first.

        Raises GoIsMissing and BuildFailed.
        """
        path = self.path
        if path.exists():
            return path
        if shutil.which("go") is None:
            raise GoIsMissing(f"Go is not on PATH, so {self.name} {self.release} cannot be built")
        with one_builder(path.parent.with_suffix(".lock")):
            if not path.exists():
                self._build(path)
        return path

    def _build(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(".unfinished")
        arguments = [
            "-modfile",
            self.module_file.name,
            "-tags",
            build_tag(self.release),
            "-ldflags",
            self.linker_flags,
            "-o",
            str(unfinished),
        ]
        say(f"{self.name} {self.release}: building (about a minute warm, several minutes cold)")
        begun = time.monotonic()
        go = subprocess.run(["go", "build", *arguments, self.package], cwd=self.folder, capture_output=True, text=True, check=False)
        if go.returncode:
            raise BuildFailed(f"{self.name} {self.release}: go build failed\n" + "\n".join(go.stderr.splitlines()[-SHOWN_LINES:]))
        unfinished.rename(path)
        say(f"{self.name} {self.release}: built in {time.monotonic() - begun:.0f} s, {path.stat().st_size / 1e6:.0f} MB")


def cache() -> Path:
    """The folder of everything that is built."""
    return Path(os.environ.get("KUBECTL_DRA_TEST_CACHE") or Path.home() / ".cache" / "kubectl-dra-tests")


def build_tag(release: str) -> str:
    """The tag under which Go files for one release only are built: 1.34 → kubernetes_1_34."""
    return "kubernetes_" + release.replace(".", "_")


@contextmanager
def one_builder(lock: Path) -> Iterator[None]:
    """Hold a lock that other processes on this machine respect, and that ends with this process."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def say(line: str) -> None:
    """Print progress at once, beside the output."""
    print(line, file=sys.stderr, flush=True)
