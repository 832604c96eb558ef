"""Ctrl-C at any moment: quiet, exit code 130, and nothing is left behind, no file and no program."""

import fcntl
import json
import os
import signal
import socket
import subprocess
import termios
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.connection.pipes import waiting_in
from tests.connection.recording import written
from tests.live.shell import PROGRAMS

PATIENCE = 30.0
"""Seconds after which something will not happen any more, however slow the machine is."""

PLUGIN = """#!/bin/sh
{ignoring}echo $$ > "$0.pid"
exec sleep 60
"""
DISCOVERY: dict[str, dict[str, object]] = {
    "/version": {"gitVersion": "v1.37.0"},
    "/apis/resource.k8s.io": {"versions": [{"version": "v1"}]},
}
PAGE: dict[str, object] = {"kind": "PodList", "apiVersion": "v1", "metadata": {"resourceVersion": "1", "continue": "more"}, "items": []}


@contextmanager
def running(words: list[str], home: Path, *, output: int = subprocess.PIPE) -> Iterator[subprocess.Popen[bytes]]:
    """``kubectl-dra`` in a process group of its own, as a shell starts it; killed if it is still there at the end."""
    (home / "temporary").mkdir()
    environment = {"KUBECONFIG": str(home / "config"), "HOME": str(home), "PATH": "/usr/bin:/bin", "TMPDIR": str(home / "temporary")}
    process = subprocess.Popen(
        # whoever is started in the background, as by a CI, has been told to ignore it
        ["env", "--default-signal=INT", str(PROGRAMS / "kubectl-dra"), *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def wait_until(has_come: Callable[[], bool]) -> None:
    """Returns when it is true; fails when it will not be."""
    deadline = time.monotonic() + PATIENCE
    while not has_come():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def interrupted(process: subprocess.Popen[bytes], *, alone: bool = False) -> tuple[int, bytes, bytes]:
    """What becomes of it after Ctrl-C, which a terminal sends to the whole group: exit code, output, and what it says."""
    if alone:
        process.send_signal(signal.SIGINT)
    else:
        os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=PATIENCE)
    return process.returncode, output or b"", errors


def is_running(number: int) -> bool:
    """Whether there is such a process; one that has ended and that nobody has asked about does not count."""
    with suppress(FileNotFoundError, ProcessLookupError):
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def kubeconfig(home: Path, server: str, user: str) -> Path:
    """Of one server and one user."""
    text = (
        f"clusters: [{{name: c, cluster: {{server: '{server}', insecure-skip-tls-verify: true}}}}]\nusers: [{{name: u, user: {user}}}]\n"
        "contexts: [{name: x, context: {cluster: c, user: u}}]\ncurrent-context: x\n"
    )
    return written(home, "config", text)


@pytest.mark.parametrize("alone", [False, True], ids=["the whole group", "us alone"])
@pytest.mark.parametrize("ignoring", ["", "trap '' INT\n"], ids=["", "a plugin that ignores it"])
@pytest.mark.parametrize("command", ["devices", "version"])
def test_while_a_plugin_runs(tmp_path: Path, command: str, ignoring: str, *, alone: bool) -> None:
    """The exec credential plugin ends with us, whichever thread waits for it."""
    plugin = written(tmp_path, "login", PLUGIN.format(ignoring=ignoring))
    plugin.chmod(0o755)
    fields = f"{{exec: {{apiVersion: client.authentication.k8s.io/v1, command: {plugin}, interactiveMode: Never}}}}"
    kubeconfig(tmp_path, "https://127.0.0.1:9", fields)
    number = tmp_path / "login.pid"
    with running([command], tmp_path) as process:
        wait_until(lambda: number.exists() and number.read_text().endswith("\n"))
        assert interrupted(process, alone=alone) == (130, b"", b"")
    assert not is_running(int(number.read_text()))
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.parametrize("answers_first_pages", [False, True], ids=["the first page", "the second page"])
def test_while_a_list_is_awaited(tmp_path: Path, *, answers_first_pages: bool) -> None:
    """A list that does not come, or not as a whole, is given up."""
    with paging_server(answers_first_pages=answers_first_pages) as (url, is_asked):
        kubeconfig(tmp_path, url, "{}")
        with running(["claims", "-A"], tmp_path) as process:
            assert is_asked.wait(PATIENCE)
            assert interrupted(process) == (130, b"", b"")
    assert list((tmp_path / "temporary").iterdir()) == []


def test_while_nobody_reads_what_is_printed(tmp_path: Path) -> None:
    """A pager that was left open does not keep the program: what is in the pipe stays there, and nothing more is waited for."""
    reader, writer = os.pipe()
    size = fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    with running(["devices", "--demo", "-o", "json"], tmp_path, output=writer) as process:
        os.close(writer)
        wait_until(lambda: waiting_in(reader) == size)
        assert interrupted(process)[::2] == (130, b"")
    os.close(reader)


@contextmanager
def paging_server(*, answers_first_pages: bool) -> Iterator[tuple[str, threading.Event]]:
    """A server whose lists do not come, or have a first page and no second one; the event says that it was asked for what does not come."""
    is_asked = threading.Event()

    def serve(client: socket.socket) -> None:
        with client, suppress(OSError):
            while request := client.recv(1 << 16):
                target = request.split(b" ", 2)[1].decode()
                document = DISCOVERY.get(target, PAGE)
                if document is PAGE and ("continue=" in target or not answers_first_pages):
                    is_asked.set()
                    client.recv(1)
                    return
                body = json.dumps(document, separators=(",", ":")).encode()
                client.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)

    with socket.create_server(("127.0.0.1", 0), backlog=64) as listener:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()

        threading.Thread(target=accept, daemon=True).start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", is_asked
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def test_while_a_password_is_typed(tmp_path: Path) -> None:
    """The terminal shows again what is typed: its settings are what they were before."""
    kubeconfig(tmp_path, "https://127.0.0.1:9", "{}")
    ours, theirs = os.openpty()
    before = termios.tcgetattr(theirs)
    process = subprocess.Popen(
        ["env", "--default-signal=INT", "setsid", "--ctty", str(PROGRAMS / "kubectl-dra"), "devices"],
        env={"KUBECONFIG": str(tmp_path / "config"), "HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.write(ours, b"jane\n")
    wait_until(lambda: not termios.tcgetattr(theirs)[3] & termios.ECHO)
    os.write(ours, b"\x03")
    assert process.wait(PATIENCE) == 130
    assert termios.tcgetattr(theirs) == before
    for end in (ours, theirs):
        os.close(end)
