import pytest

from kubectl_dra.releases.features import Features, allocator_features, enabled_gates, gates_of
from kubectl_dra.releases.release import Release


@pytest.mark.parametrize(
    ("minor", "gate", "stage", "default"),
    [
        (34, "DRAPartitionableDevices", "Alpha", False),
        (36, "DRAPartitionableDevices", "Beta", True),
        (36, "DRADeviceTaintRules", "Beta", False),
        (37, "DRADeviceTaintRules", "GA", True),
        (37, "DRAFractionalCapacityRange", "Beta", False),
    ],
)
def test_a_gate_has_its_stage(minor: int, gate: str, stage: str, *, default: bool) -> None:
    """Stage and default are those of the release."""
    found = gates_of(Release(1, minor))[gate]
    assert (found.stage, found.default) == (stage, default)


def test_a_gate_that_is_not_there_yet_cannot_be_set() -> None:
    """Derived attributes come with 1.37."""
    assert "DRADerivedAttributes" not in enabled_gates(Release(1, 36), {"DRADerivedAttributes": True})


def test_a_locked_gate_keeps_its_default() -> None:
    """What is locked cannot be turned off."""
    assert "DRAAdminAccess" in enabled_gates(Release(1, 37), {"DRAAdminAccess": False})


def test_all_alpha_gates_are_set_together() -> None:
    """AllAlpha reaches what is alpha, and a gate by name wins over it."""
    enabled = enabled_gates(Release(1, 37), {"AllAlpha": True, "DRADerivedAttributes": False})
    assert ("DRAListTypeAttributes" in enabled, "DRADerivedAttributes" in enabled) == (True, False)


def test_all_beta_gates_are_cleared_together() -> None:
    """AllBeta=false leaves what is GA."""
    assert {"DRADeviceTaints", "DRAPartitionableDevices"} & enabled_gates(Release(1, 37), {"AllBeta": False}) == {"DRADeviceTaints"}


def test_1_34_tells_binding_and_status_apart() -> None:
    """Later releases have one feature for both."""
    assert allocator_features(Release(1, 34), enabled_gates(Release(1, 34))) == Features(
        admin_access=True, prioritized_list=True, device_status=True
    )
    assert allocator_features(Release(1, 36), enabled_gates(Release(1, 36))).device_binding_and_status


def test_1_36_keeps_lists_from_the_allocator() -> None:
    """The gate reaches CEL only."""
    gates = {"DRAListTypeAttributes": True}
    found = [allocator_features(release, enabled_gates(release, gates)) for release in (Release(1, 36), Release(1, 37))]
    assert [features.list_type_attributes for features in found] == [False, True]
