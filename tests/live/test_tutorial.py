"""The guide that this project grew from: its manifests fail, lint says why before anybody waits, and what --fix leaves is scheduled.

The manifests are as a reader of the guide would write them, each with the traps that the guide sets.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.live.conftest import MANIFESTS, ShellOf, started

pytestmark = pytest.mark.live

NAMESPACE: Final = "guided"
PODS: Final = f"/api/v1/namespaces/{NAMESPACE}/pods"
BASIC: Final = """\
apiVersion: resource.k8s.io/v1beta1
kind: ResourceClaimTemplate
metadata: {name: basic, namespace: guided}
spec:
  spec:
    devices:
      requests:
      - name: gpu
        deviceClassName: gpu.nvidia.com
        selectors:
        - cel:
            expression: 'device.attributes["type"].string == "gpu"'   # any GPU
---
apiVersion: v1
kind: Pod
metadata: {name: basic, namespace: guided}
spec:
  runtimeClassName: nvidia
  tolerations:
  - {key: nvidia.com/gpu, operator: Equal, value: "true", effect: NoSchedule}
  containers:
  - name: main
    image: registry.example.com/train:1
    resources:
      claims:
      - name: gpu
  resourceClaims:
  - name: gpu
    resourceClaimTemplateName: basic
"""
ADVANCED: Final = """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: advanced, namespace: guided}
spec:
  spec:
    devices:
      requests:
      - name: gpu
        exactly:
          deviceClassName: gpu.nvidia.com
          selectors:
          - cel:
              expression: |
                device.attributes["productName"].string == "NVIDIA A100" &&
                device.capacity["memory"].quantity >= quantity("40Gi")
---
apiVersion: v1
kind: Pod
metadata: {name: advanced, namespace: guided}
spec:
  tolerations:
  - {key: nvidia.com/gpu, operator: Exists, effect: NoSchedule}
  containers:
  - name: main
    image: registry.example.com/train:1
    resources: {claims: [{name: gpu}]}
  resourceClaims: [{name: gpu, resourceClaimTemplateName: advanced}]
"""
RUNTIME_CLASS: Final = "{apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: nvidia}, handler: nvidia}"


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane with the guide's GPU pool."""
    with started(Settings(release="1.37"), tmp_path_factory.mktemp("pool")) as plane:
        plane.client().apply_yaml((MANIFESTS / "tutorial.yaml").read_text())
        yield plane


@pytest.fixture
def pool(plane: ControlPlane) -> Iterator[ControlPlane]:
    """The pool with all its devices free, and free again afterwards."""
    yield plane
    client = plane.client()
    client.delete(PODS)
    client.delete("/apis/node.k8s.io/v1/runtimeclasses")
    client.wait(f"/apis/resource.k8s.io/v1/namespaces/{NAMESPACE}/resourceclaims", lambda found: not found["items"])


def codes(talk: str) -> set[str]:
    """The codes of the findings that lint prints."""
    return {word for line in talk.splitlines() for word in line.split()[:3] if word.startswith("DRA")}


def test_the_basic_workload(pool: ControlPlane, shell: ShellOf, tmp_path: Path) -> None:
    """Every trap is named; --fix mends the selector, the rest is said, and with it done the pod runs."""
    user, client, file = shell(pool), pool.client(), tmp_path / "basic.yaml"
    file.write_text(BASIC)

    before = user.dra("lint", "--live", "-f", str(file))
    assert (codes(before.output), before.code) == ({"DRA102", "DRA602", "DRA314"}, 1)

    user.dra("lint", "--live", "-f", str(file), "--fix")
    assert '\'device.attributes["gpu.nvidia.com"].type == "gpu"\'   # any GPU' in file.read_text()

    refused = user.run("kubectl", "apply", "-f", str(file))
    assert 'RuntimeClass "nvidia" not found' in refused.talk
    client.apply_yaml(RUNTIME_CLASS)
    assert codes(user.dra("lint", "--live", "-f", str(file)).output) == {"DRA314"}

    file.write_text(file.read_text().replace('operator: Equal, value: "true"', "operator: Equal, value: Exists"))
    after = user.dra("lint", "--live", "-f", str(file))
    assert (after.output, after.code) == ("", 0)
    assert user.run("kubectl", "apply", "-f", str(file)).code == 0
    assert client.wait(f"{PODS}/basic", lambda pod: pod["spec"].get("nodeName"))["spec"]["nodeName"] in {"small", "large"}


def test_the_advanced_selection(pool: ControlPlane, shell: ShellOf, tmp_path: Path) -> None:
    """The server refuses it; --fix makes it well-formed; lint says which products there are; with one of them the pod runs."""
    user, client, file = shell(pool), pool.client(), tmp_path / "advanced.yaml"
    file.write_text(ADVANCED)
    assert "no matching overload for '_>=_'" in user.run("kubectl", "apply", "-f", str(file)).talk
    assert "DRA901" in codes(user.dra("lint", "--live", "-f", str(file)).output)

    left = user.dra("lint", "--live", "-f", str(file), "--fix")
    assert codes(left.output) == {"DRA101"}
    assert '"NVIDIA A100-SXM4-80GB" on 1' in left.output
    assert '"Tesla T4" on 1' in left.output
    assert 'device.capacity["gpu.nvidia.com"].memory.compareTo(quantity("40Gi")) >= 0' in file.read_text()

    file.write_text(file.read_text().replace("NVIDIA A100", "NVIDIA A100-SXM4-80GB"))
    after = user.dra("lint", "--live", "-f", str(file))
    assert (after.output, after.code) == ("", 0)
    assert user.run("kubectl", "apply", "-f", str(file)).code == 0
    assert client.wait(f"{PODS}/advanced", lambda pod: pod["spec"].get("nodeName"))["spec"]["nodeName"] == "large"


def test_the_basic_workload_as_the_guide_has_it_waits_for_ever(pool: ControlPlane, shell: ShellOf) -> None:
    """What lint says beforehand is what the scheduler says afterwards."""
    client = pool.client()
    client.apply_yaml(RUNTIME_CLASS)
    client.apply_yaml(BASIC.replace("name: basic", "name: unmended").replace("TemplateName: basic", "TemplateName: unmended"))
    told = client.wait(f"{PODS}/unmended", lambda pod: pod.get("status", {}).get("conditions"))["status"]["conditions"][0]["message"]
    assert "untolerated taint" in told
    why = shell(pool).dra("why-pending", "-n", NAMESPACE, "pod/unmended")
    assert "DRA102" in why.output
    assert "DRA314" in why.output
