"""A request that failed → tried again, as often and as late as makes sense, or told.

Followed here: client-go ``rest/with_retry.go``: what the server asks for with ``Retry-After`` on 429 and 5xx is honoured, ten times at
most. Beyond it: 5xx without ``Retry-After``, refused connections and bodies cut short are tried again a few times, for every request here
only reads.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kubectl_dra.cluster.errors import TimedOut, Unreachable, Untrusted

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cluster.http11 import Answer

MOST_ASKED_RETRIES = 10
LONGEST_WAIT = 120.0
"""Seconds that waiting for one request may take in all."""

PAUSES = (0.1, 0.4, 1.0)
"""Seconds before each further try that the server did not ask for, while it is not known to be there at all."""

PATIENT_PAUSES = (0.1, 0.4, 1.0, 2.0, 4.0)
"""The same for a server that has answered before: one that restarts is back in that time."""

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500


def answered(exchange: Callable[[], Answer], pauses: tuple[float, ...] = PAUSES, sleep: Callable[[float], None] = time.sleep) -> Answer:
    """The first answer that is not a passing failure, else the last one. Raises Unreachable where the last try had none."""
    asked, waited, unasked = 0, 0.0, 0
    while True:
        failure: Unreachable | None = None
        answer: Answer | None = None
        try:
            answer = exchange()
        except (TimedOut, Untrusted):
            raise
        except Unreachable as error:
            failure = error
        pause = retry_after(answer)
        if answer is not None and not _is_passing(answer):
            return answer
        if pause is not None and asked < MOST_ASKED_RETRIES and waited + pause <= LONGEST_WAIT:
            asked += 1
        elif pause is None and unasked < len(pauses) and not _is_throttled(answer):
            pause = pauses[unasked]
            unasked += 1
        elif answer is not None:
            return answer
        else:
            assert failure is not None  # noqa: S101  (one of the two is there)
            raise failure
        sleep(pause)
        waited += pause


def retry_after(answer: Answer | None) -> float | None:
    """The seconds that the server asks to wait; None where it does not say, or says a date. Follows ``checkWait``."""
    if answer is None or not _is_passing(answer):
        return None
    text = answer.headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() else None


def _is_passing(answer: Answer) -> bool:
    return answer.status == _TOO_MANY_REQUESTS or answer.status >= _SERVER_ERROR


def _is_throttled(answer: Answer | None) -> bool:
    return answer is not None and answer.status == _TOO_MANY_REQUESTS and "retry-after" in answer.headers
