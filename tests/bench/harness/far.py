"""A loopback port → the same server, a round trip away."""

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def far_away(port: int, round_trip: float) -> Iterator[str]:
    """The URL of a proxy before a loopback port that delays every byte by half of `round_trip` seconds each way.

    The kernel opens connections to the proxy at once, so the round trip that opening one takes is added to its first bytes.
    """
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_accept, args=(listener, port, round_trip), daemon=True).start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}"
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _accept(listener: socket.socket, port: int, round_trip: float) -> None:
    with suppress(OSError):
        while True:
            client, _ = listener.accept()
            server = socket.create_connection(("127.0.0.1", port))
            for end in (client, server):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            opened = time.monotonic() + round_trip
            for source, target in ((client, server), (server, client)):
                due: queue.Queue[tuple[float, bytes]] = queue.Queue()
                threading.Thread(target=_take, args=(source, due, opened, round_trip / 2), daemon=True).start()
                threading.Thread(target=_give, args=(target, due), daemon=True).start()


def _take(source: socket.socket, due: queue.Queue[tuple[float, bytes]], opened: float, delay: float) -> None:
    part = b"begin"
    while part:
        try:
            part = source.recv(1 << 18)
        except OSError:
            part = b""
        due.put((max(time.monotonic(), opened) + delay, part))


def _give(target: socket.socket, due: queue.Queue[tuple[float, bytes]]) -> None:
    with suppress(OSError):
        while True:
            moment, part = due.get()
            time.sleep(max(0.0, moment - time.monotonic()))
            if not part:
                target.shutdown(socket.SHUT_WR)
                return
            target.sendall(part)
