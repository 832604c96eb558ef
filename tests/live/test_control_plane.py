"""The control plane of the live tests does what a cluster does."""

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.controlplane.audit import AuditedRequest
from tests.controlplane.client import Refused
from tests.controlplane.plane import ControlPlane
from tests.live.conftest import FreshControlPlane

pytestmark = pytest.mark.live

MANIFESTS = """
apiVersion: v1
kind: Node
metadata: {name: harness-node}
status:
  allocatable: {cpu: "8", memory: 16Gi, pods: "110"}
  conditions: [{type: Ready, status: "True"}]
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: harness-node-gpu}
spec:
  driver: harness.example.com
  nodeName: harness-node
  pool: {name: harness-node, generation: 1, resourceSliceCount: 1}
  devices: [{name: gpu-0, attributes: {model: {string: H100}}}]
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: harness-gpu}
spec:
  selectors: [{cel: {expression: device.driver == "harness.example.com"}}]
---
apiVersion: v1
kind: Namespace
metadata: {name: harness}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: one-gpu, namespace: harness}
spec:
  devices: {requests: [{name: gpu, exactly: {deviceClassName: harness-gpu}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: train, namespace: harness}
spec:
  resourceClaims: [{name: gpu, resourceClaimName: one-gpu}]
  containers: [{name: main, image: example.com/train, resources: {claims: [{name: gpu}]}}]
"""


@pytest.fixture(params=["1.37", "1.34"])
def plane(request: pytest.FixtureRequest) -> ControlPlane:
    """Each shared control plane in turn."""
    chosen: ControlPlane = request.getfixturevalue("control_plane_" + request.param.replace(".", ""))
    return chosen


def test_a_claim_is_allocated_and_its_pod_bound(plane: ControlPlane) -> None:
    """A pod with a claim is bound to the node whose slice has the device, and the claim says which device that is."""
    client = plane.client()
    client.apply_yaml(MANIFESTS)
    pod = client.wait("/api/v1/namespaces/harness/pods/train", lambda pod: pod["spec"].get("nodeName"))
    claim = client.read("/apis/resource.k8s.io/v1/namespaces/harness/resourceclaims/one-gpu")
    device = claim["status"]["allocation"]["devices"]["results"][0]["device"]
    assert (pod["spec"]["nodeName"], device) == ("harness-node", "gpu-0")


def test_the_release_is_the_one_asked_for(plane: ControlPlane) -> None:
    """The API server reports the release that its settings name."""
    assert plane.client().read("/version")["gitVersion"].startswith(f"v{plane.settings.release}.")


def test_the_audit_log_says_who_asked_for_what(plane: ControlPlane) -> None:
    """A request stands in the audit log as soon as it has been answered, with its user and its status."""
    with pytest.raises(Refused, match="pods is forbidden"):
        plane.client("nobody").read("/api/v1/pods")
    last = plane.audited("nobody")[-1]
    assert last == AuditedRequest(user="nobody", verb="list", uri="/api/v1/pods", resource="pods", agent="", status=403)


def test_kubectl_is_on_a_path_of_its_own(plane: ControlPlane) -> None:
    """The release's own kubectl reads the kubeconfig."""
    answer = subprocess.run(
        [plane.kubectl, "--kubeconfig", plane.kubeconfig, "get", "--raw", "/readyz"], capture_output=True, text=True, check=True
    )
    assert answer.stdout == "ok"


def test_api_versions_can_be_switched_off(fresh_control_plane: FreshControlPlane) -> None:
    """A control plane serves the API versions that its settings ask for."""
    plane = fresh_control_plane("1.34", runtime_config="resource.k8s.io/v1beta1=true,resource.k8s.io/v1=false")
    versions = [version["version"] for version in plane.client().read("/apis/resource.k8s.io")["versions"]]
    assert versions == ["v1beta1"]


def test_feature_gates_reach_every_component(fresh_control_plane: FreshControlPlane) -> None:
    """Without DRAAdminAccess, the API server drops the field that the gate guards."""
    plane = fresh_control_plane("1.34", feature_gates={"DRAPrioritizedList": False})
    request = {"name": "gpu", "firstAvailable": [{"name": "large", "deviceClassName": "gpu"}]}
    claim = {
        "apiVersion": "resource.k8s.io/v1",
        "kind": "ResourceClaim",
        "metadata": {"name": "gpu"},
        "spec": {"devices": {"requests": [request]}},
    }
    with pytest.raises(Refused, match="exactly one"):
        plane.client().apply([claim])


ENDLESS = """
import sys, time
from pathlib import Path
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
plane = ControlPlane(Settings(release="1.37"), Path(sys.argv[1]))
plane.start()
print("started", flush=True)
time.sleep(600)
"""


def test_no_component_outlives_a_killed_session(control_plane_137: ControlPlane, tmp_path: Path) -> None:
    """Components end when the process that started them is killed, without having been told."""
    del control_plane_137  # it shows that there is something to start
    with subprocess.Popen([sys.executable, "-c", ENDLESS, tmp_path / "plane"], stdout=subprocess.PIPE) as session:
        assert session.stdout
        assert session.stdout.readline() == b"started\n"
        running = awaited(4, tmp_path)  # the last one may be on its way from fork to exec
        session.send_signal(signal.SIGKILL)
    assert (running, awaited(0, tmp_path)) == (4, 0)


def awaited(number: int, folder: Path) -> int:
    """How many components there are for a folder, asked until it is this many or a minute is over."""
    deadline = time.monotonic() + 60
    while (found := len(components_in(folder))) != number and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def components_in(folder: Path) -> list[str]:
    """The ids of the components whose flags name a folder."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            if words[1:2] == [b"attached"] and any(os.fsencode(folder) in word for word in words):
                found.append(process.name)
    return found
