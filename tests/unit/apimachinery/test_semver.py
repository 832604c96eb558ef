from __future__ import annotations

import pytest

from kubectl_dra.apimachinery.semver import VersionError, parse_normalized_version, parse_version


def test_precedence() -> None:
    """Versions sort as semver.org says."""
    texts = [
        "1.0.0-1",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.1.0",
        "2.0.0",
    ]
    assert texts == sorted(texts, key=parse_version)


def test_build_does_not_count() -> None:
    """Build metadata is kept, and not compared."""
    assert parse_version("1.2.3+a") == parse_version("1.2.3+b")
    assert str(parse_version("1.2.3-rc.1+a.b")) == "1.2.3-rc.1+a.b"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Version string empty"),
        ("1.2", "No Major.Minor.Patch elements found"),
        ("v1.2.3", 'Invalid character(s) found in major number "v1"'),
        ("580.95.05", 'Patch number must not contain leading zeroes "05"'),
        ("1.2.3-", "Prerelease is empty"),
        ("1.2.3-01", 'Numeric PreRelease version must not contain leading zeroes "01"'),
        ("1.2.3+", "Build meta data is empty"),
        (".2.3", 'strconv.ParseUint: parsing "": invalid syntax'),
        ("99999999999999999999.0.0", 'strconv.ParseUint: parsing "99999999999999999999": value out of range'),
    ],
)
def test_refused_text(text: str, words: str) -> None:
    """A text that is no version is refused in upstream's words."""
    with pytest.raises(VersionError) as refused:
        parse_version(text)
    assert words == str(refused.value)


@pytest.mark.parametrize(
    ("text", "mended"), [("v1.2.3", "1.2.3"), ("1", "1.0.0"), ("1.02", "1.2.0"), ("580.95.05", "580.95.5"), ("0.0.0-rc1", "0.0.0-rc1")]
)
def test_normalization(text: str, mended: str) -> None:
    """A leading v, leading zeros and missing parts are mended."""
    assert mended == str(parse_normalized_version(text))


def test_short_version_with_prerelease() -> None:
    """A short version may not carry a prerelease."""
    with pytest.raises(VersionError, match="short version cannot contain"):
        parse_normalized_version("1.2-rc1")
