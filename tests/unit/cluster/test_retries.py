"""When a request is tried again, and when that ends."""

import pytest

from kubectl_dra.cluster.errors import TimedOut, Unreachable, Untrusted
from kubectl_dra.cluster.http11 import Answer
from kubectl_dra.cluster.retries import LONGEST_WAIT, MOST_ASKED_RETRIES, PAUSES, answered

OK = Answer(status=200, headers={}, body=b"")


def status(code: int, after: str = "") -> Answer:
    """An answer of that status."""
    return Answer(status=code, headers={"retry-after": after} if after else {}, body=b"")


def outcome(*answers: Answer | Exception) -> tuple[int, list[float]]:
    """The status at the end, and the pauses; the last answer repeats for ever."""
    left = list(answers)
    pauses: list[float] = []

    def exchange() -> Answer:
        answer = left.pop(0) if len(left) > 1 else left[0]
        if isinstance(answer, Exception):
            raise answer
        return answer

    return answered(exchange, sleep=pauses.append).status, pauses


def test_success_is_taken_at_once() -> None:
    """Nothing is waited for."""
    assert outcome(OK) == (200, [])


@pytest.mark.parametrize("code", [400, 401, 403, 404, 409, 410, 422])
def test_a_refusal_is_final(code: int) -> None:
    """4xx but 429 would be answered the same way again."""
    assert outcome(status(code)) == (code, [])


def test_retry_after_is_honoured() -> None:
    """The pause is the server's."""
    assert outcome(status(429, "2"), status(503, "1"), OK) == (200, [2.0, 1.0])


def test_retry_after_is_honoured_ten_times() -> None:
    """As often as kubectl does."""
    assert outcome(status(429, "1")) == (429, [1.0] * MOST_ASKED_RETRIES)


def test_waiting_has_an_end() -> None:
    """A server that asks for hours is not waited for."""
    assert outcome(status(429, str(int(LONGEST_WAIT) + 1))) == (429, [])


@pytest.mark.parametrize("code", [500, 502, 503, 504])
def test_server_errors_are_tried_again(code: int) -> None:
    """Three times, without being asked to."""
    assert outcome(status(code)) == (code, list(PAUSES))


def test_a_date_is_not_seconds() -> None:
    """A Retry-After that is a date counts as none."""
    assert outcome(status(503, "Wed, 21 Oct 2026 07:28:00 GMT"), OK) == (200, [PAUSES[0]])


def test_no_answer_is_tried_again() -> None:
    """A refused connection may be a server that starts."""
    assert outcome(Unreachable("refused"), OK) == (200, [PAUSES[0]])
    with pytest.raises(Unreachable):
        outcome(Unreachable("refused"))


@pytest.mark.parametrize("error", [TimedOut("late"), Untrusted("who are you")])
def test_what_will_not_change_is_not_tried_again(error: Exception) -> None:
    """Time that is over and certificates that do not match stay so."""
    with pytest.raises(type(error)):
        outcome(error, OK)
