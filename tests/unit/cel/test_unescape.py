"""Literals → their values."""

import pytest

from kubectl_dra.cel.unescape import UnescapeError, unescaped


@pytest.mark.parametrize(
    ("literal", "expected"),
    [
        ('"a"', "a"),
        ("'''a'b'''", "a'b"),
        (r'"\n\t\\\""', '\n\t\\"'),
        (r'"\u00e9\U0001f600\x41\101"', "é😀AA"),
        (r'r"\n"', r"\n"),
        (r'b"\xff\377é"', b"\xff\xff\xc3\xa9"),
        (r'br"\xff"', rb"\xff"),
        ('"a\r\nb"', "a\nb"),
    ],
)
def test_literal_stands_for_its_value(literal: str, expected: object) -> None:
    """Quotes, prefixes and escapes are read as upstream reads them."""
    assert unescaped(literal) == expected


@pytest.mark.parametrize("literal", [r'"\ud800"', r'"\U00110000"', r'b"\u00e9"'])
def test_escape_that_stands_for_nothing_is_refused(literal: str) -> None:
    """Half letters, and letters in bytes, are refused."""
    with pytest.raises(UnescapeError):
        unescaped(literal)
