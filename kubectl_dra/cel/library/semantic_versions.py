"""Semantic versions; `apiserver/pkg/cel/library/semverlib.go` at version 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from kubectl_dra.apimachinery.semver import Version, VersionError, parse_normalized_version, parse_version
from kubectl_dra.cel.declarations import function, method
from kubectl_dra.cel.values import Failure

if TYPE_CHECKING:
    from kubectl_dra.cel.declarations import Functions


def _semver(text: str, normalize: bool = False) -> Version:  # noqa: FBT001, FBT002 - so it is called in CEL
    try:
        return parse_normalized_version(text) if normalize else parse_version(text)
    except VersionError as error:
        raise Failure(str(error)) from None


def _is_semver(text: str, normalize: bool = False) -> bool:  # noqa: FBT001, FBT002 - so it is called in CEL
    try:
        _semver(text, normalize)
    except Failure:
        return False
    return True


FUNCTIONS: Final[Functions] = {
    "semver": (function("(string): Semver", _semver), function("(string, bool): Semver", _semver)),
    "isSemver": (function("(string): bool", _is_semver), function("(string, bool): bool", _is_semver)),
    "isGreaterThan": (method("(Semver, Semver): bool", lambda left, right: left.compare(right) > 0),),
    "isLessThan": (method("(Semver, Semver): bool", lambda left, right: left.compare(right) < 0),),
    "compareTo": (method("(Semver, Semver): int", Version.compare),),
    "major": (method("(Semver): int", lambda version: version.major),),
    "minor": (method("(Semver): int", lambda version: version.minor),),
    "patch": (method("(Semver): int", lambda version: version.patch),),
}
