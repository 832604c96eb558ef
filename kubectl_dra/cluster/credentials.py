"""A RestConfig → what proves to the server who asks: an Authorization header, a client certificate, or both.

Followed here: client-go ``transport/round_trippers.go`` ``HTTPWrappersForConfig``, ``transport/token_source.go``, and
``plugin/pkg/client/auth/exec/exec.go`` with ``rest/exec.go``. Whatever should have given a credential and gave none ends the command
(CredentialFailed): nothing is ever sent anonymously instead. No message, log line or process list shows a token or a key.
"""

from __future__ import annotations

import base64
import contextlib
import os
import sys
import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import msgspec

from kubectl_dra.apimachinery.decode import decode_json
from kubectl_dra.cluster.errors import CredentialFailed
from kubectl_dra.cluster.kubeconfig import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kubectl_dra.cluster.kubeconfig import ExecConfig
    from kubectl_dra.cluster.restconfig import RestConfig

EXEC_INFO_VARIABLE = "KUBERNETES_EXEC_INFO"
EXEC_API_VERSIONS = ("client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1")

_TOKEN_FILE_SECONDS = 50.0
"""How long what a token file held is used: a minute less ten seconds, as ``NewCachedFileTokenSource`` has it."""

_EXPIRY_LEEWAY = 10.0
"""Seconds by which an OIDC id-token counts as expired early, as oidc.go ``expiryDelta`` has it."""


class Certificate(msgspec.Struct, frozen=True):
    """A client certificate chain and its key, both PEM."""

    chain: bytes
    key: bytes

    def __repr__(self) -> str:
        """Nothing of the key."""
        return "Certificate()"


class Credential(Protocol):
    """What is added to a request."""

    def authorization(self) -> str:
        """The Authorization header, empty for none. Raises CredentialFailed."""

    def certificate(self) -> Certificate | None:
        """The client certificate for new connections. Raises CredentialFailed."""

    def renew(self) -> bool:
        """The server said 401: whether another credential was fetched, with which one more try makes sense. Raises CredentialFailed."""


class FixedCredential(msgspec.Struct, frozen=True):
    """A token, a user name with password, a certificate, or nothing: as the kubeconfig has it."""

    header: str = ""
    client_certificate: Certificate | None = None

    def __repr__(self) -> str:
        """Nothing of the secret."""
        return "FixedCredential()"

    def authorization(self) -> str:
        """The header as it is."""
        return self.header

    def certificate(self) -> Certificate | None:
        """The certificate as it is."""
        return self.client_certificate

    def renew(self) -> bool:
        """There is no other."""
        return False


class TokenFile:
    """A token file, read again before what was read is a minute old; ``fallback`` serves where the file cannot be read."""

    def __init__(self, path: str, fallback: str, client_certificate: Certificate | None) -> None:
        self._path = path
        self._token = fallback
        self._certificate = client_certificate
        self._read_at = float("-inf")
        self.authorization()

    def authorization(self) -> str:
        """``Bearer`` and the file's text without the space around it."""
        if time.monotonic() - self._read_at >= _TOKEN_FILE_SECONDS:
            self._token = self._read()
            self._read_at = time.monotonic()
        return bearer(self._token)

    def certificate(self) -> Certificate | None:
        """The certificate that the kubeconfig has beside the token."""
        return self._certificate

    def renew(self) -> bool:
        """Whether the file holds another token by now."""
        before, self._read_at = self._token, float("-inf")
        return self.authorization() != bearer(before)

    def _read(self) -> str:
        try:
            with open(self._path, encoding="utf-8") as file:
                token = file.read().strip()
        except (OSError, ValueError) as error:
            if self._token:
                return self._token
            raise CredentialFailed(f"tokenFile {self._path} cannot be read: {reason_of(error)}", where=self._path) from error
        if not token and not self._token:
            raise CredentialFailed(f"tokenFile {self._path} is empty", where=self._path)
        return token or self._token


class ExecCredentialStatus(msgspec.Struct, frozen=True, rename="camel"):
    """What an exec plugin prints under ``status``."""

    expiration_timestamp: datetime | None = None
    token: str | None = None
    client_certificate_data: str | None = None
    client_key_data: str | None = None


class ExecCredential(msgspec.Struct, frozen=True, rename="camel"):
    """What an exec plugin prints."""

    api_version: str | None = None
    kind: str | None = None
    status: ExecCredentialStatus | None = None


class ExecPlugin:
    """A credential that a program prints; it is run when the first request needs it, and again when the credential has expired."""

    def __init__(self, config: RestConfig, plugin: ExecConfig, environment: Mapping[str, str]) -> None:
        _refuse_version(plugin, config.user_name)
        self._config = config
        self._plugin = plugin
        self._environment = environment
        self._lock = threading.Lock()
        self._status: ExecCredentialStatus | None = None

    def authorization(self) -> str:
        """``Bearer`` and the plugin's token, empty where it gives a certificate alone."""
        return bearer(self._current().token or "")

    def certificate(self) -> Certificate | None:
        """The plugin's certificate, None where it gives a token alone."""
        status = self._current()
        if not status.client_certificate_data or not status.client_key_data:
            return None
        return Certificate(status.client_certificate_data.encode(), status.client_key_data.encode())

    def renew(self) -> bool:
        """Runs the plugin again, once for all requests that were refused with one credential."""
        refused = self._status
        with self._lock:
            if self._status is refused:
                self._status = self._run()
            return self._status != refused

    def _current(self) -> ExecCredentialStatus:
        with self._lock:
            if self._status is None or _has_expired(self._status):
                self._status = self._run()
            return self._status

    def _run(self) -> ExecCredentialStatus:
        from kubectl_dra.cluster.children import started  # noqa: PLC0415  (6 ms that only exec plugins need)

        command = os.path.normpath(self._plugin.command or "")
        program = find_program(command, self._environment)
        if program is None:
            raise CredentialFailed(self._not_found(command), where=command)
        is_interactive = self._is_interactive()
        try:
            with started(
                [command, *(argument or "" for argument in self._plugin.args or ())],
                self._child_environment(is_interactive=is_interactive),
                executable=program,
                reads_terminal=is_interactive,
            ) as process:
                output, _ = process.communicate()
        except (OSError, ValueError) as error:
            raise CredentialFailed(f"exec plugin {command} cannot be started: {reason_of(error)}", where=command) from error
        if process.returncode != 0:
            ended = f"exit code {process.returncode}" if process.returncode > 0 else f"signal {-process.returncode}"
            raise CredentialFailed(f"exec plugin {command} failed with {ended}; what it said stands above", where=command)
        return self._read(command, output)

    def _is_interactive(self) -> bool:
        """Whether the plugin may read standard input. Follows ``isInteractive``."""
        mode = self._plugin.interactive_mode or "IfAvailable"
        has_terminal = sys.stdin is not None and not sys.stdin.closed and sys.stdin.isatty()
        if mode == "Always" and not has_terminal:
            raise CredentialFailed(f"exec plugin {self._plugin.command} wants a terminal (interactiveMode Always) and there is none")
        return mode != "Never" and has_terminal

    def _child_environment(self, *, is_interactive: bool) -> dict[str, str]:
        environment = child_environment(self._environment)
        environment.update({variable.name or "": variable.value or "" for variable in self._plugin.env or () if variable})
        cluster = {"cluster": self._cluster()} if self._plugin.provide_cluster_info else {}
        spec = {**cluster, "interactive": is_interactive}
        information = {"kind": "ExecCredential", "apiVersion": self._plugin.api_version, "spec": spec}
        environment[EXEC_INFO_VARIABLE] = msgspec.json.encode(information).decode()
        return environment

    def _cluster(self) -> dict[str, object]:
        """``spec.cluster``. Follows ``ConfigToExecCluster``: the CA's bytes, never its path."""
        config = self._config
        authority = base64.b64encode(config.certificate_authority).decode() if config.certificate_authority else None
        fields: dict[str, object] = {
            "server": config.server,
            "tls-server-name": config.tls_server_name,
            "insecure-skip-tls-verify": config.insecure,
            "certificate-authority-data": authority,
            "proxy-url": config.proxy_url,
            "disable-compression": config.disable_compression,
            "config": config.exec_extension,
        }
        return {name: value for name, value in fields.items() if value or name in {"server", "config"}}

    def _read(self, command: str, output: bytes) -> ExecCredentialStatus:
        """What the plugin printed, checked. Follows ``refreshCredsLocked``; no message repeats any of it."""
        try:
            credential = decode_json(output, ExecCredential)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise CredentialFailed(f"exec plugin {command} printed no ExecCredential", where=command) from None
        if credential.kind != "ExecCredential" or credential.api_version != self._plugin.api_version:
            printed = f"{credential.kind or 'no kind'} of {credential.api_version or 'no apiVersion'}"
            raise CredentialFailed(
                f"exec plugin {command} printed {printed}, not ExecCredential of {self._plugin.api_version}", where=command
            )
        status = credential.status
        if status is None or not (status.token or status.client_certificate_data or status.client_key_data):
            raise CredentialFailed(f"exec plugin {command} printed neither a token nor a certificate with key", where=command)
        if bool(status.client_certificate_data) != bool(status.client_key_data):
            raise CredentialFailed(f"exec plugin {command} printed a certificate or a key, not both", where=command)
        return status

    def _not_found(self, command: str) -> str:
        """That the program is missing, with the hint that the kubeconfig has for this case."""
        hint = without_control_characters((self._plugin.install_hint or "").strip())
        return f"exec plugin {command} of user {self._config.user_name!r} is not installed or not on PATH" + (f"\n\n{hint}" if hint else "")


def credential_of(config: RestConfig, environment: Mapping[str, str]) -> Credential:
    """The credential that kubectl would use. ``auth_provider`` is not for this function: see ``transports``.

    Raises CredentialFailed where the kubeconfig names no credential and nobody can be asked for one.
    """
    certificate = certificate_of(config)
    if config.exec is not None:
        _refuse_version(config.exec, config.user_name)
    if config.token_file:
        return TokenFile(config.token_file, config.token, certificate)
    if config.token:
        return FixedCredential(bearer(config.token), certificate)
    if config.username or config.password:
        return FixedCredential(basic(config.username, config.password), certificate)
    if config.exec is not None and certificate is None:
        return ExecPlugin(config, config.exec, environment)
    if certificate is None and config.server.startswith("https://"):
        return _asked_credential(config)
    return FixedCredential("", certificate)


def _refuse_version(plugin: ExecConfig, user_name: str) -> None:
    """As kubectl does, also where something else goes before what the plugin would give."""
    if plugin.api_version not in EXEC_API_VERSIONS:
        known = " or ".join(EXEC_API_VERSIONS)
        raise CredentialFailed(f"exec.apiVersion of user {user_name!r} is {plugin.api_version!r}, not {known}")


def certificate_of(config: RestConfig) -> Certificate | None:
    """The client certificate that the kubeconfig or a flag names."""
    return Certificate(config.client_certificate or b"", config.client_key or b"") if config.client_certificate is not None else None


def bearer(token: str) -> str:
    """The header for a token. Raises CredentialFailed where a header cannot carry it."""
    token = token.strip()
    if any(not " " <= character <= "~" for character in token):
        raise CredentialFailed("the token has a character that no HTTP header can carry")
    return f"Bearer {token}" if token else ""


def basic(username: str, password: str) -> str:
    """The header for a user name with password."""
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def id_token_is_valid(token: str, now: float) -> bool:
    """Whether an OIDC id-token can be used as it is. Raises CredentialFailed where it is none. Follows oidc.go ``idTokenExpired``."""
    parts = token.split(".")
    try:
        claims = msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        expiry = float(claims["exp"])
    except (IndexError, KeyError, TypeError, ValueError, msgspec.DecodeError):
        raise CredentialFailed("id-token of the oidc auth-provider is not a JSON Web Token with an expiry") from None
    return now + _EXPIRY_LEEWAY < expiry


def find_program(command: str, environment: Mapping[str, str]) -> str | None:
    """The file that a shell would start for ``command``; the current folder only where ``command`` says so. None where there is none."""
    if os.name == "nt":
        import shutil  # noqa: PLC0415  (it knows about PATHEXT)

        return shutil.which(command, path=environment.get("PATH", ""))
    if "/" in command:
        return command if _is_program(command) else None
    folders = environment.get("PATH", "").split(os.pathsep)
    return next((path for folder in folders if os.path.isabs(folder) and _is_program(path := os.path.join(folder, command))), None)


def child_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment for programs that we start: our own libraries must not be theirs (PyInstaller points LD_LIBRARY_PATH at them)."""
    child = dict(environment)
    if getattr(sys, "frozen", False):
        for variable in ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"):
            original = child.pop(f"{variable}_ORIG", None)
            if original is not None:
                child[variable] = original
            elif child.get(variable, "").startswith(getattr(sys, "_MEIPASS", "\0")):
                del child[variable]
    return child


def without_control_characters(text: str) -> str:
    """Text that cannot drive a terminal; line breaks and tabs stay. Follows ``cleanANSIEscapeCodes``."""
    return "".join(character if character.isprintable() or character in "\t\n\r" else f"U+{ord(character):04X}" for character in text)


def _is_program(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)


def _has_expired(status: ExecCredentialStatus) -> bool:
    expiry = status.expiration_timestamp
    return expiry is not None and datetime.now(UTC) > expiry.astimezone(UTC)


@contextlib.contextmanager
def _interrupts_raised() -> Iterator[None]:
    """Ctrl-C is a KeyboardInterrupt meanwhile, instead of the end of the program."""
    import signal  # noqa: PLC0415  (only where somebody types)

    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.SIG_IGN or threading.current_thread() is not threading.main_thread():
        yield
        return
    told = signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)
        signal.set_wakeup_fd(told, warn_on_full_buffer=False)


def _asked_credential(config: RestConfig) -> FixedCredential:
    """A user name and password from the terminal, as kubectl asks for them. Follows ``PromptingAuthLoader``."""
    if sys.stdin is None or sys.stdin.closed or not sys.stdin.isatty():
        who = f"user {config.user_name!r}" if config.user_name else "the context names no user, and the kubeconfig"
        raise CredentialFailed(f"{who} has no credential for {config.server}", where=config.server)
    from getpass import getpass  # noqa: PLC0415  (only where somebody types)

    os.write(2, b"Please enter Username: ")
    username = sys.stdin.readline().strip()
    try:
        with _interrupts_raised():  # getpass has the terminal to put right
            return FixedCredential(basic(username, getpass("Please enter Password: ")))
    except (OSError, EOFError) as error:
        raise CredentialFailed(f"no credential was entered for {config.server}", where=config.server) from error
