import pytest

from kubectl_dra.releases.refused import refusals_of, unknown_gates
from kubectl_dra.releases.release import Release

V34, V36, V37 = Release(1, 34), Release(1, 36), Release(1, 37)


def test_gates_of_other_releases_are_unknown() -> None:
    """Derived attributes come with 1.37; AllAlpha is no gate and known everywhere."""
    gates = {"DRADerivedAttributes": True, "AllAlpha": True}
    assert [unknown_gates(release, gates) for release in (V36, V37)] == [("DRADerivedAttributes",), ()]


def test_of_releases_that_are_not_followed_nothing_is_said() -> None:
    """What 1.38 knows is not known here."""
    assert (unknown_gates(Release(1, 38), {"Telepathy": True}), list(refusals_of(Release(1, 38), {"DRAAdminAccess": False}))) == ((), [])


@pytest.mark.parametrize(
    ("release", "gates", "expected"),
    [
        (V37, {"DRAAdminAccess": False}, ["DRAAdminAccess is locked to true in 1.37"]),
        (V37, {"DRAAdminAccess": True}, []),
        (V34, {"DRAAdminAccess": False}, []),
        (V37, {"DRADeviceTaints": False}, ["DRADeviceTaintRules is on in 1.37 and needs DRADeviceTaints, which is off"]),
        (V37, {"DRADeviceTaints": False, "DRADeviceTaintRules": False}, []),
        (V36, {"DRAWorkloadResourceClaims": True}, ["DRAWorkloadResourceClaims is on in 1.36 and needs GenericWorkload, which is off"]),
        (V37, {"AllBeta": False}, []),
    ],
)
def test_what_a_component_refuses(release: Release, gates: dict[str, bool], expected: list[str]) -> None:
    """Locked gates keep their value, and a gate is not on without those that it needs."""
    assert list(refusals_of(release, gates)) == expected
