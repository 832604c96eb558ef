"""Listing → typed objects: raw objects decoded into the Struct of their kind, older versions rewritten on the way.

Raises :class:`kubectl_dra.api.reading.UnreadableObject` for an object that is not what its kind says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec

from kubectl_dra.api import versions
from kubectl_dra.apimachinery import decode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.source import Document, Listing, RawObject
    from kubectl_dra.apimachinery.origin import Origin

T = TypeVar("T")


class UnreadableObject(ValueError):
    """An object whose fields are not what its kind says: which, where, and what is wrong with which field."""

    def __init__(self, *, kind_name: str, name: str, origin: Origin | None, error: decode.DecodeError) -> None:
        self.origin = origin
        self.field_path = error.field_path
        self.message = error.message
        self.subject = f"{kind_name}/{name}" if name else kind_name
        place = f"{origin}: " if origin else ""
        super().__init__(f"{place}{self.subject}: {error}")


class Placed(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """An object and where it came from."""

    value: T
    api_version: str
    origin: Origin | None


def read(listing: Listing, struct: type[T]) -> tuple[T, ...]:
    """All objects of ``listing`` as Structs, in its order."""
    return tuple(placed.value for placed in read_placed(listing, struct))


def read_placed(listing: Listing, struct: type[T]) -> Iterator[Placed[T]]:
    """All objects of ``listing`` as Structs, each with its origin and the version it was written in."""
    for position, page in enumerate(listing.pages):
        for value in _taken(listing, position, struct) or _read_page(listing, page, struct):
            yield Placed(value=value, api_version=listing.api_version, origin=listing.origin)
    for raw in listing.objects:
        yield Placed(value=read_object(raw, struct), api_version=raw.api_version, origin=raw.origin)


def page_ahead(api_version: str, page: bytes, struct: type[T]) -> tuple[T, ...]:
    """A page's objects before the whole list is here; none where that is not simple, and :func:`read` will see to it."""
    if versions.needs_rewriting(api_version):
        return ()
    try:
        return decode.decode_items(page, struct)
    except decode.DecodeError:
        return ()


def _taken(listing: Listing, position: int, struct: type[T]) -> tuple[T, ...]:
    """What was read ahead of a page, if it was read as this Struct."""
    values = listing.read_ahead[position] if listing.read_ahead else ()
    return values if isinstance(values, tuple) and values and isinstance(values[0], struct) else ()


def read_object(raw: RawObject, struct: type[T]) -> T:
    """One raw object as a Struct."""
    try:
        if raw.content is not None and not versions.needs_rewriting(raw.api_version):
            return decode.decode(raw.content, struct)
        return decode.convert(versions.as_v1(raw.kind.name, raw.api_version, document_of(raw)), struct)
    except decode.DecodeError as error:
        raise UnreadableObject(kind_name=raw.kind.name, name=_name_of(raw), origin=raw.origin, error=error) from error


def document_of(raw: RawObject) -> Document:
    """A raw object as plain values, in the version it was written in. Raises :class:`kubectl_dra.apimachinery.decode.DecodeError`."""
    document = raw.document if raw.document is not None else decode.plain_values(raw.content or b"null")
    if not isinstance(document, dict):
        raise decode.DecodeError("expected an object")
    return decode.without_nulls(document)  # type: ignore[no-any-return]


def _read_page(listing: Listing, page: bytes, struct: type[T]) -> tuple[T, ...]:
    try:
        if not versions.needs_rewriting(listing.api_version):
            return decode.decode_items(page, struct)
        rewritten = (
            versions.as_v1(listing.kind.name, listing.api_version, decode.without_nulls(item)) for item in decode.plain_items(page)
        )
        return tuple(decode.convert(item, struct) for item in rewritten)
    except decode.DecodeError as error:
        raise UnreadableObject(kind_name=listing.kind.name, name="", origin=listing.origin, error=error) from error


def _name_of(raw: RawObject) -> str:
    try:
        metadata = document_of(raw).get("metadata")
    except decode.DecodeError:
        return ""
    name = metadata.get("name") if isinstance(metadata, dict) else None
    return name if isinstance(name, str) else ""
