"""URLs; `apiserver/pkg/cel/library/urls.go` over Go's `net/url`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote, unquote_plus

import msgspec

from kubectl_dra.apimachinery.semver import quoted
from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.values import Failure, LiteralMap, name_type

if TYPE_CHECKING:
    from collections.abc import Callable

    from kubectl_dra.cel.declarations import Functions

    Refusal = Callable[[str], "URLError"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_BAD_ESCAPE: Final = re.compile(r"%(?![0-9a-fA-F]{2}).{0,2}", re.DOTALL)
_PORT: Final = re.compile(r":[0-9]*")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_PATH_SAFE: Final = "$&+,/:;=@!'()*~-_."


class URL(msgspec.Struct, frozen=True):
    """A URL in its parts, as Go splits it."""

    scheme: str
    user: str
    host: str
    path: str
    query: str
    fragment: str

    @property
    def hostname(self) -> str:
        """The host without port and brackets."""
        if self.host.startswith("["):
            return self.host[1 : self.host.find("]")]
        return self.host.rpartition(":")[0] if _PORT.fullmatch(self.host[len(self.host.partition(":")[0]) :]) else self.host

    @property
    def port(self) -> str:
        """The port as it is written, or nothing."""
        match = re.search(r":([0-9]*)$", self.host[self.host.rfind("]") + 1 :])
        return match[1] if match else ""


name_type(URL, "kubernetes.URL", "cel.URL")


class URLError(ValueError):
    """A text that is no absolute URL, in Go's words."""


def parse_url(text: str) -> URL:
    """What `url.ParseRequestURI` accepts, split as `url.Parse` splits it. Raises URLError."""

    def refuse(reason: str) -> URLError:
        return URLError(f"parse {quoted(text)}: {reason}")

    if _CONTROL.search(text):
        raise refuse("net/url: invalid control character in URL")
    if not text:
        raise refuse("empty url")
    if text == "*":
        return URL("", "", "", "*", "", "")
    scheme, rest = _split_scheme(text, refuse)
    if not rest.startswith("/") and not scheme:
        raise refuse("invalid URI for request")
    body, _, fragment = rest.partition("#")
    body, _, query = body.partition("?")
    if not body.startswith("/"):
        if not scheme:
            raise refuse("invalid URI for request")
        return URL(scheme, "", "", "", query, unquote(fragment))
    user, host, path = _split_authority(body, bool(scheme), refuse)
    _check_escapes(path, refuse)
    return URL(scheme, user, host, path, query, unquote(fragment))


def _split_scheme(text: str, refuse: Refusal) -> tuple[str, str]:
    match = _SCHEME.fullmatch(text)
    if match:
        return match[1].lower(), match[2]
    if text.startswith(":"):
        raise refuse("missing protocol scheme")
    return "", text


def _split_authority(body: str, has_scheme: bool, refuse: Refusal) -> tuple[str, str, str]:  # noqa: FBT001 - one of two forms
    if not body.startswith("//") or (not has_scheme and body.startswith("///")):
        return "", "", body
    authority, slash, path = body[2:].partition("/")
    user, _, host = authority.rpartition("@")
    if re.search(r"[ \"<>\\^`{}|]", host) or _BAD_ESCAPE.search(host):
        raise refuse(f"invalid character {quoted(re.sub(r'[^ <>^`{}|]', '', host)[:1])} in host name")
    port = host[host.rfind("]") + 1 :] if host.startswith("[") else host[host.find(":") :] if ":" in host else ""
    if port and not _PORT.fullmatch(port):
        raise refuse(f"invalid port {quoted(port)} after host")
    return user, host, slash + path


def _check_escapes(path: str, refuse: Refusal) -> None:
    match = _BAD_ESCAPE.search(path)
    if match:
        raise refuse(f"invalid URL escape {quoted(match.group())}")


def _url(text: str) -> URL:
    try:
        return parse_url(text)
    except URLError as error:
        raise Failure(f"URL parse error during conversion from string: {error}") from None


def _is_url(text: str) -> bool:
    try:
        parse_url(text)
    except URLError:
        return False
    return True


def _escaped_path(url: URL) -> str:
    if re.fullmatch(r"[A-Za-z0-9!$&'()*+,;=:@/~\-_.\[\]]*|(?:%[0-9a-fA-F]{2}|[A-Za-z0-9!$&'()*+,;=:@/~\-_.\[\]])*", url.path):
        return url.path
    return quote(unquote(url.path), safe=_PATH_SAFE)


def _query(url: URL) -> LiteralMap:
    values = LiteralMap()
    for part in url.query.split("&"):
        if not part or ";" in part or _BAD_ESCAPE.search(part):
            continue
        name, _, value = part.partition("=")
        present = values.setdefault(unquote_plus(name), [])
        if isinstance(present, list):
            present.append(unquote_plus(value))
    return values


FUNCTIONS: Final[Functions] = {
    "url": (function("(string): URL", _url),),
    "isURL": (function("(string): bool", _is_url),),
    "getScheme": (method("(URL): string", lambda url: url.scheme),),
    "getHost": (method("(URL): string", lambda url: unquote(url.host)),),
    "getHostname": (method("(URL): string", lambda url: unquote(url.hostname)),),
    "getPort": (method("(URL): string", lambda url: url.port),),
    "getEscapedPath": (method("(URL): string", _escaped_path),),
    "getQuery": (method("(URL): map<string, list<string>>", _query),),
}
