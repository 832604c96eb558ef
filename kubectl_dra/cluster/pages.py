"""A list's path → its pages, each asked for as soon as the one before it has begun to come.

The API server writes a list's metadata, and in it the token of the next page, before the objects. Waiting for the objects as well, as
client-go does, would leave the server idle while they travel and while they are decoded.
"""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlencode

import msgspec

from kubectl_dra.apimachinery.decode import decode_json
from kubectl_dra.cluster.errors import ServerFailed
from kubectl_dra.cluster.http11 import Body
from kubectl_dra.cluster.side_by_side import Read, run_side_by_side
from kubectl_dra.cluster.statuses import OK

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

PAGES_AT_ONCE = 3
"""Pages of one list that the server works on at the same time."""

HEAD_BYTES = 4096
"""As much of a list as its metadata is looked for in."""


class _ListMeta(msgspec.Struct, frozen=True, rename={"resource_version": "resourceVersion", "continue_": "continue"}):
    resource_version: str | None = None
    continue_: str | None = None


class _ListHead(msgspec.Struct, frozen=True):
    metadata: _ListMeta | None = None


class Get(Protocol):
    """How a path is asked for."""

    def __call__(self, path: str, *, body: Callable[[], Body]) -> bytes:
        """The body of a GET that succeeded, put into what ``body`` makes for each try."""


class Page(NamedTuple):
    """One page, the resource version of its list, and the page behind it, which has been asked for already."""

    content: bytes
    resource_version: str | None
    following: Read[Page] | None


class PagesRead(NamedTuple):
    """All pages of a list, its resource version, and what was made of each page while the next one came."""

    pages: list[bytes]
    resource_version: str | None
    made: list[object]


def read_pages(pages: Iterable[Page], look: Callable[[bytes], object] | None) -> PagesRead:
    """Every page; ``look`` is called with each. Raises what asking for a page raises."""
    contents: list[bytes] = []
    made: list[object] = []
    resource_version = None
    for page in pages:
        contents.append(page.content)
        resource_version = page.resource_version
        if look is not None:
            made.append(look(page.content))
    return PagesRead(contents, resource_version, made)


class Pages:
    """All pages of one list in order; iterating raises what asking for a page raises, and ServerFailed for an answer that is no list."""

    def __init__(self, get: Get, collection: str, query: Mapping[str, str]) -> None:
        self._get = get
        self._collection = collection
        self._query = query
        self._turns = threading.BoundedSemaphore(PAGES_AT_ONCE)

    def __iter__(self) -> Iterator[Page]:
        """Each page as soon as it is here."""
        read: Read[Page] | None = self._read_from("")
        while read is not None:
            page = read.value()
            yield page
            read = page.following

    def _read_from(self, token: str) -> Read[Page]:
        return Read(partial(self._page, token))

    def _page(self, token: str) -> Page:
        query = {**self._query, "continue": token} if token else self._query
        path = f"{self._collection}?{urlencode(query)}" if query else self._collection
        following: dict[str, Read[Page]] = {}

        def begin_following(start: bytes) -> None:
            metadata = metadata_at(start)
            # a page that is asked for anew, because its end never came, may be behind which another one is not the same
            if metadata is not None and metadata.continue_ and metadata.continue_ not in following:
                following[metadata.continue_] = read = self._read_from(metadata.continue_)
                run_side_by_side([read], 1)

        with self._turns:
            content = self._get(path, body=partial(_Glanced, begin_following))
        metadata = list_metadata(content, path)
        behind = metadata.continue_
        return Page(content, metadata.resource_version, (following.get(behind) or self._read_from(behind)) if behind else None)


class _Glanced(Body):
    """A body whose beginning is shown as soon as it is here."""

    def __init__(self, glance: Callable[[bytes], None]) -> None:
        super().__init__()
        self._glance = glance
        self._start = b""

    def add(self, part: bytes) -> None:
        super().add(part)
        if len(self._start) < HEAD_BYTES:
            self._start += part[:HEAD_BYTES]
            if len(self._start) >= HEAD_BYTES:
                self._glance(self._start)


def list_metadata(page: bytes, path: str) -> _ListMeta:
    """``metadata`` of a list. The API server writes it before ``items``, so megabytes need not be read for it.

    Raises ServerFailed for a page that is no list, or not all of one.
    """
    metadata = metadata_at(page[:HEAD_BYTES])
    try:
        if metadata is None:
            metadata = decode_json(page, _ListHead).metadata
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ServerFailed("the server's answer is not a list of objects", where=path, status=OK) from error
    if metadata is None or not page.rstrip().endswith(b"}"):
        raise ServerFailed("the server's answer is not a whole list of objects", where=path, status=OK)
    return metadata


def metadata_at(start: bytes) -> _ListMeta | None:
    """``metadata`` where it stands before ``items``; None where it does not, or where this is no list."""
    head, items, _ = start.partition(b'"items":')
    try:
        return decode_json(head + items + b"null}", _ListHead).metadata if items else None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
