"""A server and the environment → the proxy in between, and a socket through it.

Followed here: golang.org/x/net ``http/httpproxy`` (which Go's HTTP client uses) and apimachinery ``util/net/http.go``
``NewProxierWithNoProxyCIDR``. A ``proxy-url`` of the kubeconfig is used for every host; proxy variables are not used for this machine
itself and for what NO_PROXY names.
"""

from __future__ import annotations

import base64
import socket
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

import msgspec

from kubectl_dra.cluster.errors import BadKubeconfig, Unreachable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from ipaddress import IPv4Address, IPv6Address

CONNECT_SECONDS = 30.0
"""How long a connection may take to come about, as kubectl's dialer has it."""

_PORTS = {"http": 80, "https": 443, "socks5": 1080, "socks5h": 1080}
_LONGEST_ANSWER = 65536


class Proxy(msgspec.Struct, frozen=True, kw_only=True):
    """A proxy; ``username`` and ``password`` are empty where it asks for none."""

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""

    def __repr__(self) -> str:
        """Without the password."""
        return f"Proxy({self.name!r})"

    @property
    def name(self) -> str:
        """``scheme://host:port``."""
        return f"{self.scheme}://{bracketed(self.host)}:{self.port}"

    def authorization(self) -> str:
        """The Proxy-Authorization header, empty for none."""
        if not self.username and not self.password:
            return ""
        return "Basic " + base64.b64encode(f"{self.username}:{self.password}".encode()).decode()


def proxy_for(server: SplitResult, proxy_url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy to ``server``, None for a direct connection. Raises BadKubeconfig for a ``proxy_url`` that is none."""
    if proxy_url:
        return _proxy(proxy_url)
    names = ("HTTPS_PROXY", "https_proxy") if server.scheme == "https" else ("HTTP_PROXY", "http_proxy")
    address = _first(environment, *names)
    if not address or not _uses_proxy(server, _first(environment, "NO_PROXY", "no_proxy")):
        return None
    parts = _split(address)
    if parts is None or not parts.scheme or not parts.netloc:
        address = f"http://{address}"
    return _proxy(address)


def open_socket(host: str, port: int, proxy: Proxy | None, *, tunnel: bool) -> socket.socket:
    """A connected socket to ``host``, through the proxy where there is one; ``tunnel`` is whether the proxy must pass bytes on as they are.

    Raises Unreachable, and OSError as the socket raises it.
    """
    if proxy is None:
        return _connected(host, port)
    try:
        raw = _connected(proxy.host, proxy.port)
    except OSError as error:
        raise Unreachable(f"proxy {proxy.name} cannot be reached: {_words(error)}", where=proxy.name) from error
    try:
        if proxy.scheme in {"socks5", "socks5h"}:
            _socks5(raw, host, port, proxy)
        elif tunnel:
            _connect(raw, host, port, proxy)
    except BaseException:
        raw.close()
        raise
    return raw


def bracketed(host: str) -> str:
    """A host as it stands in a URL."""
    return f"[{host}]" if ":" in host else host


def _connected(host: str, port: int) -> socket.socket:
    # bytes spare the import of the idna codec where the name is ASCII
    name: str | bytes = host.encode() if host.isascii() else host
    connection = socket.create_connection((name, port), CONNECT_SECONDS)  # type: ignore[arg-type]  # getaddrinfo takes bytes
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def _first(environment: Mapping[str, str], *names: str) -> str:
    return next((environment[name] for name in names if environment.get(name)), "")


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _proxy(url: str) -> Proxy:
    parts = _split(url)
    if parts is None or parts.scheme not in _PORTS or not parts.hostname:
        raise BadKubeconfig("the proxy's URL is not one of http, https or socks5 with a host")
    return Proxy(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or _PORTS[parts.scheme],
        username=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
    )


def _uses_proxy(server: SplitResult, no_proxy: str) -> bool:
    """Follows ``useProxy``: never for this machine, nor for a host that NO_PROXY names."""
    host = (server.hostname or "").lower()
    port = server.port or _PORTS.get(server.scheme, 0)
    address = _ip_address(host)
    if host == "localhost" or (address is not None and address.is_loopback):
        return False
    return not any(_matches(entry.strip().lower(), host, port) for entry in no_proxy.split(",") if entry.strip())


def _matches(entry: str, host: str, port: int) -> bool:
    """One entry of NO_PROXY: ``*``, a network, an address, a domain, each with a port or without."""
    if entry == "*":
        return True
    address = _ip_address(host)
    if "/" in entry:
        import ipaddress  # noqa: PLC0415  (8 ms that few need)

        try:
            return address is not None and address in ipaddress.ip_network(entry, strict=False)
        except (ValueError, TypeError):
            return False
    name, wanted_port = _without_port(entry)
    if wanted_port and wanted_port != str(port):
        return False
    wanted_address = _ip_address(name)
    if wanted_address is not None:
        return address == wanted_address
    name = name.removeprefix("*")
    return bool(name) and address is None and (host.endswith(name if name.startswith(".") else f".{name}") or host == name)


def _without_port(entry: str) -> tuple[str, str]:
    if entry.startswith("["):
        name, _, port = entry[1:].partition("]")
        return name, port.removeprefix(":")
    name, colon, port = entry.rpartition(":")
    return (name, port) if colon and ":" not in name else (entry, "")


def _ip_address(host: str) -> IPv4Address | IPv6Address | None:
    if not host or not (host[0].isdigit() or ":" in host):
        return None
    import ipaddress  # noqa: PLC0415

    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _connect(raw: socket.socket, host: str, port: int, proxy: Proxy) -> None:
    target = f"{bracketed(host)}:{port}"
    lines = [f"CONNECT {target} HTTP/1.1", f"Host: {target}", "User-Agent: kubectl-dra"]
    if proxy.authorization():
        lines.append(f"Proxy-Authorization: {proxy.authorization()}")
    raw.sendall("\r\n".join([*lines, "", ""]).encode())
    answer = b""
    while b"\r\n\r\n" not in answer:
        # one byte at a time: what follows the empty line is the server's
        byte = raw.recv(1)
        answer += byte
        if not byte or len(answer) > _LONGEST_ANSWER:
            raise Unreachable(f"proxy {proxy.name} closed the connection before it was open to {target}", where=proxy.name)
    status = answer.split(b"\r\n", 1)[0].decode("latin-1").split(" ", 1)[-1]
    if not status.startswith("200"):
        shown = "".join(character if character.isprintable() else "?" for character in status)
        raise Unreachable(f"proxy {proxy.name} does not connect to {target}: {shown}", where=proxy.name)


def _socks5(raw: socket.socket, host: str, port: int, proxy: Proxy) -> None:
    """RFC 1928 with RFC 1929; the proxy resolves the name."""
    wants_login = bool(proxy.username or proxy.password)
    raw.sendall(b"\x05\x02\x00\x02" if wants_login else b"\x05\x01\x00")
    method = _exactly(raw, 2, proxy)[1]
    if method == 2 and wants_login:  # noqa: PLR2004  (RFC 1929)
        username, password = proxy.username.encode()[:255], proxy.password.encode()[:255]
        raw.sendall(bytes([1, len(username)]) + username + bytes([len(password)]) + password)
        if _exactly(raw, 2, proxy)[1] != 0:
            raise Unreachable(f"proxy {proxy.name} does not accept the user name and password", where=proxy.name)
    elif method != 0:
        raise Unreachable(f"proxy {proxy.name} offers no way to log in that is known here", where=proxy.name)
    name = host.encode("idna") if not host.isascii() else host.encode()
    raw.sendall(b"\x05\x01\x00\x03" + bytes([len(name)]) + name + port.to_bytes(2, "big"))
    answer = _exactly(raw, 4, proxy)
    if answer[1] != 0:
        raise Unreachable(f"proxy {proxy.name} does not connect to {host}:{port}: SOCKS reply {answer[1]}", where=proxy.name)
    length = {1: 4, 4: 16}.get(answer[3]) or _exactly(raw, 1, proxy)[0]
    _exactly(raw, length + 2, proxy)


def _exactly(raw: socket.socket, count: int, proxy: Proxy) -> bytes:
    received = b""
    while len(received) < count:
        part = raw.recv(count - len(received))
        if not part:
            raise Unreachable(f"proxy {proxy.name} closed the connection", where=proxy.name)
        received += part
    return received


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
