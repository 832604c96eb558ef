import msgspec
import pytest

from kubectl_dra.api.meta import Condition
from kubectl_dra.api.resource import (
    DeviceRequest,
    DeviceTaint,
    DeviceTaintRule,
    DeviceTaintRuleStatus,
    DeviceToleration,
    ExactDeviceRequest,
    ResourceSlice,
)
from kubectl_dra.inventory.gates import gates_in_force
from kubectl_dra.releases.release import Release
from tests.builders import DRIVER, claim, cluster, device_class, devices_on

V34, V35, V36 = Release(1, 34), Release(1, 35), Release(1, 36)


def tainted_slice() -> ResourceSlice:
    """A slice whose device has a taint."""
    made = devices_on("gpu-1", "gpu-0")
    device = msgspec.structs.replace(made.spec.devices[0], taints=(DeviceTaint(key="k", effect="NoSchedule"),))
    return msgspec.structs.replace(made, spec=msgspec.structs.replace(made.spec, devices=(device,)))


def test_defaults() -> None:
    """Without evidence the release's defaults hold."""
    assert "DRADeviceTaints" not in gates_in_force(cluster(devices_on("gpu-1", "gpu-0"), release=V35))


def test_field_shows_gate() -> None:
    """A field that the API server would have dropped shows that its gate is on."""
    assert "DRADeviceTaints" in gates_in_force(cluster(tainted_slice(), release=V35))


def test_user_knows_better() -> None:
    """What the user says counts more than what objects show."""
    assert "DRADeviceTaints" not in gates_in_force(cluster(tainted_slice(), release=V35, gates={"DRADeviceTaints": False}))


def test_rule_shows_gate() -> None:
    """A DeviceTaintRule shows its gate only where the controller has written what became of it."""
    reported = DeviceTaintRule(status=DeviceTaintRuleStatus(conditions=(Condition(type="EvictionInProgress"),)))
    assert "DRADeviceTaintRules" not in gates_in_force(cluster(DeviceTaintRule(), release=V36))
    assert "DRADeviceTaintRules" in gates_in_force(cluster(reported, release=V36))


def test_class_shows_gate() -> None:
    """A class with an extended resource name shows that DRA backs extended resources."""
    assert "DRAExtendedResource" in gates_in_force(cluster(device_class(extended_resource_name="x.com/gpu"), release=V35))


@pytest.mark.parametrize(("release", "is_shown"), [(V34, False), (V35, True)])
def test_kept_fields_show_nothing(release: Release, is_shown: bool) -> None:  # noqa: FBT001
    """1.34 keeps tolerations whatever its gates, so there they show nothing."""
    tolerant = ExactDeviceRequest(device_class_name=DRIVER, tolerations=(DeviceToleration(operator="Exists"),))
    inventory = cluster(claim("gpu", DeviceRequest(name="gpu", exactly=tolerant)), release=release)
    assert ("DRADeviceTaints" in gates_in_force(inventory)) is is_shown
