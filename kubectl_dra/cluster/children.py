"""Programs that this one has started and waits for: none of them outlives it."""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PATIENCE = 0.25
"""Seconds in which a program may end by itself: Ctrl-C reached it as well, and it may have a terminal to put right."""

_running: set[subprocess.Popen[bytes]] = set()
_lock = threading.RLock()
"""Taken again by the thread that holds it where Ctrl-C comes while it starts something."""


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
    try:
        yield process
    finally:
        if process.poll() is None:
            _end(process)
        _running.discard(process)


def end_children() -> None:
    """Ends whatever still runs, for another thread waits for it that will not get to do so."""
    with _lock:
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
