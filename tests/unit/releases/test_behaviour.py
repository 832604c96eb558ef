from collections.abc import Mapping

import pytest

from kubectl_dra.releases.behaviour import behaviour_with_gates, implementation_for
from kubectl_dra.releases.features import Features
from kubectl_dra.releases.release import Release


@pytest.mark.parametrize(
    ("minor", "gates", "expected"),
    [
        (34, {}, "experimental"),
        (34, {"AllBeta": False}, "stable"),
        (35, {}, "incubating"),
        (36, {}, "incubating"),
        (37, {}, "incubating"),
        (36, {"DRAListTypeAttributes": True}, "incubating"),
        (37, {"DRAListTypeAttributes": True}, "experimental"),
        (37, {"DRADerivedAttributes": True}, "experimental"),
        (36, {"AllBeta": False}, "stable"),
        (37, {"AllBeta": False}, "stable"),
    ],
)
def test_gates_select_the_implementation(minor: int, gates: Mapping[str, bool], expected: str) -> None:
    """The first implementation that supports what is on."""
    assert behaviour_with_gates(Release(1, minor), gates).implementation == expected


def test_features_that_nobody_supports_select_nothing() -> None:
    """1.34 does not know derived attributes."""
    assert implementation_for(Release(1, 34), Features(derived_attributes=True)) is None


@pytest.mark.parametrize(("release", "expected"), [(Release(1, 33), Release(1, 34)), (Release(1, 40), Release(1, 37))])
def test_the_nearest_release_stands_in(release: Release, expected: Release) -> None:
    """Releases that are not followed behave as the nearest one."""
    assert behaviour_with_gates(release).release == expected
