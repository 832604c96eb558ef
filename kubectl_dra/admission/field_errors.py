"""One thing that is wrong with one field, in the words of the API server.

Upstream: ``apimachinery/pkg/util/validation/field/errors.go`` ``Error``, ``ErrorBody``.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable


class ErrorType(enum.Enum):
    """The kinds of complaint, each with the words that the API server prints for it."""

    REQUIRED = "Required value"
    DUPLICATE = "Duplicate value"
    INVALID = "Invalid value"
    NOT_SUPPORTED = "Unsupported value"
    NOT_FOUND = "Not found"
    FORBIDDEN = "Forbidden"
    TOO_LONG = "Too long"
    TOO_MANY = "Too many"
    INTERNAL = "Internal error"


_WITHOUT_VALUE = {ErrorType.REQUIRED, ErrorType.FORBIDDEN, ErrorType.TOO_LONG, ErrorType.INTERNAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldError:
    """A complaint: about which field (a path as the API prints it), of what kind, which value, and what is asked for."""

    type: ErrorType
    path: str
    detail: str = ""
    value: object = None

    def __str__(self) -> str:
        """The line that the API server prints."""
        parts = [self.path, self.type.value]
        if self.type not in _WITHOUT_VALUE:
            parts.append(_printed(self.value))
        if self.detail:
            parts.append(self.detail)
        return ": ".join(parts)


FieldErrors: TypeAlias = list[FieldError]


def required(path: str, detail: str = "") -> FieldError:
    """A field that must be there."""
    return FieldError(type=ErrorType.REQUIRED, path=path, detail=detail)


def invalid(path: str, value: object, detail: str) -> FieldError:
    """A value that will not do."""
    return FieldError(type=ErrorType.INVALID, path=path, value=value, detail=detail)


def forbidden(path: str, detail: str) -> FieldError:
    """A field that may not be there."""
    return FieldError(type=ErrorType.FORBIDDEN, path=path, detail=detail)


def duplicate(path: str, value: object) -> FieldError:
    """A value that stands twice where each may stand once."""
    return FieldError(type=ErrorType.DUPLICATE, path=path, value=value)


def not_found(path: str, value: object) -> FieldError:
    """A name of something that is not there."""
    return FieldError(type=ErrorType.NOT_FOUND, path=path, value=value)


def too_long(path: str, most: int) -> FieldError:
    """Text of more than ``most`` bytes."""
    return FieldError(type=ErrorType.TOO_LONG, path=path, detail=f"may not be more than {most} bytes")


def too_many(path: str, number: int, most: int) -> FieldError:
    """A list of more than ``most`` entries."""
    return FieldError(type=ErrorType.TOO_MANY, path=path, value=number, detail=f"must have at most {most} items")


def not_supported(path: str, value: object, supported: Iterable[str]) -> FieldError:
    """A value that is none of those that there are."""
    names = ", ".join(f'"{name}"' for name in sorted(supported))
    return FieldError(type=ErrorType.NOT_SUPPORTED, path=path, value=value, detail=f"supported values: {names}")


def aggregate(errors: Iterable[FieldError]) -> str:
    """All complaints in one line, each once, as ``ErrorList.ToAggregate`` prints them."""
    lines = list(dict.fromkeys(str(error) for error in errors))
    return lines[0] if len(lines) == 1 else f"[{', '.join(lines)}]"


def _printed(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
