from __future__ import annotations

import pytest

from kubectl_dra.apimachinery.quantity import QuantityError, from_int, parse_quantity


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("0", "0"),
        ("-0", "0"),
        ("1.5", "1500m"),
        ("1.5Gi", "1536Mi"),
        ("1024", "1024"),
        ("1024Ki", "1Mi"),
        ("0.5Ki", "512"),
        ("1000", "1k"),
        ("1000000", "1M"),
        ("80Gi", "80Gi"),
        ("100Ti", "100Ti"),
        ("1e3", "1e3"),
        ("1E3", "1E3"),
        ("10e3", "10e3"),
        ("1.5e3", "1500"),
        ("0.1n", "1n"),
        ("12.3Ki", "12595200m"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("9Ei", "9223372036854775807"),
        ("1023", "1023"),
        ("+5", "+5"),
        ("005", "005"),
        (".5", "500m"),
        ("5.", "5."),
    ],
)
def test_printed_form(text: str, canonical: str) -> None:
    """A quantity prints as the API prints it."""
    assert canonical == str(parse_quantity(text))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "regular expression"),
        ("1.2.3", "regular expression"),
        ("1Gib", "regular expression"),
        ("1ki", "suffix"),
        ("abc", "regular expression"),
        ("1e", "suffix"),
    ],
)
def test_refused_text(text: str, words: str) -> None:
    """A text that is no quantity is refused in upstream's words."""
    with pytest.raises(QuantityError, match=words):
        parse_quantity(text)


def test_equal_by_value() -> None:
    """Two spellings of one number are equal, and hash alike."""
    assert parse_quantity("1Gi") == parse_quantity("1073741824")
    assert hash(parse_quantity("1Gi")) == hash(parse_quantity("1073741824"))


def test_order() -> None:
    """Quantities sort by value across suffixes and signs."""
    texts = ["-1k", "-1", "-1m", "0", "1n", "1m", "999m", "1", "1k", "1Ki", "1e30", "1e999999"]
    assert texts == sorted(texts, key=parse_quantity)


def test_sum_keeps_the_format() -> None:
    """A sum is printed in the format of what was there first."""
    assert str(parse_quantity("1Gi").add(parse_quantity("1Gi"))) == "2Gi"
    assert str(parse_quantity("0").add(parse_quantity("1Gi"))) == "1Gi"
    assert str(parse_quantity("1Gi").sub(parse_quantity("1500m"))) == "1073741822500m"


def test_int64_where_upstream_has_one() -> None:
    """Fractions, and what upstream holds as a decimal, have no integer."""
    assert parse_quantity("2k").as_int64() == 2000
    assert parse_quantity("1500m").as_int64() is None
    assert parse_quantity("1.5Gi").as_int64() is None
    assert parse_quantity("1500m").add(parse_quantity("500m")).as_int64() is None


def test_value_rounds_away_from_zero() -> None:
    """A fraction counts as the next whole number."""
    assert parse_quantity("1m").value() == 1
    assert parse_quantity("-1500m").value() == -2
    assert parse_quantity("1.5").milli_value() == 1500
    assert parse_quantity("100u").milli_value() == 1


def test_from_int() -> None:
    """A whole number is a quantity."""
    assert from_int(8) == parse_quantity("8")


def test_far_apart() -> None:
    """A sum that would fill memory is refused."""
    with pytest.raises(QuantityError, match="too far apart"):
        parse_quantity("1e999999").add(parse_quantity("1n"))
