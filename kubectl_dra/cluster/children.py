"""Programs that this one has started and waits for: none of them outlives it."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from typing import TYPE_CHECKING

from kubectl_dra.cluster.side_by_side import Read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 0.25
"""Seconds in which a program may end by itself: Ctrl-C reached it as well, and it may have a terminal to put right."""

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.Lock()
"""Held while one is started, never by the main thread: what Ctrl-C interrupts there must not be a start that nobody would know of."""


@contextlib.contextmanager
def started(
    command: Sequence[str],
    environment: Mapping[str, str],
    *,
    executable: str | None = None,
    reads_terminal: bool = True,
    hears: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """A program whose output is piped to us, with ``hears`` also what it says on standard error; it has ended when this is left.

    Raises OSError and ValueError where it cannot be started.
    """

    def start() -> subprocess.Popen[bytes]:
        with _lock:
            process = subprocess.Popen(
                command,
                executable=executable,
                env=environment,
                stdin=None if reads_terminal else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE if hears else None,
            )
            _running.add(process)
        return process

    starting = Read(start)
    starter = threading.Thread(target=starting.run)
    starter.start()
    starter.join()
    process = starting.value()
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)
        _running.discard(process)


def end_children() -> None:
    """Ends whatever still runs, for another thread waits for it that will not get to do so. A second call does not wait for the first."""
    if _lock.acquire(timeout=8 * _PATIENCE):
        for process in tuple(_running):
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for insist in (process.terminate, process.kill):
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            if process.poll() is not None:
                return
            time.sleep(0.01)
        insist()
    process.wait()
