"""Words that are meant, where a word is not known."""

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.nearest import edit_distance, nearest, nearest_readings, nearest_texts, vocabulary_of
from kubectl_dra.selection.readings import Reading

DRIVER = "gpu.example.com"
VOCABULARY = vocabulary_of(
    [
        (
            DRIVER,
            Device(
                name=f"gpu-{number}",
                attributes={"productName": DeviceAttribute(string="Fish 7" if number else "Fish 8"), "index": DeviceAttribute(int_=number)},
                capacity={"memory": DeviceCapacity(value="80Gi")},
            ),
        )
        for number in range(3)
    ]
)


@pytest.mark.parametrize(
    ("left", "right", "expected"), [("", "", 0), ("a", "", 1), ("model", "modle", 1), ("kitten", "sitting", 3), ("abc", "abc", 0)]
)
def test_edit_distance_counts_letters(left: str, right: str, expected: int) -> None:
    """Letters added, left out, replaced, or swapped with their neighbour."""
    assert expected == edit_distance(left, right)


def test_what_more_devices_have_comes_first_among_equals() -> None:
    """Of two names that are equally near, the one on more devices is told first."""
    assert [found.text for found in nearest("modex", {"model": 1, "modes": 5})] == ["modes", "model"]


def test_far_words_are_not_offered() -> None:
    """A word that resembles nothing gets no suggestion."""
    assert nearest("bandwidth", {"model": 1}) == ()


def test_misspelt_attribute_leads_to_the_one_that_is_there() -> None:
    """The suggestion is a whole reading, with the number of devices that have it."""
    (first, *_) = nearest_readings(Reading(("attributes", DRIVER, "prodctName")), VOCABULARY)
    assert (f'device.attributes["{DRIVER}"].productName', 3) == (str(first.reading), first.devices)


def test_misspelt_domain_leads_to_the_one_that_is_there() -> None:
    """The identifier being right, the domain is looked for."""
    (first, *_) = nearest_readings(Reading(("attributes", "gpu.exmaple.com", "productName")), VOCABULARY)
    assert f'device.attributes["{DRIVER}"].productName' == str(first.reading)


def test_attribute_that_is_a_capacity_is_found_there() -> None:
    """Memory asked for as an attribute is found under capacity."""
    (first, *_) = nearest_readings(Reading(("attributes", DRIVER, "memory")), VOCABULARY)
    assert f'device.capacity["{DRIVER}"].memory' == str(first.reading)


def test_misspelt_value_leads_to_one_that_devices_have() -> None:
    """Texts are compared with those that the same attribute has on some device."""
    (first, *_) = nearest_texts(Reading(("attributes", DRIVER, "productName")), "Fihs 7", VOCABULARY)
    assert (first.text, first.devices) == ("Fish 7", 2)
