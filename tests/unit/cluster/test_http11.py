"""HTTP/1.1 as servers and what stands before them speak it."""

import gzip
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from kubectl_dra.cluster.http11 import Answer, BadAnswer, Body, HttpConnection, NoAnswer

BODY = b"x" * 70_000


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two connected sockets: ours, and the server's."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def exchanged(ends: tuple[socket.socket, socket.socket], content: bytes) -> Answer:
    """The answer that the bytes of a server amount to."""
    ours, theirs = ends
    connection = HttpConnection(ours)

    def serve() -> None:
        with suppress(OSError):
            theirs.recv(65536)
            theirs.sendall(content)
            theirs.shutdown(socket.SHUT_WR)

    threading.Thread(target=serve, daemon=True).start()
    head = connection.send("/", [("Host", "h")], time.monotonic() + 5)
    return Answer(status=head.status, headers=head.headers, body=connection.body(head, Body()), phrase=head.phrase)


def written(body: bytes, *lines: str, status: str = "200 OK") -> bytes:
    """An answer as a server writes it."""
    return "\r\n".join([f"HTTP/1.1 {status}", *lines, "", ""]).encode() + body


def chunked(body: bytes, size: int = 1000) -> bytes:
    """A body in chunks."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%X;note=1\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\nTrailer: t\r\n\r\n"


@pytest.mark.parametrize(
    "content",
    [
        written(BODY, f"Content-Length: {len(BODY)}"),
        written(chunked(BODY), "Transfer-Encoding: chunked"),
        written(BODY, "Connection: close"),
        written(gzip.compress(BODY), "Content-Encoding: gzip", "Connection: close"),
        written(chunked(gzip.compress(BODY), 7), "Content-Encoding: gzip", "Transfer-Encoding: chunked"),
        written(BODY, f"content-length:{len(BODY)}").replace(b"HTTP/1.1", b"HTTP/1.0"),
    ],
)
def test_a_body_comes_whole(ends: tuple[socket.socket, socket.socket], content: bytes) -> None:
    """By length, in chunks, until the end; packed or not."""
    assert exchanged(ends, content).body == BODY


@pytest.mark.parametrize(
    "content",
    [
        written(BODY[:-1], f"Content-Length: {len(BODY)}"),
        written(chunked(BODY)[:-30], "Transfer-Encoding: chunked"),
        written(chunked(BODY)[:-9], "Transfer-Encoding: chunked"),
        written(gzip.compress(BODY)[:-1], "Content-Encoding: gzip"),
        written(b"not gzip", "Content-Encoding: gzip", "Content-Length: 8"),
        written(b"", "Content-Encoding: gzip", "Content-Length: 0"),
        written(b"zz\r\n", "Transfer-Encoding: chunked"),
        written(b"5\r\nhelloworld\r\n", "Transfer-Encoding: chunked"),
        written(b"", "Content-Length: -1"),
        written(b"", "Content-Length: 1e3"),
        written(b"", status="103 Early Hints"),
        b"SSH-2.0-OpenSSH\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nhalf",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"\x00" * 1_000_000,
    ],
)
def test_half_an_answer_is_none(ends: tuple[socket.socket, socket.socket], content: bytes) -> None:
    """What is cut or is not HTTP is never taken for an answer."""
    with pytest.raises(BadAnswer):
        exchanged(ends, content)


def test_a_connection_that_ends_at_once_had_no_answer(ends: tuple[socket.socket, socket.socket]) -> None:
    """That is told apart, for a kept connection may end between two requests."""
    with pytest.raises(NoAnswer):
        exchanged(ends, b"")


def test_an_answer_may_come_byte_by_byte(ends: tuple[socket.socket, socket.socket]) -> None:
    """However it is cut into packets, it reads the same; two answers on one connection stay apart."""
    ours, theirs = ends
    connection = HttpConnection(ours)
    content = written(chunked(b"first"), "Transfer-Encoding: chunked") + written(b"second", "Content-Length: 6")

    def serve() -> None:
        for index in range(len(content)):
            theirs.sendall(content[index : index + 1])

    threading.Thread(target=serve, daemon=True).start()
    bodies = []
    for _ in range(2):
        head = connection.send("/", [], time.monotonic() + 5)
        bodies.append(connection.body(head, Body()))
    assert bodies == [b"first", b"second"]


@pytest.mark.parametrize("is_packed", [False, True])
def test_a_body_is_seen_while_the_rest_is_to_come(ends: tuple[socket.socket, socket.socket], *, is_packed: bool) -> None:
    """The beginning of a body is there, unpacked, before its end has been sent."""
    ours, theirs = ends
    connection = HttpConnection(ours)
    text = bytes(random.Random(7).choices(b"abcdefgh", k=200_000))
    content = gzip.compress(text) if is_packed else text
    encoding = "Content-Encoding: gzip\r\n" if is_packed else ""
    answer = written(content, f"{encoding}Content-Length: {len(content)}")
    was_seen = threading.Event()

    class Seen(Body):
        def add(self, part: bytes) -> None:
            super().add(part)
            if part:
                was_seen.set()

    def serve() -> None:
        theirs.sendall(answer[:-1000])
        assert was_seen.wait(5)
        theirs.sendall(answer[-1000:])

    threading.Thread(target=serve, daemon=True).start()
    assert connection.body(connection.send("/", [], time.monotonic() + 5), Seen()) == text


def test_time_runs_out(ends: tuple[socket.socket, socket.socket]) -> None:
    """The deadline holds for a body that drips for ever."""
    ours, theirs = ends
    connection = HttpConnection(ours)

    def serve() -> None:
        with suppress(OSError):
            theirs.sendall(written(b"", "Content-Length: 1000000"))
            for _ in range(100):
                time.sleep(0.02)
                theirs.sendall(b"x")

    threading.Thread(target=serve, daemon=True).start()
    head = connection.send("/", [], time.monotonic() + 0.2)
    with pytest.raises(TimeoutError):
        connection.body(head, Body())
    ours.close()


@pytest.mark.parametrize("seed", range(300))
def test_damaged_answers_end_in_one_way(ends: tuple[socket.socket, socket.socket], seed: int) -> None:
    """Any damage to an answer is a BadAnswer or a whole body, never anything else."""
    dice = random.Random(seed)
    content = bytearray(written(chunked(gzip.compress(b"hello"), 3), "Content-Encoding: gzip", "Transfer-Encoding: chunked"))
    for _ in range(dice.randrange(1, 4)):
        content[dice.randrange(len(content))] = dice.randrange(256)
    try:
        exchanged(ends, bytes(content))
    except BadAnswer:
        return
