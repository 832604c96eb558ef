"""Settings → a running control plane."""

import http.client
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

from tests.controlplane import access, audit, components
from tests.controlplane.client import ApiClient, Refused
from tests.controlplane.processes import Component, ComponentEnded
from tests.controlplane.program import control_plane_program
from tests.controlplane.settings import Settings

READY_SECONDS: Final = 60
POLL_SECONDS: Final = 0.05
ATTEMPTS: Final = 3
"""How often a start is tried: a port that was free may be taken before we listen on it."""


class ControlPlane:
    """Four components on loopback ports, with all that they write in one folder.

    Starting takes some 3 seconds and 700 MB. Without a kubelet, pods stay bound and Pending: what a kubelet would write, a test posts.
    """

    def __init__(self, settings: Settings, folder: Path, *, attached: bool = True) -> None:
        self.settings = settings
        self.folder = folder
        self.program = control_plane_program(settings.release).built()
        self._attached = attached
        self._components: list[Component] = []
        self._clients: dict[str, ApiClient] = {}
        self.port = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def server(self) -> str:
        """The API server's URL."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def kubeconfig(self) -> Path:
        """A kubeconfig whose contexts are named like the users of `access`; the admin's is current."""
        return self.folder / "kubeconfig"

    @property
    def certificate(self) -> Path:
        """What the API server's certificate is checked against."""
        return self.folder / "certs" / "apiserver.crt"

    @property
    def kubectl(self) -> Path:
        """The release's kubectl, in a folder that can be put on PATH."""
        return self.folder / "bin" / "kubectl"

    def client(self, user: str = access.ADMIN) -> ApiClient:
        """A user's view of the API server."""
        if user not in self._clients:
            self._clients[user] = ApiClient(self.port, self.certificate, access.token(user))
        return self._clients[user]

    def audited(self, user: str) -> list[audit.AuditedRequest]:
        """What a user has asked for so far; the settings must ask for an audit log."""
        return [request for request in audit.audited_requests(self.folder / "audit.log") if request.user == user]

    def start(self) -> None:
        """Start all components and wait until the API server is ready.

        Raises ComponentEnded when one of them ends by itself.
        """
        for attempt in range(ATTEMPTS):
            try:
                self._start()
            except ComponentEnded as ended:
                self.stop()
                if "address already in use" not in str(ended) or attempt == ATTEMPTS - 1:
                    raise
            else:
                return

    def stop(self) -> None:
        """End all components, and the connections to them."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for component in reversed(self._components):
            component.stop()
        self._components.clear()

    def restart_api_server(self) -> None:
        """End the API server as a crash does, and start it again on the same port, with the same data; returns when it is ready."""
        for component in [component for component in self._components if component.name == "kube-apiserver"]:
            component.stop()
            self._components.remove(component)
        for client in self._clients.values():
            client.close()
        self._clients.clear()
        for attempt in range(ATTEMPTS):
            self._run("kube-apiserver", components.kube_apiserver(self.folder, self._ports, self.settings))
            try:
                self._wait_until(self._is_ready)
            except ComponentEnded as ended:
                self._components.pop().stop()
                # somebody else's connection may have been given the port meanwhile, and gives it back
                if "address already in use" not in str(ended) or attempt == ATTEMPTS - 1:
                    raise
                time.sleep(1)
            else:
                return

    def _start(self) -> None:
        self._ports = ports = self._prepare()
        self._run("etcd", components.etcd(self.folder, ports))
        self._run("kube-apiserver", components.kube_apiserver(self.folder, ports, self.settings))
        self._wait_until(self._is_ready)
        self._run("kube-scheduler", components.kube_scheduler(self.kubeconfig, self.settings))
        self._run("kube-controller-manager", components.kube_controller_manager(self.kubeconfig, self.settings))

    def _prepare(self) -> components.Ports:
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "bin").mkdir(parents=True)
        self.kubectl.symlink_to(self.program)
        ports = components.free_ports()
        self.port = ports.api
        (self.folder / "tokens.csv").write_text(access.token_file())
        (self.folder / "audit-policy.yaml").write_text(audit.POLICY)
        (self.folder / "signing.key").write_bytes(subprocess.run([self.program, "signing-key"], capture_output=True, check=True).stdout)
        self.kubeconfig.write_text(access.kubeconfig(self.server, self.certificate))
        return ports

    def _run(self, name: str, flags: Sequence[str]) -> None:
        self._components.append(Component.started(self.program, name, flags, self.folder, attached=self._attached))

    def _wait_until(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not condition():
            for component in self._components:
                component.require_running()
            if time.monotonic() > deadline:
                raise ComponentEnded(f"the API server was not ready within {READY_SECONDS} s: {self._components[-1].last_words()}")
            time.sleep(POLL_SECONDS)

    def _is_ready(self) -> bool:
        try:
            return self.certificate.exists() and bool(self.client().read("/readyz") and self.client().read("/api/v1/namespaces/default"))
        except (OSError, http.client.HTTPException, Refused):
            return False
