"""Lists and maps of an object → what is wrong with their size, their entries and their keys.

Upstream: ``pkg/apis/resource/validation/validation.go`` ``validateSlice``, ``validateSet``, ``validateMap``. From 1.35 on a list that is
too long is not looked into, and an entry that stands twice is told by its place; before, by its key field.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from kubectl_dra.admission.field_errors import FieldErrors, duplicate, too_many
from kubectl_dra.releases.release import Release

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

Entry = TypeVar("Entry")
Check: TypeAlias = Callable[[Entry, str], FieldErrors]

MODERN = Release(1, 35)
_KEYS_AT_MAP = Release(1, 36)
_ELLIPSIS = "..."
_SHORTEST_LIMIT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """How entries of a list are told apart: by ``of``; before 1.35 a duplicate was reported at ``field`` of the entry."""

    of: Callable[[object], Hashable]
    field: str = ""


def by_field(name: str, *, reported: bool = True) -> Keys:
    """Entries are mappings that one field tells apart."""
    return Keys(of=lambda entry: _text(entry, name), field=name if reported else "")


ITSELF = Keys(of=lambda entry: str(entry))
"""Entries are told apart by themselves."""


def _text(entry: object, name: str) -> str:
    return str(entry.get(name, "")) if isinstance(entry, dict) else ""


def check_list(path: str, entries: Sequence[Entry], most: int | None, check: Check[Entry], release: Release) -> FieldErrors:
    """Every entry, and how many there are."""
    is_long = most is not None and len(entries) > most
    size = [too_many(path, len(entries), most or 0)] if is_long else []
    if is_long and release >= MODERN:
        return size
    return [error for number, entry in enumerate(entries) for error in check(entry, f"{path}[{number}]")] + size


def check_set(path: str, entries: Sequence[Entry], most: int | None, check: Check[Entry], keys: Keys, release: Release) -> FieldErrors:
    """Every entry, how many there are, and that none stands twice."""
    errors = check_list(path, entries, most, check, release)
    if most is not None and len(entries) > most and release >= MODERN:
        return errors
    seen: set[Hashable] = set()
    for number, entry in enumerate(entries):
        key = keys.of(entry)
        if key in seen:
            suffix = f".{keys.field}" if keys.field and release < MODERN else ""
            errors.append(duplicate(f"{path}[{number}]{suffix}", key))
        seen.add(key)
    return errors


def check_map(
    path: str, entries: Mapping[str, Entry], longest: int, check_key: Check[str], check: Check[Entry], release: Release
) -> FieldErrors:
    """Every key and every value; keys longer than ``longest`` are shortened in paths. Before 1.36 a bad key had a path of its own."""
    errors: FieldErrors = []
    for key, entry in entries.items():
        place = f"{path}[{_shortened(key, longest)}]"
        errors += check_key(key, path if release >= _KEYS_AT_MAP else place)
        errors += check(entry, place)
    return errors


def _shortened(text: str, most: int) -> str:
    limit = max(most, _SHORTEST_LIMIT)
    if len(text) <= limit:
        return text
    remaining = limit - len(_ELLIPSIS)
    return text[: (remaining + 1) // 2] + _ELLIPSIS + text[len(text) - remaining // 2 :]
