"""A connected socket → HTTP/1.1 on it: one GET at a time, answered whole.

The standard library's ``http.client`` does the same for 11 ms more at every start, most of it for the parser of e-mail headers. What is
read here is what RFC 9112 lets a server send: a length, chunks, or everything until the connection ends. All else is a BadAnswer.
"""

from __future__ import annotations

import time
import zlib
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable, Iterator

SILENCE_SECONDS = 75.0
"""How long a server may send nothing: the API server itself gives a request up after 60 s."""

_BLOCK = 1 << 18
_LONGEST_HEAD = 1 << 18
_OK = 200
_NO_CONTENT = 204
_NOT_MODIFIED = 304


class BadAnswer(Exception):
    """What came is no HTTP answer, or not all of one."""


class NoAnswer(BadAnswer):
    """The connection ended before the first byte of an answer."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What the server answered: HTTP status and its reason phrase, headers in lower case, and the whole body, unpacked."""

    status: int
    headers: dict[str, str]
    body: bytes
    phrase: str = ""


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """An answer without its body."""

    status: int
    phrase: str
    headers: dict[str, str]
    keeps_alive: bool


class Body:
    """What becomes of a body: kept whole, as here, or looked at while it comes in by one that overrides this."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def add(self, part: bytes) -> None:
        """Takes the next part, which may be empty."""
        self._parts.append(part)

    def whole(self) -> bytes:
        """All of it, after the last part."""
        return b"".join(self._parts)


class HttpConnection:
    """One socket and what was received on it beyond the last answer."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._received = bytearray()
        self._deadline = float("inf")

    def close(self) -> None:
        """Ends the connection."""
        self._socket.close()

    def send(self, target: str, headers: list[tuple[str, str]], deadline: float) -> Head:
        """Sends a GET and reads the head of its answer; ``deadline`` is of the monotonic clock and holds for the body as well.

        Raises BadAnswer, NoAnswer, and OSError as the socket raises it.
        """
        self._deadline = deadline
        lines = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers), "", ""]
        self._limit()
        self._socket.sendall("\r\n".join(lines).encode())
        return _head(self._until(b"\r\n\r\n"))

    def body(self, head: Head, body: Body) -> bytes:
        """The body that follows ``head``, unpacked as it comes in. Raises BadAnswer, and OSError as the socket raises it."""
        inflate = zlib.decompressobj(wbits=31) if head.headers.get("content-encoding", "").lower() == "gzip" else None
        for part in self._parts(head):
            try:
                body.add(inflate.decompress(part) if inflate else part)
            except zlib.error as error:
                raise BadAnswer("the body is not gzip") from error
        if inflate is not None and not inflate.eof:
            raise BadAnswer("the body ends early")
        return body.whole()

    def _parts(self, head: Head) -> Iterable[bytes]:
        if head.status in {_NO_CONTENT, _NOT_MODIFIED}:
            return ()
        if head.headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        length = head.headers.get("content-length", "")
        if length.isascii() and length.isdigit():
            return self._exactly(int(length))
        if length:
            raise BadAnswer("the length is no number")
        return self._rest()

    def _exactly(self, length: int) -> Iterator[bytes]:
        received = bytes(self._received[:length])
        del self._received[:length]
        yield received
        left = length - len(received)
        while left:
            part = self._receive(min(left, _BLOCK))
            if not part:
                raise BadAnswer("the body ends early")
            yield part
            left -= len(part)

    def _chunks(self) -> Iterator[bytes]:
        while True:
            size = self._until(b"\r\n").partition(b";")[0].strip()
            try:
                length = int(size, 16)
            except ValueError:
                raise BadAnswer("the size of a chunk is no number") from None
            if length == 0:
                while self._until(b"\r\n"):
                    pass  # trailers
                return
            yield from self._exactly(length)
            if self._until(b"\r\n"):
                raise BadAnswer("a chunk does not end where it says")

    def _rest(self) -> Iterator[bytes]:
        yield bytes(self._received)
        self._received.clear()
        while part := self._receive(_BLOCK):
            yield part

    def _until(self, end: bytes) -> bytes:
        """What comes before ``end``, which is taken as well."""
        searched = 0
        while (found := self._received.find(end, searched)) < 0:
            searched = max(0, len(self._received) - len(end))
            part = self._receive(_BLOCK)
            if not part:
                raise BadAnswer("the head ends early") if self._received else NoAnswer
            self._received += part
            if len(self._received) > _LONGEST_HEAD + _BLOCK:
                raise BadAnswer("the head has no end")
        taken = bytes(self._received[:found])
        del self._received[: found + len(end)]
        return taken

    def _receive(self, most: int) -> bytes:
        self._limit()
        return self._socket.recv(most)

    def _limit(self) -> None:
        """Lets the next wait on the socket last until the deadline, and no longer than a live server would make it last."""
        remaining = self._deadline - time.monotonic()
        if remaining <= 0:
            raise TimeoutError
        self._socket.settimeout(min(remaining, SILENCE_SECONDS))


def _head(text: bytes) -> Head:
    status_line, *lines = text.decode("latin-1").split("\r\n")
    version, _, status = status_line.partition(" ")
    code, _, phrase = status.partition(" ")
    if version not in {"HTTP/1.1", "HTTP/1.0"} or len(code) != 3 or not code.isdigit() or int(code) < _OK:  # noqa: PLR2004  (RFC 9112)
        raise BadAnswer("the answer is not HTTP")
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    connection = headers.get("connection", "").lower()
    is_framed = "content-length" in headers or headers.get("transfer-encoding", "").lower() == "chunked"
    keeps_alive = is_framed and "close" not in connection and (version == "HTTP/1.1" or "keep-alive" in connection)
    return Head(status=int(code), phrase=phrase, headers=headers, keeps_alive=keeps_alive)
