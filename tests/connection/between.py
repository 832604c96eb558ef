"""Proxies that pass bytes on and keep what they were asked for: CONNECT, and SOCKS 5."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(slots=True)
class RecordingProxy:
    """A running proxy; ``targets`` are ``HOST:PORT AUTHORIZATION`` of every connection that was asked for."""

    address: str = ""
    targets: list[str] = field(default_factory=list)
    redirect: Callable[[str, int], tuple[str, int]] = lambda host, port: (host, port)

    def taken(self) -> list[str]:
        """What has come since the last call."""
        targets, self.targets = self.targets, []
        return targets


@contextmanager
def connect_proxy(answer: bytes = b"HTTP/1.1 200 Connection established\r\n\r\n") -> Iterator[RecordingProxy]:
    """A proxy for CONNECT that answers with ``answer`` and, where that begins with 200, passes everything on."""

    def opened(client: socket.socket, proxy: RecordingProxy) -> socket.socket | None:
        head = b""
        while b"\r\n\r\n" not in head:
            part = client.recv(4096)
            if not part:
                return None
            head += part
        lines = head.decode("latin-1").split("\r\n")
        method, target, _ = lines[0].split(" ")
        authorization = next((line.split(": ", 1)[1] for line in lines if line.lower().startswith("proxy-authorization:")), "")
        proxy.targets.append(f"{method} {target} {authorization}".strip())
        client.sendall(answer)
        if b" 200 " not in answer:
            return None
        host, _, port = target.rpartition(":")
        return socket.create_connection(proxy.redirect(host, int(port)), 10)

    with _proxy(opened) as proxy:
        yield proxy


@contextmanager
def socks_proxy() -> Iterator[RecordingProxy]:
    """A SOCKS 5 proxy without login that resolves names."""

    def opened(client: socket.socket, proxy: RecordingProxy) -> socket.socket | None:
        greeting = client.recv(2)
        client.recv(greeting[1])
        client.sendall(b"\x05\x00")
        kind = client.recv(4)[3]
        host = client.recv(client.recv(1)[0]).decode() if kind == 3 else socket.inet_ntoa(client.recv(4))
        port = int.from_bytes(client.recv(2), "big")
        proxy.targets.append(f"SOCKS {host}:{port}")
        upstream = socket.create_connection(proxy.redirect(host, port), 10)
        client.sendall(b"\x05\x00\x00\x01\x7f\x00\x00\x01\x00\x00")
        return upstream

    with _proxy(opened) as proxy:
        yield proxy


@contextmanager
def _proxy(opened: Callable[[socket.socket, RecordingProxy], socket.socket | None]) -> Iterator[RecordingProxy]:
    listener = socket.create_server(("127.0.0.1", 0))
    proxy = RecordingProxy(address=f"127.0.0.1:{listener.getsockname()[1]}")

    def serve(client: socket.socket) -> None:
        with suppress(OSError, IndexError, ValueError), client:
            upstream = opened(client, proxy)
            if upstream is not None:
                with upstream:
                    back = threading.Thread(target=pass_on, args=(upstream, client), daemon=True)
                    back.start()
                    pass_on(client, upstream)
                    back.join()

    def accept() -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    try:
        yield proxy
    finally:
        listener.close()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    """Copies bytes until the source ends, then ends the target's side too."""
    with suppress(OSError):
        while part := source.recv(65536):
            target.sendall(part)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)
