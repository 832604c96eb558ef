"""A cluster in trouble: what is shown is true, and what could not be read is said."""

import itertools
import json
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from tests.bench.harness.large_cluster import DRIVER, node_name, resource_slices
from tests.connection.certificates import make_certificates
from tests.connection.faulty import (
    Damage,
    Fault,
    FaultyServer,
    Upstream,
    answers,
    badly_packed,
    closes,
    cut,
    delays,
    drips,
    faulty_server,
    resets,
    rewrites,
    sends,
    shortened,
    unpacked,
    whole,
)
from tests.connection.recording import written
from tests.controlplane import access
from tests.controlplane.client import MERGE_PATCH, Document
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.live.conftest import started
from tests.live.shell import PROGRAMS

pytestmark = pytest.mark.live

NODES = 700
"""Slices, which are asked for in one list of some megabytes."""

CLAIMS = "/resourceclaims"
CLAIM_COUNT = 600
"""Claims, which are asked for in pages: two. The last one holds a device, so that its page is missed where it is not read."""

HELD = {"request": "gpu", "driver": DRIVER, "pool": node_name(7), "device": "gpu-3"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A control plane, a proxy before it, and what is true of the cluster."""

    plane: ControlPlane
    server: FaultyServer
    kubeconfig: Path
    truth: str

    def run(self, *words: str, fault: Fault | None = None) -> subprocess.CompletedProcess[str]:
        """``kubectl-dra`` on the troubled server."""
        self.server.fault = fault
        self.server.seen.clear()
        return subprocess.run(self.command(*words), env=self.environment(), capture_output=True, text=True, timeout=300, check=False)

    def command(self, *words: str) -> list[str]:
        """The words of a shell."""
        return [str(PROGRAMS / "kubectl-dra"), *words]

    def environment(self) -> dict[str, str]:
        """The kubeconfig of the troubled server."""
        return {"KUBECONFIG": str(self.kubeconfig), "HOME": str(self.kubeconfig.parent), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trouble]:
    """700 slices behind a proxy that can do damage."""
    certificates = make_certificates(tmp_path_factory.mktemp("pki"))
    with (
        started(Settings(release="1.37"), tmp_path_factory.mktemp("trouble")) as plane,
        faulty_server(plane.port, plane.certificate, certificates) as server,
    ):
        plane.client().apply_quickly(resource_slices(range(NODES)))
        plane.client().apply_quickly(claim(number) for number in range(CLAIM_COUNT))
        last = f"/apis/resource.k8s.io/v1/namespaces/default/resourceclaims/{claim(CLAIM_COUNT - 1)['metadata']['name']}/status"
        plane.client().call("PATCH", last, {"status": {"allocation": {"devices": {"results": [HELD]}}}}, MERGE_PATCH)
        kubeconfig = written(tmp_path_factory.mktemp("home"), "config", access.kubeconfig(server.url, certificates.path("ca.crt")))
        calm = Trouble(plane=plane, server=server, kubeconfig=kubeconfig, truth="")
        ran = calm.run("devices", "-o", "json")
        assert (ran.returncode, len(json.loads(ran.stdout)["items"])) == (0, NODES * 8), ran.stderr
        assert [device["device"] for device in json.loads(ran.stdout)["items"] if device["state"] != "free"] == ["gpu-3"]
        yield replace(calm, truth=ran.stdout)


def devices_in(output: str) -> list[Document]:
    """The devices of an answer, without the age of what holds them."""
    return [device | {"reason": ""} for device in json.loads(output)["items"]]


def claim(number: int) -> Document:
    """A claim of some class."""
    request = {"name": "gpu", "exactly": {"deviceClassName": "gpu"}}
    metadata = {"name": f"claim-{number:04}", "namespace": "default"}
    return {"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "metadata": metadata, "spec": {"devices": {"requests": [request]}}}


def unchanged(answer: Upstream) -> Upstream:
    """Nothing changed."""
    return answer


RECOVERS: dict[str, Fault] = {
    "a slow answer": Fault(damage=delays(0.3)),
    "an answer in drips": Fault(damage=drips(0.05)),
    "a first connection that is closed": Fault(damage=closes, times=1),
    "a second page that is closed": Fault(damage=closes, path=CLAIMS, first=1, times=1),
    "a reset": Fault(damage=resets, times=1),
    "two resets in a row": Fault(damage=resets, times=2),
    "a body cut at its start": Fault(damage=cut(0), times=1),
    "a body cut in its middle": Fault(damage=cut(20_000), times=1),
    "a second page cut in its middle": Fault(damage=cut(500), path=CLAIMS, first=1, times=1),
    "a claim list cut at its first byte": Fault(damage=cut(1), path=CLAIMS, times=1),
    "500 once": Fault(damage=answers(500), times=1),
    "502 with a page of a load balancer": Fault(damage=answers(502, b"<html>Bad Gateway</html>"), times=1),
    "503 with Retry-After": Fault(damage=answers(503, Retry_After="1"), times=1),
    "504 on the second page": Fault(damage=answers(504), path=CLAIMS, first=1, times=1),
    "429 with Retry-After": Fault(damage=answers(429, Retry_After="1"), times=2),
    "429 on every kind": Fault(damage=answers(429, Retry_After="1"), path="/apis/", times=2),
    "410 on the second page": Fault(damage=answers(410), path=CLAIMS, first=1, times=1),
    "410 on every second page": Fault(damage=answers(410), path="continue="),
    "410 on the first page": Fault(damage=answers(410), times=1),
    "no gzip": Fault(damage=rewrites(unpacked)),
    "chunks": Fault(damage=rewrites(unchanged, chunked=True)),
    "a length that is too long": Fault(damage=rewrites(unchanged, length=10_000_000, keeps=False), times=1),
    "a connection closed after each answer": Fault(damage=rewrites(unchanged, keeps=False), path="/"),
    "gzip that ends early": Fault(damage=rewrites(badly_packed), times=1),
    "no HTTP": Fault(damage=sends(b"SSH-2.0-OpenSSH_9.2\r\n"), times=1),
    "/version that fails": Fault(damage=answers(500), path="/version"),
    "/version that is a web page": Fault(damage=answers(200, b"<html>"), path="/version"),
    "/version that is cut": Fault(damage=cut(3), path="/version"),
    "discovery that is forbidden": Fault(damage=answers(403), path="/apis/resource.k8s.io$"),
}
"""Trouble that passes, or that does not matter: the answer is the truth, and the exit code 0."""


@pytest.mark.parametrize("name", RECOVERS)
def test_trouble_that_passes_changes_nothing(trouble: Trouble, name: str) -> None:
    """What is printed is what is printed without trouble."""
    ran = trouble.run("devices", "-o", "json", fault=RECOVERS[name])
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stderr
    assert devices_in(ran.stdout) == devices_in(trouble.truth)


LASTING: dict[str, Damage] = {
    "500": answers(500),
    "503 without words": answers(503, b""),
    "403": answers(403),
    "404": answers(404, b"404 page not found\n"),
    "410 without end": answers(410),
    "429 for an hour": answers(429, Retry_After="3600"),
    "a redirect": answers(302, b"", Location="https://elsewhere.test/"),
    "a web page": answers(200, b"<html>log in</html>"),
    "nothing": answers(200, b""),
    "another object": answers(200, b'{"kind":"Pod","apiVersion":"v1"}'),
    "half a list of the right length": rewrites(shortened),
    "connections that end": closes,
    "bodies that are cut": cut(9),
    "early hints alone": sends(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"),
    "gzip that ends early": rewrites(badly_packed),
    "no HTTP": sends(b"\x00\x01\x02\x03"),
}
"""Trouble that does not pass."""


@pytest.mark.parametrize("name", LASTING)
def test_devices_that_cannot_be_read_are_not_shown(trouble: Trouble, name: str) -> None:
    """Without slices there is no answer: exit code 3, one sentence or finding that says so, and no device."""
    ran = trouble.run("devices", "-o", "json", fault=Fault(damage=LASTING[name]))
    assert ran.returncode == 3, ran.stderr
    assert "Traceback" not in ran.stderr
    assert ran.stderr.strip()
    assert ran.stdout == ""


@pytest.mark.parametrize("name", LASTING)
def test_claims_that_cannot_be_read_make_devices_unknown(trouble: Trouble, name: str) -> None:
    """Without claims every device is listed, and none is called free."""
    ran = trouble.run("devices", "-o", "json", fault=Fault(damage=LASTING[name], path=CLAIMS))
    assert "Traceback" not in ran.stderr
    report = json.loads(ran.stdout)
    assert len(report["items"]) == NODES * 8
    assert {device["state"] for device in report["items"]} == {"unknown"}
    assert [unread["resource"] for unread in report["unread"]] == ["resourceclaims"]


def test_a_server_that_hangs_is_left_at_the_time_limit(trouble: Trouble) -> None:
    """--request-timeout holds for a server that accepts and says nothing."""
    started_at = time.monotonic()
    ran = trouble.run("devices", "--request-timeout=1s", fault=Fault(damage=delays(90), path="/"))
    assert (ran.returncode, ran.stdout) == (3, "")
    assert "in time" in ran.stderr
    assert time.monotonic() - started_at < 80


def test_a_401_is_told_once(trouble: Trouble) -> None:
    """A credential that is not accepted ends the command with one sentence."""
    ran = trouble.run("devices", fault=Fault(damage=answers(401), path="/"))
    assert (ran.returncode, ran.stdout, ran.stderr.count("\n")) == (3, "", 1)


def test_a_server_that_restarts_in_mid_list_is_waited_for(trouble: Trouble) -> None:
    """The API server is killed while it is asked, and started again: the list that comes is whole."""
    restart = threading.Thread(target=trouble.plane.restart_api_server, daemon=True)
    tries = itertools.count()

    def damage(client: socket.socket, ask: Callable[[], Upstream]) -> bool:
        match next(tries):
            case 0:
                restart.start()
                return False
            case 1:
                pass  # nobody is there, or somebody who is about to end
            case _:
                restart.join()  # however long this machine needs for it
        return whole(client, ask)

    ran = trouble.run("devices", "-o", "json", fault=Fault(damage=damage, path=CLAIMS, first=1))
    assert not restart.is_alive()
    assert ran.returncode == 0, ran.stderr
    assert devices_in(ran.stdout) == devices_in(trouble.truth)
