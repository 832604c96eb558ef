"""Everything that the cases of the table speak of: servers, proxies, an issuer, certificates, and both programs that connect."""

import string
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.connection.between import RecordingProxy, connect_proxy, socks_proxy
from tests.connection.cases import Case
from tests.connection.certificates import Certificates, make_certificates
from tests.connection.issuer import Issuer, id_token, oidc_issuer
from tests.connection.plugin import credential, write_plugin
from tests.connection.recording import Arrival, RecordingServer, recording_server, written

PATH = "/api/v1/namespaces/default/pods?limit=500"
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one program did in one case."""

    code: int
    output: bytes
    errors: str
    arrivals: tuple[Arrival, ...]
    through: tuple[str, ...]
    kept: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What runs during the table."""

    folder: Path
    kubectl: Path
    certificates: Certificates
    servers: tuple[RecordingServer, ...]
    proxies: dict[str, RecordingProxy]
    issuer: Issuer
    id_tokens: tuple[str, str]
    """One that is valid, and one that has expired."""

    def values(self, home: Path) -> dict[str, str]:
        """What the names in a case stand for."""
        first, second, plain = self.servers
        pki = self.certificates.folder
        certificate, key = ((pki / name).read_text() for name in ("client.crt", "client.key"))
        printed = {
            "prints_token": credential(token="t-plugin"),
            "prints_beta": credential("v1beta1", token="t-beta"),
            "prints_certificate": credential(clientCertificateData=certificate, clientKeyData=key),
            "prints_half": credential(clientCertificateData=certificate),
            "prints_empty": credential(),
            "prints_pod": credential(kind="Pod", token="t"),
        }
        return printed | {
            "server": first.url,
            "server2": second.url,
            "plain": plain.url,
            "port": str(first.port),
            "plain_port": str(plain.port),
            "pki": str(pki),
            "ca": str(pki / "ca.crt"),
            "ca_data": self.certificates.data("ca.crt"),
            "ca_text": (pki / "ca.crt").read_text(),
            "client_crt": self.certificates.data("client.crt"),
            "client_key": self.certificates.data("client.key"),
            "home": str(home / "home"),
            "folder": str(home),
            "kept": str(home / "kept"),
            "proxy": self.proxies["connect"].address,
            "refusing": self.proxies["refusing"].address,
            "socks": self.proxies["socks"].address,
            "plain_proxy": plain.url.removeprefix("http://"),
            "issuer": self.issuer.url,
            "valid_id_token": self.id_tokens[0],
            "expired_id_token": self.id_tokens[1],
        }

    def run(self, case: Case, program: str) -> Outcome:
        """One program, in a folder and a home of its own. ``program`` is ``kubectl`` or ``ours``."""
        folder = self.folder / program / "".join(character if character.isalnum() else "-" for character in case.name)
        values = self.values(folder)
        written(folder, "home/token", " t-file\n")
        written(folder, "home/empty", "")
        pki = self.certificates.folder
        written(folder, "home/mixed.pem", f"# notes\n{(pki / 'other-ca.key').read_text()}\nmore\n{(pki / 'ca.crt').read_text()}\n")
        write_plugin(folder / "home")
        for name, text in case.files.items():
            written(folder, name, string.Template(text).substitute(values))
        flags = [string.Template(flag).substitute(values) for flag in case.flags]
        environment = {
            "HOME": str(folder / "home"),
            "PATH": f"{folder / 'home'}:{self.kubectl.parent}:/usr/bin:/bin",
            **{name: string.Template(value).substitute(values) for name, value in case.environment.items()},
        }
        self._forget()
        command = [str(self.kubectl), *flags, "get", "--raw", PATH]
        if program == "ours":
            command = [sys.executable, "-m", "tests.connection.ours", *flags, PATH]
            environment["PYTHONPATH"] = str(ROOT)
        finished = subprocess.run(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, timeout=180, check=False
        )
        kept = folder / "kept"
        return Outcome(
            code=finished.returncode,
            output=finished.stdout,
            errors=finished.stderr.decode(errors="replace"),
            arrivals=tuple(dict.fromkeys(arrival for server in self.servers for arrival in server.taken())),
            through=tuple(dict.fromkeys(self._seen_between(case))),
            kept=kept.read_text().replace(str(folder), "FOLDER") if kept.exists() else "",
        )

    def _seen_between(self, case: Case) -> list[str]:
        if case.through == "issuer":
            return self.issuer.refreshed
        return self.proxies[case.through].taken() if case.through else []

    def _forget(self) -> None:
        for server in self.servers:
            server.taken()
        for proxy in self.proxies.values():
            proxy.taken()
        self.issuer.refreshed.clear()


@contextmanager
def running_world(folder: Path, kubectl: Path) -> Iterator[World]:
    """All of it, started."""
    certificates = make_certificates(folder / "pki")
    with ExitStack() as running:
        servers = tuple(
            running.enter_context(recording_server(name, with_tls))
            for name, with_tls in (("first", certificates), ("second", certificates), ("plain", None))
        )
        proxies = {
            "connect": running.enter_context(connect_proxy()),
            "refusing": running.enter_context(connect_proxy(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")),
            "socks": running.enter_context(socks_proxy()),
        }
        for proxy in proxies.values():
            proxy.redirect = lambda _, port: ("127.0.0.1", port)
        yield World(
            folder=folder,
            kubectl=kubectl,
            certificates=certificates,
            servers=servers,
            proxies=proxies,
            issuer=running.enter_context(oidc_issuer(certificates)),
            id_tokens=(id_token(3600), id_token(-3600)),
        )


def linked_kubectl(folder: Path, program: Path) -> Path:
    """The control plane's program under the name by which it is kubectl."""
    folder.mkdir(parents=True, exist_ok=True)
    link = folder / "kubectl"
    link.symlink_to(program)
    return link
