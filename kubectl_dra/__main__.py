"""``python -m kubectl_dra``, and where the installed programs begin.

Ctrl-C must be quiet from here on, in the middle of an import as well, where a KeyboardInterrupt comes out as something else.
"""

from __future__ import annotations

import _thread
import os
import signal
import sys

INTERRUPTED = 130
_CHILDREN = "kubectl_dra.cluster.children"


def program() -> None:
    """``kubectl-dra``."""
    _leave_on_interrupt()
    from kubectl_dra import cli  # noqa: PLC0415  (after Ctrl-C is taken care of)

    cli.program()


def completer() -> None:
    """``kubectl_complete-dra``."""
    _leave_on_interrupt()
    from kubectl_dra import cli  # noqa: PLC0415  (after Ctrl-C is taken care of)

    cli.completer()


def _leave_on_interrupt() -> None:
    """Ends the program on Ctrl-C at once, unless it was started to ignore that.

    A handler runs in the main thread, which looks for signals before it waits for a lock and misses one that comes in between. So another
    thread waits for what the signal itself writes, where a pipe can be given to it.
    """
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        return
    signal.signal(signal.SIGINT, lambda *_: _leave())
    if os.name != "nt":
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        _thread.start_new_thread(_leave_when_told, (reader,))


def _leave_when_told(reader: int) -> None:
    while os.read(reader, 1) != bytes([signal.SIGINT]):
        pass  # another signal that somebody handles
    _leave()


def _leave() -> None:
    """Nothing that the program holds needs putting away but the programs that it has started itself."""
    try:
        getattr(sys.modules.get(_CHILDREN), "end_children", list)()
    finally:
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    program()
