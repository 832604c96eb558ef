"""A live API server → a Source: lists in pages, several kinds side by side, and what could not be read as a value.

Only GET is ever sent. A kind that is forbidden, not served or failing is an Unread in its Listing and stops no other kind. What concerns
the whole connection (no credential, no answer at all, a certificate that is not trusted) is raised.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import quote

import msgspec

from kubectl_dra.api.kinds import RESOURCE_CLAIM, RESOURCE_GROUP, RESOURCE_SLICE
from kubectl_dra.api.source import Listing, RawObject, ServerInfo, Unread, UnreadReason
from kubectl_dra.apimachinery.decode import decode_json
from kubectl_dra.apimachinery.origin import Origin
from kubectl_dra.cluster import discovery
from kubectl_dra.cluster.errors import (
    ClusterError,
    CredentialFailed,
    Expired,
    Forbidden,
    NotFound,
    NotServed,
    ServerRefused,
    TimedOut,
    Unauthorized,
    Unreachable,
)
from kubectl_dra.cluster.http11 import Body
from kubectl_dra.cluster.http_trace import LOWEST_VERBOSITY, HttpTrace
from kubectl_dra.cluster.pages import Pages, read_pages
from kubectl_dra.cluster.restconfig import RestConfig, context_names, resolve_connection
from kubectl_dra.cluster.retries import PATIENT_PAUSES, PAUSES, answered
from kubectl_dra.cluster.side_by_side import Lanes, Read, run_side_by_side
from kubectl_dra.cluster.statuses import OK, refusal
from kubectl_dra.cluster.whole_list import WholeList

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.cluster.options import ConnectionOptions
    from kubectl_dra.cluster.pages import PagesRead
    from kubectl_dra.cluster.transports import NewBody, Transport

PAGE_SIZE = 500
"""Objects in one page, kubectl's ``--chunk-size``."""

MOST_LANES = 16
"""Things that are read at the same time, each on a connection of its own: all that most commands ask for.

A wave less is a round trip less, and costs a handshake of about 2 ms for each thing in it. client-go asks for all groups at once, too.
"""

_MOST_RESTARTS = 2


Ahead: TypeAlias = "Callable[[Kind, str, bytes], object]"
"""Kind, API version and page → what its objects become; raises nothing."""


class _ObjectHead(msgspec.Struct, frozen=True, rename="camel"):
    api_version: str | None = None


def connect(
    options: ConnectionOptions, environment: Mapping[str, str] | None = None, trace: Callable[[str], None] | None = None
) -> ApiServer:
    """The API server that kubectl would talk to, given the same flags, files and environment. Nothing is sent yet.

    ``environment`` is the process's where None. ``trace`` receives the lines of ``-v 6`` and more, without line breaks at their ends;
    standard error where None. Raises MisusedOption, Unreadable, Malformed, BadKubeconfig, CredentialFailed.
    """
    variables = os.environ if environment is None else environment
    config = resolve_connection(options, variables)
    # 26 ms that a command without a cluster is spared
    from kubectl_dra.cluster.handover import transport_of  # noqa: PLC0415

    http_trace = HttpTrace(options.verbosity, trace or _to_standard_error) if options.verbosity >= LOWEST_VERBOSITY else None
    return ApiServer(transport_of(config, options, variables, http_trace), config)


def known_contexts(options: ConnectionOptions, environment: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """The contexts that ``--context`` may name. Raises Unreadable and Malformed."""
    return context_names(options, os.environ if environment is None else environment)


class ApiServer:
    """A Source over a live API server."""

    def __init__(self, transport: Transport, config: RestConfig) -> None:
        self._transport = transport
        self._config = config
        self._lock = threading.Lock()
        self._lanes = Lanes(MOST_LANES)
        self._pending: dict[tuple[str, str | None], Read[Listing]] = {}
        self._version = Read(lambda: discovery.server_version(self.get))
        self._group = Read(lambda: discovery.group_versions(self.get))
        self._served = Read(lambda: discovery.served_resources(self.get, self._group.value() or ()))
        self._has_answered = False
        self._silence: Unreachable | None = None

    @property
    def is_live(self) -> bool:
        """The clock is now's."""
        return True

    @property
    def default_namespace(self) -> str:
        """The namespace of ``-n``, else of the context, else of the pod that this runs in, else ``default``."""
        return self._config.namespace

    @property
    def server(self) -> str:
        """The server's URL."""
        return self._config.server

    def close(self) -> None:
        """Lets go of the connections."""
        self._transport.close()

    def prefetch(
        self, kinds: Iterable[Kind], namespace: str | None = None, *, server_info: bool = False, ahead: Ahead | None = None
    ) -> None:
        """Begins to read kinds side by side; ``list`` and ``server_info`` then answer from what was read. Nothing is raised here.

        ``ahead`` is called with each page while the server already works on the next one; what it makes of them is the Listing's.
        """
        with self._lock:
            reads = tuple(self._added_reads(kinds, namespace, ahead, server_info=server_info))
        self._lanes.begin(reads)

    def _added_reads(
        self, kinds: Iterable[Kind], namespace: str | None, ahead: Ahead | None, *, server_info: bool
    ) -> Iterable[Read[object]]:
        for kind in kinds:
            scope = namespace if kind.namespaced else None
            if (kind.plural, scope) not in self._pending:
                self._pending[kind.plural, scope] = read = Read(partial(self._read_list, kind, scope, {}, ahead))
                yield read
        if server_info:
            yield from (self._group, self._version)

    def list(self, kind: Kind, namespace: str | None = None, *, field_selector: str = "", label_selector: str = "") -> Listing:
        """All objects of ``kind`` that the selectors name, of one namespace or of all.

        Raises CredentialFailed and Unauthorized; Unreachable where the server has answered nothing at all.
        """
        scope = namespace if kind.namespaced else None
        selectors = {"fieldSelector": field_selector, "labelSelector": label_selector}
        read = Read(lambda: self._read_list(kind, scope, selectors))
        if not any(selectors.values()):
            with self._lock:
                read = self._pending.setdefault((kind.plural, scope), read)
        try:
            return read.value()
        except Unreachable as error:
            if not self._answers():
                raise
            return Listing(kind=kind, unread=(_unread(kind, UnreadReason.FAILED, error, scope),))

    def read(self, kind: Kind, name: str, namespace: str = "") -> RawObject | None:
        """One object, None where the server has none of that name. Raises as ``list``, and Forbidden, NotServed, ServerFailed."""
        failure: ServerRefused | None = None
        for api_version in self._api_versions(kind):
            path = f"{_collection(api_version, kind, namespace if kind.namespaced else None)}/{quote(name, safe='')}"
            try:
                content = self.get(path)
            except NotFound:
                return None
            except NotServed as error:
                failure = error
                continue
            said = decode_json(content, _ObjectHead).api_version
            return RawObject(kind=kind, api_version=said or api_version, origin=Origin(where=path), content=content)
        raise failure or NotServed(f"the server serves no version of {kind.plural} that can be read", where=kind.plural)

    def get(self, path: str, *, accept: str = "application/json", body: NewBody = Body) -> bytes:
        """The body of a GET that succeeded, after retries. Raises Unreachable, CredentialFailed and the subclasses of ServerRefused.

        ``body`` makes what each try is put into, where it succeeds.
        """
        if isinstance(self._silence, TimedOut) and not self._has_answered:
            raise self._silence
        try:
            answer = answered(lambda: self._transport.exchange(path, accept=accept, body=body), self._pauses())
        except Unreachable as error:
            self._silence = error
            raise
        self._has_answered = True
        if answer.status != OK:
            raise refusal(answer, path)
        return answer.body

    def _pauses(self) -> tuple[float, ...]:
        """How patient to be: more with a server that has answered before, not at all with one that leaves another request unanswered."""
        if self._has_answered:
            return PATIENT_PAUSES
        return PAUSES if self._silence is None else ()

    def server_info(self) -> ServerInfo:
        """The server's version, and what it serves of resource.k8s.io, as far as it tells. Raises as ``list``."""
        run_side_by_side([self._group], 1)
        try:
            return ServerInfo(
                git_version=self._version.value(),
                resource_versions=self._group.value(),
                served=self._served.value_if_begun() or {},
            )
        except Unreachable:
            if not self._answers():
                raise
            return ServerInfo()

    def _api_versions(self, kind: Kind) -> Iterable[str]:
        """The versions to ask for ``kind``, in turn: the newest one first, and, where that is not served, the others that the group has."""
        newest, *others = kind.api_versions()
        if kind.group != RESOURCE_GROUP:
            yield newest
            return
        known = self._group.value_if_ready()
        if known is None or _version(newest) in known:
            yield newest
        known = self._group.value()
        yield from (other for other in others if known is None or _version(other) in known)

    def _read_list(self, kind: Kind, namespace: str | None, selectors: dict[str, str], ahead: Ahead | None = None) -> Listing:
        unread = None
        for api_version in self._api_versions(kind):
            try:
                return self._read_pages(kind, api_version, _collection(api_version, kind, namespace), selectors, ahead)
            except NotServed:
                continue
            except (CredentialFailed, Unauthorized, Unreachable):
                raise
            except Forbidden as error:
                unread = _unread(kind, UnreadReason.FORBIDDEN, error, namespace)
            except ClusterError as error:
                unread = _unread(kind, UnreadReason.FAILED, error, namespace)
            break
        if unread is None:
            self._note_absence(kind)
            missing = NotServed(f"the server does not serve {kind.plural} of {kind.group or 'v1'}")
            unread = _unread(kind, UnreadReason.NOT_SERVED, missing, namespace)
        return Listing(kind=kind, unread=(unread,))

    def _note_absence(self, kind: Kind) -> None:
        """Asks which kinds the server serves, where one is missing and the version that has all of them with it."""
        if kind.group == RESOURCE_GROUP and RESOURCE_CLAIM.versions[0] not in (self._group.value() or ()):
            self._served.finish()

    def _answers(self) -> bool:
        """Whether the server has answered anything: only then is a kind that got no answer a failure of its own."""
        with self._lock:
            others = tuple(self._pending.values())
        for other in others:
            if self._has_answered:
                break
            other.finish()
        return self._has_answered

    def _read_pages(self, kind: Kind, api_version: str, collection: str, selectors: dict[str, str], ahead: Ahead | None) -> Listing:
        """One consistent list. A list that expired in its middle is begun again, and at last asked for without pages."""
        look = partial(ahead, kind, api_version) if ahead else None
        query = {name: text for name, text in selectors.items() if text}
        if kind is RESOURCE_SLICE and not query:
            with contextlib.suppress(Expired):
                whole = self._whole_list(collection, look)
                if whole.is_all:
                    return _listing(kind, api_version, collection, whole)
        for _ in range(_MOST_RESTARTS):
            with contextlib.suppress(Expired):
                pages = read_pages(Pages(self.get, collection, {**query, "limit": str(PAGE_SIZE)}), look)
                return _listing(kind, api_version, collection, pages)
        return _listing(kind, api_version, collection, read_pages(Pages(self.get, collection, query), look))

    def _whole_list(self, collection: str, look: Callable[[bytes], object] | None) -> WholeList:
        """The list, asked for at once."""
        tries: list[WholeList] = []

        def another_try() -> WholeList:
            tries.append(WholeList(collection, look))
            return tries[-1]

        self.get(collection, body=another_try)
        return tries[-1]


def _listing(kind: Kind, api_version: str, collection: str, found: PagesRead | WholeList) -> Listing:
    return Listing(
        kind=kind,
        pages=tuple(found.pages),
        api_version=api_version,
        origin=Origin(where=collection),
        resource_version=found.resource_version,
        read_ahead=tuple(found.made),
    )


def _collection(api_version: str, kind: Kind, namespace: str | None) -> str:
    root = f"/apis/{api_version}" if kind.group else f"/api/{api_version}"
    scope = f"/namespaces/{quote(namespace, safe='')}" if kind.namespaced and namespace else ""
    return f"{root}{scope}/{kind.plural}"


def _version(api_version: str) -> str:
    return api_version.rpartition("/")[2]


def _unread(kind: Kind, reason: UnreadReason, error: ClusterError, namespace: str | None) -> Unread:
    return Unread(kind=kind, reason=reason, message=error.message, namespace=namespace or "")


def _to_standard_error(line: str) -> None:
    sys.stderr.write(line + "\n")
