"""A component and its flags → a running process, which ends with whoever started it, or by its recorded id."""

import os
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

SHOWN_LINES: Final = 5


class ComponentEnded(Exception):
    """A component ended by itself; the message holds the last lines that it wrote."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One running component.

    While we hold its standard input open it runs: when this process ends, whether by itself, by a signal or by kill -9, the kernel closes
    the pipe, and the component exits.
    """

    name: str
    process: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def started(cls, program: Path, name: str, flags: Sequence[str], folder: Path, *, attached: bool) -> Self:
        """Start a component, which writes its log to `NAME.log`.

        One that is not attached outlives this process, and `NAME.pid` tells `end_recorded` how to end it.
        """
        log = folder / f"{name}.log"
        words = [str(program), *(["attached"] if attached else []), name, *flags]
        environment = {key: value for key, value in os.environ.items() if key != "KUBECONFIG"}
        with log.open("wb") as output:
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if attached else subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                start_new_session=True,
            )
        if not attached:
            (folder / f"{name}.pid").write_text(str(process.pid))
        return cls(name=name, process=process, log=log)

    def require_running(self) -> None:
        """Raise ComponentEnded when the component has ended."""
        if self.process.poll() is not None:
            raise ComponentEnded(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")

    def last_words(self) -> str:
        """The last lines of the log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-SHOWN_LINES:])

    def stop(self) -> None:
        """End the component. Nothing that it holds is worth keeping, so it is not asked first."""
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()


def end_recorded(folder: Path) -> list[str]:
    """End the components that were started in a folder and left running; their names."""
    ended = []
    for file in sorted(folder.glob("*.pid")):
        process = int(file.read_text())
        if is_of(process, folder):
            os.kill(process, signal.SIGKILL)
            ended.append(file.stem)
        file.unlink()
    return ended


def is_of(process: int, folder: Path) -> bool:
    """Whether a process id still belongs to a component of this folder, and not to some later stranger."""
    try:
        return os.fsencode(folder) in Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return False
