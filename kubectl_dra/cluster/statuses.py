"""An Answer that is no success → the error that says so.

The API's own answers are ``Status`` objects; whatever stands between may answer with anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.apimachinery.decode import decode_json
from kubectl_dra.cluster.credentials import without_control_characters
from kubectl_dra.cluster.errors import (
    Expired,
    Forbidden,
    NotFound,
    NotServed,
    ServerFailed,
    ServerRefused,
    Throttled,
    Unauthorized,
)

if TYPE_CHECKING:
    from kubectl_dra.cluster.http11 import Answer

OK = 200
_CLASSES: dict[int, type[ServerRefused]] = {401: Unauthorized, 403: Forbidden, 404: NotServed, 410: Expired, 429: Throttled}
_LONGEST_MESSAGE = 1000


class _Details(msgspec.Struct, frozen=True):
    name: str | None = None


class _Status(msgspec.Struct, frozen=True):
    kind: str | None = None
    message: str | None = None
    reason: str | None = None
    details: _Details | None = None


def refusal(answer: Answer, path: str) -> ServerRefused:
    """The error that an answer with a status other than 200 stands for, in the server's own words where it has any."""
    status = _status_of(answer.body)
    kind = _CLASSES.get(answer.status, ServerFailed)
    if answer.status == 404 and status.details is not None and status.details.name:  # noqa: PLR2004  (HTTP)
        kind = NotFound
    message = without_control_characters((status.message or "").strip())[:_LONGEST_MESSAGE]
    if 300 <= answer.status < 400:  # noqa: PLR2004  (HTTP)
        message = "the server redirects to another address, which is not followed"
    return kind(
        message or f"the server answers with HTTP status {answer.status}", where=path, status=answer.status, reason=status.reason or ""
    )


def _status_of(body: bytes) -> _Status:
    try:
        status = decode_json(body, _Status)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _Status()
    return status if status.kind == "Status" else _Status()
