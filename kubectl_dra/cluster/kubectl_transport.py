"""A path of the API → what ``kubectl get --raw`` prints: for logins and proxies that kubectl has and we have not.

kubectl is given the flags that we were given. A token or password typed as a flag is not passed on: the process list would show it again.
"""

from __future__ import annotations

import re
import sys
import threading
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.cluster.children import started
from kubectl_dra.cluster.credentials import child_environment, without_control_characters
from kubectl_dra.cluster.errors import CredentialFailed, MisusedOption, Unreachable
from kubectl_dra.cluster.http11 import Answer, Body
from kubectl_dra.cluster.kubeconfig import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from kubectl_dra.cluster.options import ConnectionOptions
    from kubectl_dra.cluster.restconfig import RestConfig
    from kubectl_dra.cluster.transports import NewBody

_STATUSES = {
    "BadRequest": 400,
    "Unauthorized": 401,
    "Forbidden": 403,
    "NotFound": 404,
    "NotAcceptable": 406,
    "Expired": 410,
    "Gone": 410,
    "TooManyRequests": 429,
    "InternalError": 500,
    "ServiceUnavailable": 503,
    "Timeout": 504,
}
_REFUSED = re.compile(r"Error from server(?: \((?P<reason>\w+)\))?: (?P<message>.*)", re.DOTALL)
_NOT_LOGGED_IN = re.compile(r"error: You must be logged in to the server \((?P<message>.*)\)", re.DOTALL)
_LAST_WORDS = ("Error from server", "error: ", "Unable to connect to the server", "The connection to the server")


class KubectlTransport:
    """Runs ``kubectl get --raw``; several at a time where several threads ask."""

    def __init__(self, kubectl: str, options: ConnectionOptions, config: RestConfig, environment: Mapping[str, str]) -> None:
        if options.token or options.username or options.password:
            raise MisusedOption("--token, --username and --password are not handed to kubectl, for the process list would show them")
        self._command = [kubectl, *_flags(options)]
        self._server = config.server
        self._environment = child_environment(environment)

    def exchange(self, path: str, *, accept: str = "application/json", body: NewBody = Body) -> Answer:
        """GET of ``path`` by kubectl, which chooses what it accepts. What kubectl and its plugins tell meanwhile goes to standard error."""
        del accept
        words: list[str] = []
        try:
            with started([*self._command, "get", "--raw", path], self._environment, hears=True) as process:
                listener = threading.Thread(target=_listen, args=(process.stderr, words), daemon=True)
                listener.start()
                output = process.stdout.read() if process.stdout else b""
                code = process.wait()
        except (OSError, ValueError) as error:
            raise CredentialFailed(f"{self._command[0]} cannot be started: {reason_of(error)}", where=self._server) from error
        listener.join()
        if code != 0:
            return self._refusal("".join(words).strip())
        taken = body()
        taken.add(output)
        return Answer(status=200, headers={}, body=taken.whole())

    def close(self) -> None:
        """Nothing is kept open."""

    def _refusal(self, words: str) -> Answer:
        refused, not_logged_in = _REFUSED.match(words), _NOT_LOGGED_IN.match(words)
        told = refused or not_logged_in
        if told is None:
            raise _unreachable(words, self._server)
        reason = "Unauthorized" if not_logged_in else told["reason"] or ""
        status = {"kind": "Status", "reason": reason, "message": told["message"].strip()}
        return Answer(status=_STATUSES.get(reason, 500), headers={}, body=msgspec.json.encode(status))


def _unreachable(words: str, server: str) -> Unreachable | CredentialFailed:
    """Without an answer, kubectl says why in words alone; a credential that failed must not be tried again by us."""
    told = " ".join(without_control_characters(words).removeprefix("error: ").split()) or "it said nothing"
    if words.startswith("The connection to the server"):
        return Unreachable(f"kubectl has no answer: {told}", where=server)
    return CredentialFailed(f"kubectl has no answer: {told}", where=server)


def _flags(options: ConnectionOptions) -> Iterator[str]:
    texts = (
        "kubeconfig", "context", "cluster", "user", "server", "certificate_authority", "client_certificate", "client_key",
        "tls_server_name", "proxy_url", "as_", "as_uid",
    )  # fmt: skip
    for name in texts:
        value = getattr(options, name)
        if value:
            yield f"--{name.strip('_').replace('_', '-')}={value}"
    yield from (f"--as-group={group}" for group in options.as_group)
    yield from (f"--as-user-extra={extra}" for extra in options.as_user_extra)
    if options.insecure_skip_tls_verify:
        yield "--insecure-skip-tls-verify"
    if options.disable_compression:
        yield "--disable-compression"
    if options.timeout():
        yield f"--request-timeout={options.request_timeout}"
    if options.verbosity:
        yield f"-v={options.verbosity}"


def _listen(stream: Iterable[bytes] | None, words: list[str]) -> None:
    """Passes on what is told while it is told (an address to log in at, a trace) and keeps kubectl's last words for ourselves."""
    for line in stream or ():
        text = line.decode(errors="replace")
        if words or text.startswith(_LAST_WORDS):
            words.append(text)
        else:
            sys.stderr.write(text)
