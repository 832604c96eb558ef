"""A path of the API → the server's answer, over one of two transports.

*Native* speaks HTTP/1.1 over the standard library's ``ssl``, keeps connections alive, and can be used by several
threads at once, each on its own connection. *kubectl* (``kubectl_transport``) runs ``kubectl get --raw`` for what is not ours to do: OIDC
refresh, which has to write the user's kubeconfig, and proxies that are reached over TLS.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
import time
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias
from urllib.parse import urlsplit

from kubectl_dra import __version__
from kubectl_dra.cluster.errors import TimedOut, Unreachable, Untrusted
from kubectl_dra.cluster.http11 import Answer, BadAnswer, Body, HttpConnection, NoAnswer
from kubectl_dra.cluster.options import go_duration
from kubectl_dra.cluster.proxies import bracketed, open_socket, proxy_for
from kubectl_dra.cluster.statuses import OK
from kubectl_dra.cluster.tls import tls_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kubectl_dra.cluster.credentials import Certificate, Credential
    from kubectl_dra.cluster.http_trace import HttpTrace
    from kubectl_dra.cluster.restconfig import RestConfig

HANDSHAKE_SECONDS = 10.0
"""How long a TLS handshake may take, as kubectl has it."""

USER_AGENT = f"kubectl-dra/{__version__}"

_PORTS = {"http": 80, "https": 443}
_UNAUTHORIZED = 401


NewBody: TypeAlias = "Callable[[], Body]"
"""Makes what each try of a request is put into, where it succeeds."""


class Transport(Protocol):
    """One way to the server."""

    def exchange(self, path: str, *, accept: str = "application/json", body: NewBody = Body) -> Answer:
        """GET of ``path`` (with its query), answered whole. Raises Unreachable, CredentialFailed; a status is never an exception here.

        ``body`` makes what a successful answer is put into.
        """

    def close(self) -> None:
        """Lets go of connections."""


class _Request(NamedTuple):
    """A GET: path with query, headers, the deadline of the monotonic clock, and what makes its body."""

    path: str
    headers: list[tuple[str, str]]
    deadline: float
    body: NewBody


class NativeTransport:
    """HTTP/1.1 over sockets of our own."""

    def __init__(self, config: RestConfig, credential: Credential, environment: Mapping[str, str], trace: HttpTrace | None = None) -> None:
        self._config = config
        self._credential = credential
        self._trace = trace
        self._server = urlsplit(config.server)
        self._port = self._server.port or _PORTS[self._server.scheme]
        self._proxy = proxy_for(self._server, config.proxy_url, environment)
        self._lock = threading.Lock()
        self._idle: list[HttpConnection] = []
        self._context: ssl.SSLContext | None = None
        self._certificate: Certificate | None = None

    def exchange(self, path: str, *, accept: str = "application/json", body: NewBody = Body) -> Answer:
        """One GET; a kept connection that the server has closed meanwhile is replaced by a new one."""
        answer = self._exchange_once(path, accept, body)
        if answer.status == _UNAUTHORIZED and self._credential.renew():
            return self._exchange_once(path, accept, body)
        return answer

    def close(self) -> None:
        """Closes the connections that wait for the next request."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _exchange_once(self, path: str, accept: str, body: NewBody) -> Answer:
        headers = self._headers(accept)
        if self._config.timeout:
            # the server is told as well, so that it need not work on
            path += f"{'&' if '?' in path else '?'}timeout={go_duration(self._config.timeout)}"
        certificate = self._credential.certificate() if self._server.scheme == "https" else None
        deadline = time.monotonic() + self._config.timeout if self._config.timeout else float("inf")
        request = _Request(path, headers, deadline, body)
        connection = self._kept(certificate)
        if connection is not None:
            with contextlib.suppress(_Stale):
                return self._send(connection, request, was_kept=True)
        return self._send(self._opened(certificate, deadline), request, was_kept=False)

    def _headers(self, accept: str) -> list[tuple[str, str]]:
        headers = [("Host", self._server.netloc.rpartition("@")[2]), ("Accept", accept), ("User-Agent", USER_AGENT)]
        if not self._config.disable_compression:
            headers.append(("Accept-Encoding", "gzip"))
        authorization = self._credential.authorization()
        if authorization:
            headers.append(("Authorization", authorization))
        if self._proxy is not None and self._speaks_to_proxy and self._proxy.authorization():
            headers.append(("Proxy-Authorization", self._proxy.authorization()))
        return [*headers, *impersonation_headers(self._config)]

    @property
    def _speaks_to_proxy(self) -> bool:
        """Whether requests name the whole URL, for a proxy to carry out: http servers behind an http proxy."""
        return self._server.scheme == "http" and self._proxy is not None and self._proxy.scheme == "http"

    def _kept(self, certificate: Certificate | None) -> HttpConnection | None:
        with self._lock:
            if certificate != self._certificate:
                self._idle.clear()
            return self._idle.pop() if self._idle else None

    def _opened(self, certificate: Certificate | None, deadline: float) -> HttpConnection:
        try:
            raw = open_socket(self._server.hostname or "", self._port, self._proxy, tunnel=not self._speaks_to_proxy)
            return HttpConnection(self._secured(raw, certificate, deadline) if self._server.scheme == "https" else raw)
        except OSError as error:
            raise self._unreachable(error) from error

    def _secured(self, raw: socket.socket, certificate: Certificate | None, deadline: float) -> ssl.SSLSocket:
        with self._lock:
            if self._context is None or certificate != self._certificate:
                self._context, self._certificate = tls_context(self._config, certificate), certificate
            context = self._context
        name = self._config.tls_server_name or self._server.hostname or ""
        raw.settimeout(max(0.001, min(HANDSHAKE_SECONDS, deadline - time.monotonic())))
        try:
            # bytes spare the import of the idna codec
            return context.wrap_socket(raw, server_hostname=name.encode() if name.isascii() else name)
        except BaseException:
            raw.close()
            raise

    def _send(self, connection: HttpConnection, request: _Request, *, was_kept: bool) -> Answer:
        url = self._config.server + request.path
        started = self._trace.request(url, request.headers) if self._trace else 0.0
        try:
            head = connection.send(url if self._speaks_to_proxy else self._server.path + request.path, request.headers, request.deadline)
        except BaseException as error:
            connection.close()
            if was_kept and isinstance(error, ConnectionError | NoAnswer | ssl.SSLEOFError):
                raise _Stale from error
            if self._trace:
                self._trace.response(url, "", (), started)
            if isinstance(error, OSError | BadAnswer):
                raise self._unreachable(error) from error
            raise
        if self._trace:
            self._trace.response(url, f"{head.status} {head.phrase}", head.headers.items(), started)
        try:
            body = connection.body(head, request.body() if head.status == OK else Body())
        except BaseException as error:
            connection.close()
            if isinstance(error, OSError | BadAnswer):
                raise self._unreachable(error) from error
            raise
        self._keep(connection, may_live=head.keeps_alive)
        return Answer(status=head.status, phrase=head.phrase, headers=head.headers, body=body)

    def _keep(self, connection: HttpConnection, *, may_live: bool) -> None:
        if not may_live:
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)

    def _unreachable(self, error: Exception) -> Unreachable:
        if isinstance(error, Unreachable):
            return error
        hint = "; no kubeconfig names a server, and this is where kubectl looks then" if self._config.is_default else ""
        return unreachable(error, self._server.scheme + "://" + bracketed(self._server.hostname or "") + f":{self._port}", hint)


class _Stale(Exception):
    """A kept connection was closed by the server before it answered; nothing is lost but the connection."""


def impersonation_headers(config: RestConfig) -> list[tuple[str, str]]:
    """``Impersonate-*``; what a header's name cannot carry is percent-encoded. Follows ``impersonatingRoundTripper``."""
    impersonation = config.impersonation
    if not impersonation.user:
        return []
    headers = [("Impersonate-User", impersonation.user)]
    if impersonation.uid:
        headers.append(("Impersonate-Uid", impersonation.uid))
    headers += [("Impersonate-Group", group) for group in impersonation.groups]
    return headers + [(f"Impersonate-Extra-{_escaped(key)}", value) for key, value in impersonation.extra]


def unreachable(error: Exception, server: str, hint: str = "") -> Unreachable:
    """What went wrong below HTTP, as a sentence about ``server``."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return Untrusted(f"the certificate of server {server} is not trusted: {error.verify_message}{hint}", where=server)
    if isinstance(error, ssl.SSLError):
        return _handshake_failed(error, server, hint)
    if isinstance(error, ConnectionRefusedError):
        return Unreachable(f"server {server} refuses the connection{hint}", where=server)
    if isinstance(error, TimeoutError):
        return TimedOut(f"server {server} does not answer in time{hint}", where=server)
    if isinstance(error, socket.gaierror):
        return Unreachable(f"host of server {server} is not known: {(error.strerror or '').lower()}{hint}", where=server)
    if isinstance(error, NoAnswer | ConnectionResetError | BrokenPipeError):
        return Unreachable(f"server {server} closed the connection{hint}", where=server)
    if isinstance(error, OSError) and error.strerror:
        return Unreachable(f"server {server} cannot be reached: {error.strerror.lower()}{hint}", where=server)
    return Unreachable(f"the answer of server {server} was cut short{hint}", where=server)


def _handshake_failed(error: ssl.SSLError, server: str, hint: str) -> Unreachable:
    reason = (error.reason or "").upper()
    if reason in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG"}:
        return Unreachable(f"server {server} does not speak TLS; its URL may need http in place of https{hint}", where=server)
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or reason == "UNEXPECTED_EOF_WHILE_READING":
        return Unreachable(f"server {server} closed the connection{hint}", where=server)
    if "ALERT" in reason:
        return Untrusted(f"server {server} does not accept the TLS connection: {reason.lower().replace('_', ' ')}{hint}", where=server)
    return Untrusted(
        f"no TLS connection to server {server} came about: {(reason or str(error)).lower().replace('_', ' ')}{hint}", where=server
    )


def _escaped(key: str) -> str:
    """A header name's part. Follows ``headerKeyEscape``."""
    allowed = "!#$&'*+-.^_`|~"
    return "".join(
        chr(byte) if chr(byte) in allowed or (byte < 128 and chr(byte).isalnum()) else f"%{byte:02X}"  # noqa: PLR2004  (ASCII)
        for byte in key.encode()
    )
