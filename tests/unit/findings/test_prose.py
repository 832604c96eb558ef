"""Numbers and names in sentences."""

import pytest

from kubectl_dra.findings import prose


@pytest.mark.parametrize(
    ("number", "word", "expected"),
    [
        (0, "device", "0 devices"),
        (1, "device", "1 device"),
        (2, "device", "2 devices"),
        (1, "node", "1 node"),
        (1_200, "free device", "1,200 free devices"),
        (2, "device class", "2 device classes"),
        (3, "capacity", "3 capacities"),
    ],
)
def test_things_are_counted(number: int, word: str, expected: str) -> None:
    """One thing is singular, any other number plural, and thousands have a comma."""
    assert expected == prose.count(number, word)


@pytest.mark.parametrize(
    ("number", "singular", "expected"),
    [
        (1, "is", "is"),
        (2, "is", "are"),
        (0, "has", "have"),
        (1, "lacks", "lacks"),
        (2, "lacks", "lack"),
        (2, "matches", "match"),
        (2, "carries", "carry"),
    ],
)
def test_verbs_follow_the_number(number: int, singular: str, expected: str) -> None:
    """The verb agrees with the number of things."""
    assert expected == prose.verb(number, singular)


def test_the_rest_of_a_list_is_never_one() -> None:
    """Four names are all told; of five, three are told and two counted."""
    assert prose.listed("abcd") == "a, b, c and d"
    assert prose.listed("abcde") == "a, b, c and 2 more"
    assert prose.listed("a" * 5_000) == "a, a, a and 4,997 more"
