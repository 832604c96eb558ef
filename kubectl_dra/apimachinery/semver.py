"""Text → Version: semantic versions 2.0.0, strict, as `blang/semver/v4` reads them and Kubernetes' `semver(text, true)` mends them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import msgspec

from kubectl_dra.apimachinery.override import override

_ALPHANUMERIC: Final = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-")
_DIGITS: Final = frozenset("0123456789")
_PARTS: Final = 3
_MAX_UINT64: Final = (1 << 64) - 1

_Precedence = tuple[int, int, int, bool, tuple[tuple[bool, int, str], ...]]


class VersionError(ValueError):
    """A text that is no semantic version, in upstream's words."""


class Version(msgspec.Struct, frozen=True, eq=False, kw_only=True):
    """A semantic version; compared by precedence, so build metadata does not count."""

    major: int
    minor: int
    patch: int
    prerelease: tuple[int | str, ...] = ()
    build: tuple[str, ...] = ()

    @property
    def precedence(self) -> _Precedence:
        """A key that sorts as upstream's `Version.Compare` does: numbers before words, a prerelease before its release."""
        parts = tuple((False, part, "") if isinstance(part, int) else (True, 0, part) for part in self.prerelease)
        return self.major, self.minor, self.patch, not parts, parts

    def compare(self, other: Version) -> int:
        """-1, 0 or 1 as this one comes before, with or after the other."""
        left, right = self.precedence, other.precedence
        return (left > right) - (left < right)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self.precedence == other.precedence

    @override
    def __hash__(self) -> int:
        return hash(self.precedence)

    def __lt__(self, other: Version) -> bool:
        return self.precedence < other.precedence

    @override
    def __str__(self) -> str:
        prerelease = "-" + ".".join(map(str, self.prerelease)) if self.prerelease else ""
        build = "+" + ".".join(self.build) if self.build else ""
        return f"{self.major}.{self.minor}.{self.patch}{prerelease}{build}"


@lru_cache(maxsize=4096)
def parse_version(text: str) -> Version:
    """The version that a text means; `semver.Parse`. Raises VersionError in upstream's words."""
    if not text:
        raise VersionError("Version string empty")
    parts = text.split(".", 2)
    if len(parts) != _PARTS:
        raise VersionError("No Major.Minor.Patch elements found")
    rest, plus, build = parts[2].partition("+")
    patch, dash, prerelease = rest.partition("-")
    return Version(
        major=_parse_number(parts[0], "major"),
        minor=_parse_number(parts[1], "minor"),
        patch=_parse_number(patch, "patch"),
        prerelease=tuple(_parse_prerelease(part) for part in prerelease.split(".")) if dash else (),
        build=tuple(_parse_build(part) for part in build.split(".")) if plus else (),
    )


def parse_normalized_version(text: str) -> Version:
    """The version after a leading v, leading zeros and missing parts are mended; `normalizeAndParse` of Kubernetes' library."""
    parts = [_without_leading_zeros(part) for part in text.removeprefix("v").split(".", 2)]
    if len(parts) < _PARTS and not {"+", "-"}.isdisjoint(parts[-1]):
        raise VersionError("short version cannot contain PreRelease/Build meta data")
    return parse_version(".".join(parts + ["0"] * (_PARTS - len(parts))))


def _without_leading_zeros(part: str) -> str:
    if len(part.encode()) <= 1:
        return part
    stripped = part.lstrip("0")
    return stripped if stripped and stripped[0] in _DIGITS else "0" + stripped


def _parse_number(text: str, name: str) -> int:
    if not _DIGITS.issuperset(text):
        raise VersionError(f"Invalid character(s) found in {name} number {quoted(text)}")
    if len(text) > 1 and text[0] == "0":
        raise VersionError(f"{name.capitalize()} number must not contain leading zeroes {quoted(text)}")
    return _parse_uint64(text)


def _parse_uint64(text: str) -> int:
    if not text:
        raise VersionError('strconv.ParseUint: parsing "": invalid syntax')
    if len(text) > len(str(_MAX_UINT64)) or int(text) > _MAX_UINT64:
        raise VersionError(f"strconv.ParseUint: parsing {quoted(text)}: value out of range")
    return int(text)


def _parse_prerelease(text: str) -> int | str:
    if not text:
        raise VersionError("Prerelease is empty")
    if _DIGITS.issuperset(text):
        if len(text) > 1 and text[0] == "0":
            raise VersionError(f"Numeric PreRelease version must not contain leading zeroes {quoted(text)}")
        return _parse_uint64(text)
    if not _ALPHANUMERIC.issuperset(text):
        raise VersionError(f"Invalid character(s) found in prerelease {quoted(text)}")
    return text


def _parse_build(text: str) -> str:
    if not text:
        raise VersionError("Build meta data is empty")
    if not _ALPHANUMERIC.issuperset(text):
        raise VersionError(f"Invalid character(s) found in build meta data {quoted(text)}")
    return text


def quoted(text: str) -> str:
    """As Go's %q writes it."""
    escapes = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\a": "\\a", "\b": "\\b", "\f": "\\f", "\v": "\\v"}
    return '"' + "".join(escapes.get(letter) or (letter if letter.isprintable() else _escaped(letter)) for letter in text) + '"'


def _escaped(letter: str) -> str:
    code = ord(letter)
    if code < 0x80:  # noqa: PLR2004 - ASCII
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - the basic plane
