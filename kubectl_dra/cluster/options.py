"""The connection flags of kubectl, as typed → one frozen value.

Names and meanings are those of cli-runtime ``pkg/genericclioptions/config_flags.go``; an empty string is a flag that was not given.
"""

from __future__ import annotations

import msgspec

from kubectl_dra.cluster.errors import MisusedOption

_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ConnectionOptions(msgspec.Struct, frozen=True, kw_only=True):
    """Every flag of kubectl that decides to whom requests go, as whom, and how.

    ``as_user_extra`` holds ``KEY=VALUE`` as typed. ``request_timeout`` is kubectl's text (``0``, ``30``, ``1m30s``), ``verbosity`` the
    number after ``-v``. ``cache_dir`` is accepted and means nothing: nothing is cached on disk.
    """

    kubeconfig: str = ""
    context: str = ""
    cluster: str = ""
    user: str = ""
    namespace: str = ""
    server: str = ""
    token: str = ""
    username: str = ""
    password: str = ""
    as_: str = ""
    as_group: tuple[str, ...] = ()
    as_uid: str = ""
    as_user_extra: tuple[str, ...] = ()
    certificate_authority: str = ""
    client_certificate: str = ""
    client_key: str = ""
    tls_server_name: str = ""
    proxy_url: str = ""
    insecure_skip_tls_verify: bool = False
    disable_compression: bool | None = None
    request_timeout: str = "0"
    verbosity: int = 0
    cache_dir: str = ""

    def timeout(self) -> float:
        """``--request-timeout`` in seconds; zero is no limit. Raises MisusedOption. Follows ``clientcmd.ParseTimeout``."""
        return parse_timeout(self.request_timeout) if self.request_timeout else 0.0

    def namespace_name(self) -> str:
        """``-n``, without ``ns/`` before the name. Follows ``clientcmd.RemoveNamespacesPrefix``."""
        kind, slash, name = self.namespace.partition("/")
        return name if slash and name and kind.lower() in {"ns", "namespace", "namespaces"} else self.namespace


def parse_timeout(text: str) -> float:
    """Seconds from ``30``, ``1m30s`` or ``500ms``; zero and less is no limit. Raises MisusedOption where kubectl would."""
    if text.isascii() and text.isdigit():
        return float(text)
    seconds = _seconds(text)
    if seconds is None:
        raise MisusedOption(f"--request-timeout {text} is not a duration such as 30, 30s or 2m")
    return max(seconds, 0.0)


def go_duration(seconds: float) -> str:
    """Seconds as Go's ``time.Duration`` prints them: ``1m30s``, ``500ms``, ``1.5s``."""
    if seconds < 1:
        return f"{seconds * 1000:.6g}ms"
    minutes, rest = divmod(round(seconds, 9), 60)
    hours, minutes = divmod(int(minutes), 60)
    return (f"{hours}h" if hours else "") + (f"{minutes}m" if hours or minutes else "") + f"{rest:.9g}s"


def _seconds(text: str) -> float | None:
    """Seconds from what ``time.ParseDuration`` accepts: a sign, then numbers each with a unit; None for anything else."""
    sign = -1.0 if text.startswith("-") else 1.0
    rest = text[1:] if text[:1] in {"+", "-"} else text
    if rest == "0":
        return 0.0
    total, seen = 0.0, False
    while rest:
        number, rest = _split(rest, "0123456789.")
        unit, rest = _split(rest, "nsuµμmh")
        if unit not in _UNITS or number.count(".") > 1 or not number.strip("."):
            return None
        total += float(number) * _UNITS[unit]
        seen = True
    return sign * total if seen else None


def _split(text: str, alphabet: str) -> tuple[str, str]:
    """The longest start of ``text`` made of ``alphabet``, and the rest."""
    rest = text.lstrip(alphabet)
    return text[: len(text) - len(rest)], rest
