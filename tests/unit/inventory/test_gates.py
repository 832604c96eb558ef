import msgspec

from kubectl_dra.api.resource import DeviceTaint, DeviceTaintRule, ResourceSlice
from kubectl_dra.inventory.gates import gates_in_force
from kubectl_dra.releases.release import Release
from tests.builders import cluster, device_class, devices_on

V35, V36 = Release(1, 35), Release(1, 36)


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
    """A DeviceTaintRule exists only where its gate is on."""
    assert "DRADeviceTaintRules" in gates_in_force(cluster(DeviceTaintRule(), release=V36))


def test_class_shows_gate() -> None:
    """A class with an extended resource name shows that DRA backs extended resources."""
    assert "DRAExtendedResource" in gates_in_force(cluster(device_class(extended_resource_name="x.com/gpu"), release=V35))
