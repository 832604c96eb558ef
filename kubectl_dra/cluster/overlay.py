"""Two Sources → one: what if these manifests were applied to that cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api.source import Listing, RawObject, Source
from kubectl_dra.apimachinery.origin import Origin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.api.source import ServerInfo


class OverlaySource:
    """Objects of ``upper`` take the place of those in ``lower`` that have their kind, namespace and name; others are added behind.

    The server is ``lower``'s. A kind that ``upper`` could not read is as ``lower`` has it.
    """

    def __init__(self, *, lower: Source, upper: Source) -> None:
        self._lower = lower
        self._upper = upper

    @property
    def is_live(self) -> bool:
        """As the Source below."""
        return self._lower.is_live

    def list(self, kind: Kind, namespace: str | None = None) -> Listing:
        """All objects of ``kind``, replaced ones in the place of those they replace."""
        lower = self._lower.list(kind, namespace)
        laid = {_name_of(raw): raw for raw in _objects_of(self._upper.list(kind, namespace))}
        if not laid:
            return lower
        merged = [laid.pop(_name_of(raw), raw) for raw in _objects_of(lower)]
        return Listing(kind=kind, objects=(*merged, *laid.values()), resource_version=lower.resource_version, unread=lower.unread)

    def server_info(self) -> ServerInfo:
        """What is known of the server below."""
        return self._lower.server_info()


class _Items(msgspec.Struct):
    items: list[msgspec.Raw] = []


class _Metadata(msgspec.Struct):
    name: str | None = ""
    namespace: str | None = ""


class _Named(msgspec.Struct):
    metadata: _Metadata | None = None


def _objects_of(listing: Listing) -> Iterator[RawObject]:
    origin = listing.origin or Origin(where="")
    for page in listing.pages:
        for item in msgspec.json.decode(page, type=_Items).items:
            yield RawObject(kind=listing.kind, api_version=listing.api_version, origin=origin, content=bytes(item))
    yield from listing.objects


def _name_of(raw: RawObject) -> tuple[str, str, int]:
    """Namespace and name; an object without a name (``generateName``) is like no other."""
    named = msgspec.convert(raw.document, _Named) if raw.content is None else msgspec.json.decode(raw.content, type=_Named)
    metadata = named.metadata or _Metadata()
    return metadata.namespace or "", metadata.name or "", 0 if metadata.name else id(raw)
