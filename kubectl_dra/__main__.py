"""``python -m kubectl_dra``, and where the installed programs begin.

Ctrl-C must be quiet from here on, in the middle of an import as well, where a KeyboardInterrupt comes out as something else.
"""

from __future__ import annotations

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
    """Ends the program on Ctrl-C at once, unless it was started to ignore that."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _leave)


def _leave(*_: object) -> None:
    """Nothing that the program holds needs putting away but the programs that it has started itself; a second Ctrl-C waits for nothing."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    try:
        getattr(sys.modules.get(_CHILDREN), "end_children", list)()
    finally:
        os._exit(INTERRUPTED)


if __name__ == "__main__":
    program()
