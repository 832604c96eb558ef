"""Did you mean: the names and values that devices do have and that resemble what is written, with how many devices have them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

import msgspec

from kubectl_dra.selection.device_selector import qualified_name
from kubectl_dra.selection.readings import Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kubectl_dra.api.resource import Device

Section: TypeAlias = Literal["attributes", "capacity"]

_SHORTEST_PART: Final = 3
_LONGEST_COMPARED: Final = 128


class Nearest(msgspec.Struct, frozen=True):
    """A name or text that exists, and on how many devices."""

    text: str
    devices: int


class Suggestion(msgspec.Struct, frozen=True):
    """A part of a device that exists, and on how many devices."""

    reading: Reading
    devices: int


class Vocabulary(msgspec.Struct, frozen=True, eq=False):
    """Every name and text that devices have, with how many of them have it."""

    devices: int
    drivers: dict[str, int]
    names: dict[Section, dict[tuple[str, str], int]]
    """By section, then domain and identifier."""
    texts: Mapping[tuple[str, str], Mapping[str, int]]
    """By domain and identifier: the texts and versions of the attribute."""

    def domains(self, section: Section, identifier: str = "") -> dict[str, int]:
        """The domains that have anything, or a certain identifier, and on how many devices at most."""
        found: dict[str, int] = {}
        for (domain, name), count in self.names[section].items():
            if identifier in {"", name}:
                found[domain] = max(count, found.get(domain, 0))
        return found

    def identifiers(self, section: Section, domain: str) -> dict[str, int]:
        """The identifiers that a domain has."""
        return {name: count for (owner, name), count in self.names[section].items() if owner == domain}

    def count(self, reading: Reading) -> int:
        """How many devices have what a reading leads to; all of them for what every device has."""
        if len(reading.path) == 3 and reading.path[0] in {"attributes", "capacity"}:  # noqa: PLR2004 - section, domain, identifier
            section: Section = "attributes" if reading.path[0] == "attributes" else "capacity"
            return self.names[section].get((reading.path[1], reading.path[2]), 0)
        return self.devices


def vocabulary_of(devices: Iterable[tuple[str, Device]]) -> Vocabulary:
    """The vocabulary of devices (driver, device)."""
    drivers: dict[str, int] = {}
    names: dict[Section, dict[tuple[str, str], int]] = {"attributes": {}, "capacity": {}}
    texts: dict[tuple[str, str], dict[str, int]] = {}
    total = 0
    for driver, device in devices:
        total += 1
        drivers[driver] = drivers.get(driver, 0) + 1
        for name, attribute in device.attributes.items():
            key = qualified_name(name, driver)
            names["attributes"][key] = names["attributes"].get(key, 0) + 1
            text = attribute.string if attribute.string is not None else attribute.version
            if text is not None:
                counts = texts.setdefault(key, {})
                counts[text] = counts.get(text, 0) + 1
        for name in device.capacity:
            key = qualified_name(name, driver)
            names["capacity"][key] = names["capacity"].get(key, 0) + 1
    return Vocabulary(total, drivers, names, texts)


def nearest(word: str, candidates: Mapping[str, int], limit: int = 3) -> tuple[Nearest, ...]:
    """The candidates that resemble a word, the most alike first; the word itself is none."""
    ranked = sorted(
        (rank, -count, candidate)
        for candidate, count in candidates.items()
        if candidate != word and (rank := resemblance(word, candidate)) is not None
    )
    return tuple(Nearest(candidate, -count) for _, count, candidate in ranked[:limit])


@lru_cache(maxsize=4096)
def resemblance(word: str, candidate: str) -> int | None:
    """How far apart two words are: 0 where only case and punctuation differ; None where they have nothing in common."""
    left, right = _plain(word), _plain(candidate)
    if not left or not right:
        return None
    if left == right:
        return 0
    distance = edit_distance(left[:_LONGEST_COMPARED], right[:_LONGEST_COMPARED])
    if distance <= max(1, min(len(left), len(right)) // 3):
        return distance
    if min(len(left), len(right)) >= _SHORTEST_PART and (left in right or right in left):
        return len(left) + abs(len(left) - len(right))
    return None


def _plain(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def edit_distance(left: str, right: str) -> int:
    """How many letters are to be put in, left out, changed, or swapped with their neighbour."""
    before: list[int] = []
    previous = list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(previous[column] + 1, current[column - 1] + 1, previous[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


def nearest_readings(reading: Reading, vocabulary: Vocabulary, limit: int = 3) -> tuple[Suggestion, ...]:
    """What devices do have that may be meant by a reading which none has.

    First the same identifier in another domain or in the other section, then a similar one in the domain, then a similar one anywhere.
    """
    if len(reading.path) != 3:  # noqa: PLR2004 - section, domain, identifier
        return ()
    section: Section = "attributes" if reading.path[0] == "attributes" else "capacity"
    other: Section = "capacity" if section == "attributes" else "attributes"
    _, domain, identifier = reading.path
    found: dict[Reading, int] = {}
    for where in (section, other):
        for owner in _ranked_domains(domain, vocabulary.domains(where, identifier)):
            if (where, owner) == (section, domain):
                continue
            _add(found, (where, owner, identifier), vocabulary)
    for near in nearest(identifier, vocabulary.identifiers(section, domain)):
        _add(found, (section, domain, near.text), vocabulary)
    if not found:
        everywhere = {name: count for where in (section, other) for (_, name), count in vocabulary.names[where].items()}
        for near in nearest(identifier, everywhere):
            for where in (section, other):
                for owner in vocabulary.domains(where, near.text):
                    _add(found, (where, owner, near.text), vocabulary)
    return tuple(Suggestion(candidate, count) for candidate, count in list(found.items())[:limit])


def _add(found: dict[Reading, int], path: tuple[str, str, str], vocabulary: Vocabulary) -> None:
    candidate = Reading(path)
    found.setdefault(candidate, vocabulary.count(candidate))


def _ranked_domains(domain: str, candidates: Mapping[str, int]) -> Sequence[str]:
    """The domains most like the one that is written first, then those that most devices have."""

    def rank(candidate: str) -> tuple[int, int, str]:
        alike = -1 if candidate == domain else resemblance(domain, candidate)
        return (1 << 10 if alike is None else alike), -candidates[candidate], candidate

    return sorted(candidates, key=rank)


def nearest_texts(reading: Reading, text: str, vocabulary: Vocabulary, limit: int = 3) -> tuple[Nearest, ...]:
    """The texts that devices have at a reading and that resemble one which none has."""
    if len(reading.path) != 3:  # noqa: PLR2004 - section, domain, identifier
        return nearest(text, vocabulary.drivers, limit) if reading.path == ("driver",) else ()
    return nearest(text, vocabulary.texts.get((reading.path[1], reading.path[2]), {}), limit)
