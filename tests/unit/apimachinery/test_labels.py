"""Label selectors as people type them."""

import pytest

from kubectl_dra.apimachinery import labels

NODE = {"zone": "a", "gpus": "8", "kubernetes.io/os": "linux"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("zone=a", True),
        ("zone==a", True),
        ("zone!=a", False),
        ("rack!=r1", True),
        ("zone in (a, b)", True),
        ("zone notin (a,b)", False),
        ("rack notin (r1)", True),
        ("kubernetes.io/os", True),
        ("!rack", True),
        ("!zone", False),
        ("gpus>4", True),
        ("gpus<4", False),
        ("zone>4", False),
        ("zone=a,rack", False),
        ("zone in (a,b),gpus=8", True),
        ("", True),
    ],
)
def test_a_selector_matches_as_kubectl_would(text: str, *, expected: bool) -> None:
    """Each form of requirement is read, and a missing label meets only the negative ones."""
    assert expected == labels.matches(labels.parse(text), NODE)


@pytest.mark.parametrize("text", ["=a", "zone in a", "a b", "zone=(", "&"])
def test_a_selector_that_cannot_be_read_is_refused(text: str) -> None:
    """The message names the part that was not understood."""
    with pytest.raises(labels.BadSelector) as refusal:
        labels.parse(text)

    assert text in str(refusal.value)


def test_numbers_are_64_bits_wide() -> None:
    """A value that strconv.ParseInt would refuse meets neither Gt nor Lt."""
    above = labels.Requirement(key="n", operator="Gt", values=("1",))

    assert not above.matches({"n": str(2**63)})
