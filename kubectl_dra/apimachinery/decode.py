"""JSON bytes or plain values → frozen Structs, and back.

Two ways lead in. The fast one decodes straight into Structs. Where that fails, the slow one first does what Kubernetes' own decoder does
and msgspec does not: a ``null`` is the same as an absent field. What is still wrong then is wrong, and is told with its field path.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Hashable
from typing import Any, TypeVar, cast

import msgspec

T = TypeVar("T")


class DecodeError(ValueError):
    """Bytes or values that are not the object they should be.

    ``field_path`` is written as the API writes paths (``spec.devices[0].name``), empty for the object as a whole.
    """

    def __init__(self, message: str, field_path: str = "") -> None:
        self.message = message
        self.field_path = field_path
        super().__init__(f"{field_path}: {message}" if field_path else message)


class _Items(msgspec.Struct, gc=False):
    items: list[Any] | None = None


_making = threading.Lock()
"""Held while msgspec looks into a Struct for the first time. A second thread that comes upon the same Struct, or one that it has in it,
would decode with what is known of it by then, and the program would crash."""


@functools.cache
def _list_decoder(struct: Hashable) -> msgspec.json.Decoder[Any]:
    with _making:
        listing = msgspec.defstruct("List", [("items", tuple[struct, ...], ())], gc=False)  # type: ignore[valid-type]
        return msgspec.json.Decoder(listing)


@functools.cache
def _decoder(struct: Hashable) -> msgspec.json.Decoder[Any]:
    with _making:
        return msgspec.json.Decoder(cast(Any, struct))


def decode_json(content: bytes, struct: type[T]) -> T:
    """JSON bytes as a Struct, where ``null`` is not the same as absent. Raises msgspec's own errors. Any thread may call it."""
    return cast(T, _decoder(cast(Hashable, struct)).decode(content))


def without_nulls(value: Any) -> Any:
    """``value`` with every field that is null left out, at any depth; null items of lists stay, for they mean something."""
    if isinstance(value, dict):
        return {key: without_nulls(field) for key, field in value.items() if field is not None}
    if isinstance(value, list | tuple):
        return [without_nulls(item) for item in value]
    return value


def plain_values(content: bytes) -> Any:
    """JSON bytes as dict, list, str, int, float, bool, None. Raises :class:`DecodeError`."""
    try:
        return msgspec.json.decode(content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DecodeError(str(error)) from error


def convert(value: Any, struct: type[T]) -> T:
    """Plain values as a Struct. Raises :class:`DecodeError` with the field path."""
    _decoder(cast(Hashable, struct))
    try:
        return msgspec.convert(without_nulls(value), struct)
    except msgspec.ValidationError as error:
        raise _as_decode_error(error) from error
    except RecursionError as error:
        raise DecodeError("nested too deeply") from error


def decode(content: bytes, struct: type[T]) -> T:
    """JSON bytes of one object as a Struct. Raises :class:`DecodeError`."""
    try:
        return decode_json(content, struct)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return convert(plain_values(content), struct)


def decode_items(content: bytes, struct: type[T]) -> tuple[T, ...]:
    """The ``items`` of a list's JSON bytes as Structs, in the order of the list. Raises :class:`DecodeError`."""
    try:
        return tuple(_list_decoder(cast(Hashable, struct)).decode(content).items)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return tuple(convert(item, struct) for item in plain_items(content))


def plain_items(content: bytes) -> list[Any]:
    """The ``items`` of a list's JSON bytes as plain values. Raises :class:`DecodeError`."""
    try:
        return decode_json(content, _Items).items or []
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise DecodeError(str(error)) from error


def to_plain(value: Any) -> Any:
    """A Struct, or a container of them, as plain values with the API's spelling; absent fields stay absent."""
    # By way of JSON, because tuples are to be lists.
    return msgspec.json.decode(msgspec.json.encode(value))


def to_json(value: Any, *, indent: int = 0) -> bytes:
    """A Struct or plain values as JSON bytes; ``indent`` spaces, or none on one line."""
    content = msgspec.json.encode(value)
    return msgspec.json.format(content, indent=indent) if indent else content


def _as_decode_error(error: msgspec.ValidationError) -> DecodeError:
    message, separator, path = str(error).rpartition(" - at `$")
    if not separator:
        return DecodeError(_in_api_words(str(error)))
    return DecodeError(_in_api_words(message), path.rstrip("`").lstrip(".").replace("[...]", "[*]"))


def _in_api_words(message: str) -> str:
    words = (("`object`", "an object"), ("`array`", "a list"), ("`str`", "a string"), ("`int`", "an integer"), ("`bool`", "true or false"))
    for theirs, ours in words:
        message = message.replace(theirs, ours)
    return message[:1].lower() + message[1:]
