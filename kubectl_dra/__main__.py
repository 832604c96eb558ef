"""``python -m kubectl_dra``, and where the installed programs begin.

Ctrl-C must be quiet from here on, in the middle of an import as well, where a KeyboardInterrupt comes out as something else.
"""

from __future__ import annotations

import os
import signal

INTERRUPTED = 130


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
    """Ends the program on Ctrl-C at once, unless it was started to ignore that. Nothing that it holds needs putting away."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))


if __name__ == "__main__":
    program()
