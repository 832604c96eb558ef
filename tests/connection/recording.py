"""A server that answers like an API server with nothing in it, and keeps what arrives.

It asks for a client certificate and is content without one. What it keeps of a request is what decides who asked for what, and how.
"""

import http.server
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.connection.certificates import Certificates

KEPT_HEADERS = ("Authorization", "Host", "Accept-Encoding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One request, as far as it tells who asks."""

    server: str
    path: str
    headers: tuple[tuple[str, str], ...]
    client_certificate: str
    server_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What to answer."""

    status: int = 200
    body: bytes = b'{"kind":"List","apiVersion":"v1","metadata":{"resourceVersion":"1"},"items":[]}'
    headers: tuple[tuple[str, str], ...] = ()


Answering = Callable[[Arrival, int], Reply]
"""From a request and how many came before it to what is answered."""


def nothing_there(arrival: Arrival, before: int) -> Reply:
    """An empty list, whatever is asked for."""
    del arrival, before
    return Reply()


@dataclass(slots=True)
class RecordingServer:
    """A running server. ``url`` is where it listens, ``arrivals`` what has come so far."""

    name: str
    url: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    answering: Answering = nothing_there
    lock: threading.Lock = field(default_factory=threading.Lock)
    server_names: dict[int, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """The port alone."""
        return int(self.url.rpartition(":")[2])

    def taken(self) -> list[Arrival]:
        """What has come since the last call."""
        with self.lock:
            arrivals, self.arrivals = self.arrivals, []
        return arrivals


@contextmanager
def recording_server(name: str, certificates: Certificates | None) -> Iterator[RecordingServer]:
    """A server on a loopback port, over TLS where there are certificates."""
    recording = RecordingServer(name=name)

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            arrival = self._arrival()
            with recording.lock:
                before = len(recording.arrivals)
                recording.arrivals.append(arrival)
            reply = recording.answering(arrival, before)
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(reply.body)))
            for header, value in reply.headers:
                self.send_header(header, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def _arrival(self) -> Arrival:
            kept = [
                (header, value)
                for header, value in self.headers.items()
                if header.title() in KEPT_HEADERS or header.lower().startswith("impersonate-")
            ]
            return Arrival(
                server=recording.name,
                path=self.path,
                headers=tuple(sorted((header.title(), value) for header, value in kept)),
                client_certificate=_common_name(self.connection),
                server_name=recording.server_names.get(id(self.connection), ""),
            )

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the base class names it)
            del format, args

    class Server(http.server.ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            del request, client_address  # a client that goes away is part of the tests

    server = Server(("127.0.0.1", 0), Handler)
    scheme = "http"
    if certificates is not None:
        context = server_context(certificates)
        context.sni_callback = lambda connection, asked, _: recording.server_names.__setitem__(id(connection), asked or "")
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        scheme = "https"
    recording.url = f"{scheme}://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield recording
    finally:
        server.shutdown()
        server.server_close()


def server_context(certificates: Certificates) -> ssl.SSLContext:
    """TLS that asks for a client certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.path("server.crt"), certificates.path("server.key"))
    context.load_verify_locations(certificates.path("ca.crt"))
    context.verify_mode = ssl.CERT_OPTIONAL
    return context


def status(code: int, reason: str, message: str) -> Reply:
    """A Status, as the API server answers when it does not do what it is asked."""
    body = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": reason, "message": message, "code": code}
    return Reply(status=code, body=json.dumps(body).encode())


def _common_name(connection: object) -> str:
    peer = connection.getpeercert() if isinstance(connection, ssl.SSLSocket) else None
    subject = (peer or {}).get("subject", ())
    return next((str(pair[1]) for part in subject for pair in part if pair[0] == "commonName"), "")


def written(folder: Path, name: str, text: str) -> Path:
    """A file with ``text``; folders on the way are made."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path
