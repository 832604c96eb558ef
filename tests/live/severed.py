"""A server that dies in the middle of an answer: a proxy that stops after so many bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

BLOCK = 16_384


@contextmanager
def severed(port: int, after: int) -> Iterator[str]:
    """The URL of a proxy before a loopback port, which cuts every connection when the server has sent `after` bytes on it."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=accept, args=(listener, port, after), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def accept(listener: socket.socket, port: int, after: int) -> None:
    """Serve connections until the listener is closed."""
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            threading.Thread(target=forward, args=(client, port, after), daemon=True).start()


def forward(client: socket.socket, port: int, after: int) -> None:
    """Carry bytes both ways until the server has sent enough."""
    with client, socket.create_connection(("127.0.0.1", port)) as server, suppress(OSError):
        threading.Thread(target=carry, args=(client, server), daemon=True).start()
        while after > 0 and (block := server.recv(min(BLOCK, after))):
            client.sendall(block)
            after -= len(block)
        for side in (client, server):
            side.shutdown(socket.SHUT_RDWR)


def carry(source: socket.socket, target: socket.socket) -> None:
    """Carry bytes one way until either side ends."""
    with suppress(OSError):
        while block := source.recv(BLOCK):
            target.sendall(block)
