"""A proxy before the real API server that does to answers what networks, load balancers and servers in trouble do to them."""

import gzip
import http.client
import json
import socket
import ssl
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.connection.certificates import Certificates


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """An answer of the real API server, as it came: headers and a body that may be packed."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def unpacked(self) -> bytes:
        """The body as text."""
        return gzip.decompress(self.body) if dict(self.headers).get("Content-Encoding") == "gzip" else self.body


Damage = Callable[[socket.socket, Callable[[], Upstream]], bool]
"""Answers on a connection, perhaps after asking the real server; returns whether the connection may be used again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens to which answers: those whose path contains ``path``, from the ``first`` such request on, ``times`` times.

    ``$`` at the end of ``path`` stands for the end of the path, before its query.
    """

    damage: Damage
    path: str = "/resourceslices"
    first: int = 0
    times: int = 1_000_000


@dataclass(slots=True)
class FaultyServer:
    """A running proxy; ``seen`` counts requests by path without query."""

    url: str = ""
    fault: Fault | None = None
    seen: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next_damage(self, path: str) -> Damage | None:
        """The damage for a request, None for none."""
        with self.lock:
            fault = self.fault
            if fault is None or fault.path not in f"{path.partition('?')[0]}${path}":
                return None
            number = self.seen[fault.path]
            self.seen[fault.path] += 1
        return fault.damage if fault.first <= number < fault.first + fault.times else None


@contextmanager
def faulty_server(port: int, authority: Path, certificates: Certificates) -> Iterator[FaultyServer]:
    """A proxy before the API server at ``port``, over TLS on both sides."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.path("server.crt"), certificates.path("server.key"))
    trusting = ssl.create_default_context(cafile=str(authority))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = FaultyServer(url=f"https://127.0.0.1:{listener.getsockname()[1]}")

        def serve(raw: socket.socket) -> None:
            with suppress(OSError, ValueError, http.client.HTTPException), context.wrap_socket(raw, server_side=True) as client:
                while True:
                    target, headers = _request(client)
                    ask = lambda: _asked(port, trusting, target, headers)  # noqa: B023, E731  (called before the next request)
                    damage = server.next_damage(target)
                    if not (damage(client, ask) if damage else whole(client, ask)):
                        return

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        try:
            yield server
        finally:
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def whole(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
    """The real answer, untouched."""
    client.sendall(_written(ask()))
    return True


def answers(status: int, body: bytes | None = None, **headers: str) -> Damage:
    """Another answer than the server's: a Status of that code, or ``body``."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        del ask
        reason = {410: "Expired", 429: "TooManyRequests", 403: "Forbidden", 401: "Unauthorized"}.get(status, "InternalError")
        document = json.dumps(
            {"kind": "Status", "apiVersion": "v1", "reason": reason, "message": f"the test says {status}", "code": status}
        )
        shown = tuple((name.replace("_", "-"), value) for name, value in headers.items())
        client.sendall(_written(Upstream(status=status, headers=shown, body=document.encode() if body is None else body)))
        return True

    return damage


def cut(after: int) -> Damage:
    """The real answer's head and so many bytes of its body, then the end."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        content = _written(ask())
        client.sendall(content[: content.index(b"\r\n\r\n") + 4 + after])
        return False

    return damage


def closes(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
    """No answer: the connection ends."""
    del client, ask
    return False


def resets(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
    """No answer: the connection is reset."""
    del ask
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def delays(seconds: float) -> Damage:
    """The real answer, late."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        time.sleep(seconds)
        return whole(client, ask)

    return damage


def drips(seconds: float) -> Damage:
    """The real answer, in pieces with pauses between them."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        content = _written(ask())
        for start in range(0, len(content), len(content) // 8 + 1):
            client.sendall(content[start : start + len(content) // 8 + 1])
            time.sleep(seconds)
        return True

    return damage


def sends(content: bytes) -> Damage:
    """Bytes that are no answer, and the end."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        del ask
        client.sendall(content)
        return False

    return damage


def rewrites(change: Callable[[Upstream], Upstream], *, chunked: bool = False, length: int | None = None, keeps: bool = True) -> Damage:
    """The real answer, changed; in chunks, or under a length that is not its own, where that is asked for."""

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        client.sendall(_written(change(ask()), chunked=chunked, length=length))
        return keeps

    return damage


def unpacked(answer: Upstream) -> Upstream:
    """The answer without gzip."""
    headers = tuple((name, value) for name, value in answer.headers if name != "Content-Encoding")
    return Upstream(status=answer.status, headers=headers, body=answer.unpacked)


def shortened(answer: Upstream) -> Upstream:
    """Half of the text, under a length that fits it: what a proxy makes of an answer that was cut behind it."""
    plain = unpacked(answer)
    return Upstream(status=plain.status, headers=plain.headers, body=plain.body[: len(plain.body) // 2])


def badly_packed(answer: Upstream) -> Upstream:
    """The packed body without its last bytes, under a length that fits."""
    packed = gzip.compress(answer.unpacked)
    return Upstream(status=answer.status, headers=(*unpacked(answer).headers, ("Content-Encoding", "gzip")), body=packed[:-20])


def _request(client: socket.socket) -> tuple[str, list[tuple[str, str]]]:
    head = b""
    while b"\r\n\r\n" not in head:
        part = client.recv(65536)
        if not part:
            raise ConnectionError
        head += part
    lines = head.decode("latin-1").split("\r\n")
    pairs = [line.split(": ", 1) for line in lines[1:] if ": " in line]
    return lines[0].split(" ")[1], [(name, value) for name, value in pairs]


def _asked(port: int, context: ssl.SSLContext, target: str, headers: list[tuple[str, str]]) -> Upstream:
    connection = http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=60)
    try:
        connection.request("GET", target, headers=dict(headers))
        response = connection.getresponse()
        kept = tuple((name, value) for name, value in response.getheaders() if name in {"Content-Type", "Content-Encoding", "Retry-After"})
        return Upstream(status=response.status, headers=kept, body=response.read())
    finally:
        connection.close()


def _written(answer: Upstream, *, chunked: bool = False, length: int | None = None) -> bytes:
    framing = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {len(answer.body) if length is None else length}"
    lines = [f"HTTP/1.1 {answer.status} Status", *(f"{name}: {value}" for name, value in answer.headers), framing, "", ""]
    head = "\r\n".join(lines).encode()
    if not chunked:
        return head + answer.body
    pieces = [answer.body[start : start + 5000] for start in range(0, len(answer.body), 5000)]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"
