"""What can go wrong on the way to the objects → one class for each way out that a caller or a reader can tell apart.

::

    ClusterError                  ends the command unless a Source turns it into an Unread
    ├── MisusedOption             a flag of the command line cannot mean anything; usage
    │   └── UnknownName           a context, cluster or user that no kubeconfig has, with the nearest that one has
    ├── Unreadable                a file, folder or stream that cannot be opened or read to its end
    ├── Malformed                 a file that was read and is not what it should be: file, line and column
    ├── BadKubeconfig             kubeconfig files that together do not name one way to connect
    ├── CredentialFailed          an exec plugin, a token file, a certificate or a refresh gave no credential
    ├── Unreachable               no answer came: unknown host, refused, timed out, a proxy in the way, an answer cut short
    │   ├── TimedOut              the time that was given, or that any live server needs, is over
    │   └── Untrusted             the server's certificate, or ours, was not accepted
    └── ServerRefused             an answer came, and it was not the object
        ├── Unauthorized          401
        ├── Forbidden             403
        ├── NotServed             404 on a group, a version or a kind
        ├── NotFound              404 on one object
        ├── Expired               410: the list must be started again
        ├── Throttled             429, still after the retries
        └── ServerFailed          5xx and whatever else is not an answer

Every class carries ``message`` (one sentence for the person at the terminal, without a final stop) and ``where`` (what a person would type
or open: a file with line and column, a server, a path of the API; empty where there is none). The original is ``__cause__``.
"""

from __future__ import annotations


class ClusterError(Exception):
    """Objects could not be had, and why."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where


class MisusedOption(ClusterError):
    """A flag's value cannot mean anything; a mistake of usage."""


class UnknownName(MisusedOption):
    """A context, cluster or user was asked for by name and no kubeconfig has it; ``nearest`` are names that one has."""

    def __init__(self, message: str, *, where: str = "", nearest: tuple[str, ...] = ()) -> None:
        super().__init__(message, where=where)
        self.nearest = nearest


class Unreadable(ClusterError):
    """A file, a folder or a stream cannot be opened, or not be read to its end."""


class Malformed(ClusterError):
    """A file was read and is not what it should be; ``line`` and ``column`` count from one, zero where they are not known."""

    def __init__(self, message: str, *, where: str = "", line: int = 0, column: int = 0) -> None:
        place = where
        if line:
            place += f":{line}:{column}" if column else f":{line}"
        super().__init__(message, where=place)
        self.line = line
        self.column = column


class BadKubeconfig(ClusterError):
    """The kubeconfig files together do not name one way to connect."""


class CredentialFailed(ClusterError):
    """What should have given a credential gave none. Nothing is sent anonymously instead."""


class Unreachable(ClusterError):
    """No whole answer came from the server."""


class TimedOut(Unreachable):
    """The server did not answer in the time that it had."""


class Untrusted(Unreachable):
    """The TLS handshake ended because one side did not accept the other's certificate."""


class ServerRefused(ClusterError):
    """The server answered with a status that is not success; ``status`` is the HTTP code, ``reason`` the API's word or empty."""

    def __init__(self, message: str, *, where: str = "", status: int = 0, reason: str = "") -> None:
        super().__init__(message, where=where)
        self.status = status
        self.reason = reason


class Unauthorized(ServerRefused):
    """401: the server does not accept the credential."""


class Forbidden(ServerRefused):
    """403: the server knows who asks, and the answer is no."""


class NotServed(ServerRefused):
    """404 on a list: the server does not serve that group, version or kind."""


class NotFound(ServerRefused):
    """404 on one object."""


class Expired(ServerRefused):
    """410: a continue token or a resource version is too old."""


class Throttled(ServerRefused):
    """429 after every retry that it allowed."""


class ServerFailed(ServerRefused):
    """5xx after the retries, or an answer that no API server gives."""
