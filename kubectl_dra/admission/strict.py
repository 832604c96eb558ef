"""A document → the object that the API server would decode, or why it would not.

kubectl asks for strict decoding: fields that a kind does not have in that version and release are an error, each named with its path. A
value of the wrong type ends decoding. ``null`` is the same as absent. Upstream: ``sigs.k8s.io/json`` ``UnmarshalStrict``,
``serializer/json`` ``strictDecodingError``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from kubectl_dra.admission import schema
from kubectl_dra.apimachinery.quantity import QuantityError, read_quantity

if TYPE_CHECKING:
    from kubectl_dra.api.source import Document
    from kubectl_dra.releases.release import Release

_MAX_INT = 1 << 63
_MAX_UNKNOWN = 100
"""How many unknown fields the API server names before it stops counting."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownField:
    """A field that the kind does not have; ``path`` as the API server prints it (``spec.devices.requests[0].deviceClassName``)."""

    path: str

    def __str__(self) -> str:
        """The API server's clause."""
        return f'unknown field "{self.path}"'


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongType:
    """A value that cannot be decoded: where, what stands there, what the field holds."""

    path: str
    found: str
    wanted: str

    def __str__(self) -> str:
        """What stands where, and what should."""
        return f"{self.path} holds {self.wanted}, and here stands {self.found}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """An object with nulls gone and unknown fields left out, and what was wrong on the way."""

    document: Document
    unknown: tuple[UnknownField, ...] = ()
    wrong: tuple[WrongType, ...] = ()


def decode_strictly(document: Document, kind_name: str, version: str, release: Release) -> Decoded:
    """Decode a document as ``kind_name`` of ``version`` (``v1``, ``v1beta1`` …) in ``release``."""
    decoding = _Decoding(version=version, release=release)
    decoded = decoding.struct(document, kind_name, "")
    return Decoded(document=decoded, unknown=tuple(decoding.unknown), wrong=tuple(decoding.wrong))


_WORDS = {
    "string": "text",
    "int": "a whole number",
    "bool": "true or false",
    "quantity": 'a quantity such as "40Gi"',
    "time": "a time such as 2026-01-31T12:00:00Z",
}


def _in_words(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    return f'"{value}"' if isinstance(value, str) else str(value)


@dataclass(slots=True, kw_only=True)
class _Decoding:
    version: str
    release: Release
    unknown: list[UnknownField] = field(default_factory=list)
    wrong: list[WrongType] = field(default_factory=list)

    def struct(self, value: object, type_name: str, path: str) -> Document:
        """A mapping with the fields of a type."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self._refuse(value, path, "a mapping")
            return {}
        fields = schema.fields_of(type_name, self.version, self.release)
        decoded: dict[str, object] = {}
        for name, part in value.items():
            place = f"{path}.{name}" if path else name
            if name not in fields:
                if len(self.unknown) < _MAX_UNKNOWN:
                    self.unknown.append(UnknownField(path=place))
            elif part is not None:
                decoded[name] = self._value(part, fields[name], place)
        return decoded

    def _value(self, value: object, type_name: str, path: str) -> object:
        if schema.is_list(type_name):
            return self._list(value, schema.element_of(type_name), path)
        if schema.is_map(type_name):
            return self._map(value, schema.element_of(type_name), path)
        if type_name == "any":
            return value
        if type_name in _WORDS:
            return self._scalar(value, type_name, path)
        return self.struct(value, type_name, path)

    def _list(self, value: object, element: str, path: str) -> list[object]:
        if not isinstance(value, list | tuple):
            self._refuse(value, path, "a list")
            return []
        return [self._entry(part, element, f"{path}[{number}]") for number, part in enumerate(value)]

    def _map(self, value: object, element: str, path: str) -> Document:
        if not isinstance(value, dict):
            self._refuse(value, path, "a mapping")
            return {}
        return {name: self._entry(part, element, f"{path}.{name}") for name, part in value.items()}

    def _entry(self, value: object, element: str, path: str) -> object:
        if value is None:
            return _ZERO.get(element, {})
        return self._value(value, element, path)

    def _scalar(self, value: object, type_name: str, path: str) -> object:
        if type_name == "quantity":
            return self._quantity(value, path)
        if type_name == "int" and isinstance(value, float) and value.is_integer():
            value = int(value)
        if _is_of(value, type_name):
            return value
        self._refuse(value, path, _WORDS[type_name])
        return _ZERO[type_name]

    def _quantity(self, value: object, path: str) -> str | int | float:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            try:
                read_quantity(cast("str | float", value))
            except QuantityError:
                pass
            else:
                return value
        self._refuse(value, path, _WORDS["quantity"])
        return "0"

    def _refuse(self, value: object, path: str, wanted: str) -> None:
        self.wrong.append(WrongType(path=path, found=_in_words(value), wanted=wanted))


_ZERO: dict[str, object] = {"string": "", "int": 0, "bool": False, "quantity": "0", "time": ""}


def _is_of(value: object, type_name: str) -> bool:
    if type_name == "bool":
        return isinstance(value, bool)
    if type_name == "int":
        return isinstance(value, int) and not isinstance(value, bool) and -_MAX_INT <= value < _MAX_INT
    return isinstance(value, str) and (type_name == "string" or schema.is_time(value))
