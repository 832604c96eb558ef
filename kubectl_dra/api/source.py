"""Source, Listing, RawObject: what every supplier of objects offers.

The whole seam between this program and the world is :meth:`Source.list`. A live API server, a folder of manifests and the demo cluster
look alike behind it, and not being able to read something is a value there (:class:`Unread`), never an exception and never an empty list.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import msgspec

if TYPE_CHECKING:
    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.apimachinery.origin import Origin

Document: TypeAlias = Mapping[str, Any]
"""One object as plain values: dict, list, str, int, float, bool, None."""


class UnreadReason(enum.Enum):
    """Why a kind could not be read."""

    FORBIDDEN = "forbidden"
    NOT_SERVED = "not served"
    FAILED = "failed"
    NOT_INCLUDED = "not included"
    """The files that were given hold no object of this kind, so there may be none or they may have been left out of the dump."""


class Unread(msgspec.Struct, frozen=True, kw_only=True):
    """A kind, or one namespace of it, that could not be read, and in whose words.

    ``namespace`` is empty where the whole kind could not be read. ``message`` is the server's or the reader's own sentence.
    """

    kind: Kind
    reason: UnreadReason
    message: str
    namespace: str = ""


class RawObject(msgspec.Struct, frozen=True, kw_only=True):
    """One object before it is typed.

    Exactly one of ``content`` (JSON bytes as the server sent them) and ``document`` (plain values, from YAML) is given; ``content`` is
    decoded straight into Structs, which makes 40,000 devices readable in half a second. ``api_version`` is what the object says of itself.
    """

    kind: Kind
    api_version: str
    origin: Origin
    content: bytes | None = None
    document: Document | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """All objects of one kind that a Source has.

    ``objects`` are in the server's or the file's order. For a kind that the server lists as a whole, ``pages`` holds the raw JSON of whole
    lists (``{"items": [...]}``) instead, which are decoded in one go; then ``objects`` is empty. ``unread`` says what is missing:
    with it, the objects that are there are still true.
    """

    kind: Kind
    objects: tuple[RawObject, ...] = ()
    pages: tuple[bytes, ...] = ()
    api_version: str = ""
    origin: Origin | None = None
    resource_version: str | None = None
    unread: tuple[Unread, ...] = ()
    read_ahead: tuple[object, ...] = ()
    """What became of each page while the next one was still coming (see ``ApiServer.prefetch``); empty where nobody asked for it."""


class ServerInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What a Source knows of the server: its version as ``/version`` says it, and which versions of resource.k8s.io it serves.

    ``git_version`` is empty where nothing tells it; ``resource_versions`` is None where it is not known (files without ``version.json``).
    """

    git_version: str = ""
    resource_versions: tuple[str, ...] | None = None
    served: Mapping[str, tuple[str, ...]] = {}
    """From group version (``resource.k8s.io/v1``) to the plural names it serves; a server that serves v1 is not asked for them."""


class Source(Protocol):
    """A supplier of objects."""

    @property
    def is_live(self) -> bool:
        """Whether the clock is now's, and objects may change between two reads."""

    def list(self, kind: Kind, namespace: str | None = None) -> Listing:
        """All objects of ``kind``, of one namespace or (None) of all."""

    def server_info(self) -> ServerInfo:
        """What is known of the server."""
