"""A request and its answer → what ``-v 6`` to ``-v 9`` show, in kubectl's words, with secrets masked.

Followed here: client-go ``transport/round_trippers.go`` ``debuggingRoundTripper`` and ``maskValue``, and klog's text format. kubectl masks
the Authorization header alone; here also what a proxy is told to know us by.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

LOWEST_VERBOSITY = 6
"""The ``-v`` from which on anything is shown."""

_URL_AND_TIMING = 6
_HEADERS = 7
_RESPONSE_HEADERS = 8
_CURL = 9
_KNOWN_SCHEMES = ("bearer", "basic", "negotiate")
_SECRET_HEADERS = ("authorization", "proxy-authorization")


class HttpTrace:
    """Writes one line for a request and one for its answer, as far as ``verbosity`` asks for them."""

    def __init__(self, verbosity: int, write: Callable[[str], None]) -> None:
        self._verbosity = verbosity
        self._write = write

    def request(self, url: str, headers: Iterable[tuple[str, str]]) -> float:
        """Tells of a request that is about to be sent; returns the time that ``response`` measures from."""
        shown = masked(headers)
        if self._verbosity >= _CURL:
            typed = " ".join(f'-H "{name}: {value}"' for name, value in shown)
            self._line("Request", [("curlCommand", f"curl -v -XGET  {typed} '{url}'\n")])
        elif self._verbosity >= _HEADERS:
            self._line("Request", [("verb", "GET"), ("url", url), ("headers", _header_lines(shown))])
        return time.monotonic()

    def response(self, url: str, status: str, headers: Iterable[tuple[str, str]], started: float) -> None:
        """Tells of the answer; ``status`` is empty where none came."""
        pairs: list[tuple[str, str | int]] = []
        if self._verbosity == _URL_AND_TIMING or self._verbosity >= _CURL:
            pairs += [("verb", "GET"), ("url", url)]
        if self._verbosity >= _URL_AND_TIMING:
            pairs.append(("status", status))
        if self._verbosity >= _RESPONSE_HEADERS:
            pairs.append(("headers", _header_lines(masked(headers))))
        if pairs:
            self._line("Response", [*pairs, ("milliseconds", int((time.monotonic() - started) * 1000))])

    def _line(self, message: str, pairs: list[tuple[str, str | int]]) -> None:
        now = time.time()
        stamp = time.strftime("%m%d %H:%M:%S", time.localtime(now)) + f".{int(now % 1 * 1_000_000):06}"
        fields = " ".join(f"{name}={_value(value)}" for name, value in pairs)
        self._write(f'I{stamp} {os.getpid():7} http_trace.py:{threading.get_native_id()}] "{message}" {fields}')


def masked(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The headers, sorted, with every credential replaced by ``<masked>``."""
    return sorted((name, _masked(value) if name.lower() in _SECRET_HEADERS else value) for name, value in headers)


def _masked(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    if scheme.lower() not in _KNOWN_SCHEMES:
        return "<masked>" if value else ""
    return f"{scheme} <masked>" if space else scheme


def _header_lines(headers: Iterable[tuple[str, str]]) -> str:
    return "".join(f"{name}: {value}\n" for name, value in headers)


def _value(value: str | int) -> str:
    """A value as klog writes it: numbers bare, texts quoted, texts of several lines indented between ``<`` and ``>``."""
    if isinstance(value, int):
        return str(value)
    safe = "".join(character if character.isprintable() or character == "\n" else f"\\x{ord(character):02x}" for character in value)
    if "\n" not in safe:
        return '"' + safe.replace("\\", "\\\\").replace('"', '\\"') + '"'
    lines = safe.removesuffix("\n").split("\n")
    return "<\n" + "".join(f"\t{line}\n" for line in lines) + " >"
