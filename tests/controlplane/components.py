"""Settings → the flags of each component.

What differs from a cluster in use: etcd does not wait for the disk, tokens stand in a file, nodes are not born with the not-ready taint and
pods need no ServiceAccount, since no kubelet will take the one away and no controller makes the other.
"""

import socket
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.controlplane.settings import Settings

ETCD_BYTES: Final = 4 << 30
"""Room for a list of hundreds of thousands of devices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The loopback ports of one control plane."""

    etcd_client: int
    etcd_peer: int
    api: int


def free_ports() -> Ports:
    """Three ports that nobody listens on now; somebody else may take one before we do."""
    with ExitStack() as open_sockets:
        numbers = []
        for _ in range(3):
            listener = open_sockets.enter_context(socket.socket())
            listener.bind(("127.0.0.1", 0))
            numbers.append(int(listener.getsockname()[1]))
    return Ports(etcd_client=numbers[0], etcd_peer=numbers[1], api=numbers[2])


def etcd(folder: Path, ports: Ports) -> list[str]:
    """A store of one member, in a folder of its own."""
    client, peer = f"http://127.0.0.1:{ports.etcd_client}", f"http://127.0.0.1:{ports.etcd_peer}"
    listen = ["--listen-client-urls", client, "--listen-peer-urls", peer]
    advertise = ["--advertise-client-urls", client, "--initial-advertise-peer-urls", peer, "--initial-cluster", f"default={peer}"]
    storage = ["--data-dir", str(folder / "etcd"), "--unsafe-no-fsync", "--quota-backend-bytes", str(ETCD_BYTES)]
    return [*listen, *advertise, *storage, "--log-level", "error"]


def kube_apiserver(folder: Path, ports: Ports, settings: Settings) -> list[str]:
    """Serving on loopback with a certificate of its own making, users from a file, RBAC."""
    key = str(folder / "signing.key")
    serving = ["--bind-address", "127.0.0.1", "--secure-port", str(ports.api), "--cert-dir", str(folder / "certs")]
    tokens = ["--service-account-key-file", key, "--service-account-signing-key-file", key]
    users = ["--token-auth-file", str(folder / "tokens.csv"), "--authorization-mode", "RBAC"]
    network = ["--service-account-issuer", "https://kubernetes.default.svc", "--service-cluster-ip-range", "10.0.0.0/24"]
    admission = ["--disable-admission-plugins", "ServiceAccount,TaintNodesByCondition"]
    etcd_server = ["--etcd-servers", f"http://127.0.0.1:{ports.etcd_client}"]
    audit = (
        ["--audit-policy-file", str(folder / "audit-policy.yaml"), "--audit-log-path", str(folder / "audit.log")] if settings.audit else []
    )
    served = ["--runtime-config", settings.runtime_config, *settings.gate_flags]
    return [*etcd_server, *serving, *tokens, *users, *network, *admission, *served, *(audit if settings.audit else [])]


def kube_scheduler(kubeconfig: Path, settings: Settings) -> list[str]:
    """The scheduler alone, so that it need not be elected."""
    return [*of_a_client(kubeconfig), "-v", str(settings.scheduler_verbosity), *settings.gate_flags]


def kube_controller_manager(kubeconfig: Path, settings: Settings) -> list[str]:
    """The controllers that the settings name."""
    return [*of_a_client(kubeconfig), "--controllers", settings.running_controllers, *settings.gate_flags]


def of_a_client(kubeconfig: Path) -> list[str]:
    """What the components that use the API server have in common: no election, no port of their own."""
    return ["--kubeconfig", str(kubeconfig), "--leader-elect=false", "--secure-port", "0"]
