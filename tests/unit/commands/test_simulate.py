import json
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest

from kubectl_dra.cli import main

Simulate: TypeAlias = Callable[..., tuple[int, str, str]]

CLUSTER = """
{apiVersion: v1, kind: Namespace, metadata: {name: default}}
---
{apiVersion: v1, kind: Node, metadata: {name: a}, status: {allocatable: {cpu: "4", memory: 8Gi, pods: "10"}}}
---
{apiVersion: v1, kind: Node, metadata: {name: b}, status: {allocatable: {cpu: "2", memory: 8Gi, pods: "10"}}}
---
{apiVersion: v1, kind: Node, metadata: {name: c}, spec: {unschedulable: true}, status: {allocatable: {cpu: "8", memory: 8Gi, pods: "10"}}}
"""

DEPLOYMENT = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 5
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: main, image: x, resources: {requests: {cpu: "2"}}}]}
"""


@pytest.fixture
def simulate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Simulate:
    """Runs the command on the cluster above and gives the exit code, what was printed, and what was said."""

    def run(manifests: str, *words: str, cluster: str = CLUSTER) -> tuple[int, str, str]:
        (tmp_path / "cluster.yaml").write_text(cluster)
        (tmp_path / "manifests.yaml").write_text(manifests)
        code = main(["simulate", "-f", str(tmp_path / "manifests.yaml"), "--from", str(tmp_path / "cluster.yaml"), *words])
        printed = capsys.readouterr()
        return code, printed.out.replace(str(tmp_path) + "/", ""), printed.err

    return run


def test_pods_of_a_deployment(simulate: Simulate) -> None:
    """Each pod has a line; those that do not fit for the same reason are counted, the nodes that refuse them named."""
    code, output, talk = simulate(DEPLOYMENT)
    assert code == 1
    assert output == (
        "pod web-0   fits on a or 1 other node\n"
        "pod web-1   fits on a or 1 other node\n"
        "pod web-2   fits on b\n"
        "pod web-3   does not fit\n"
        "            a, b: Insufficient cpu\n"
        "            c: node(s) were unschedulable\n"
        "and 1 more pod does not fit for the same reason\n"
    )
    assert talk.splitlines()[0] == "3 of 5 pods fit, as Kubernetes 1.37 schedules; nothing was applied"


def test_everything_fits(simulate: Simulate) -> None:
    """Where everything fits, the exit code is 0."""
    assert simulate(DEPLOYMENT.replace("replicas: 5", "replicas: 2"))[0] == 0


def test_how_many(simulate: Simulate) -> None:
    """How many more fit is told by node, and what stops the next one."""
    _, output, _ = simulate(DEPLOYMENT.replace("replicas: 5", "replicas: 1"), "--how-many")
    assert output.split("\n\n")[1] == (
        "2 more pods of deployment web fit\n"
        "  1 each on a, b\n"
        "the next one does not fit\n"
        "  a, b: Insufficient cpu\n"
        "  c: node(s) were unschedulable\n"
    )


def test_missing_template(simulate: Simulate) -> None:
    """A pod whose template does not exist is held, and the template is named."""
    entry = "{name: r, resourceClaimTemplateName: t}"
    pod = f"{{apiVersion: v1, kind: Pod, metadata: {{name: p}}, spec: {{resourceClaims: [{entry}], containers: []}}}}"
    code, output, _ = simulate(pod)
    assert code == 1
    assert output == "pod p   is held before scheduling   template t does not exist in namespace default   DRA110\n"


QUOTA = """
---
apiVersion: v1
kind: ResourceQuota
metadata: {name: devices, namespace: default}
status: {hard: {gpu.deviceclass.resource.k8s.io/devices: "1"}, used: {gpu.deviceclass.resource.k8s.io/devices: "0"}}
---
{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: gpu}, spec: {}}
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: s}
spec:
  driver: gpu.example.com
  allNodes: true
  pool: {name: p, generation: 1, resourceSliceCount: 1}
  devices: [{name: gpu-0}, {name: gpu-1}, {name: gpu-2}]
"""

JOB = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu}
spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}}
---
apiVersion: batch/v1
kind: Job
metadata: {name: train}
spec:
  parallelism: 3
  template:
    spec: {resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}], containers: [{name: main, resources: {claims: [{name: gpu}]}}]}
"""


def test_quota(simulate: Simulate) -> None:
    """Generated claims are charged to the namespace's quota, and the pods behind it wait."""
    code, output, _ = simulate(JOB, cluster=CLUSTER + QUOTA)
    assert code == 1
    assert output == (
        "pod train-0   fits on a or 1 other node   r: p/gpu-0\n"
        "pod train-1   is held before scheduling   quota devices is used up: 1 of 1   DRA601\n"
        "and 1 more pod does not fit for the same reason\n"
    )


def test_refused_manifest(simulate: Simulate) -> None:
    """What the API server would refuse is told, with its place, and planned without."""
    claim = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: bad}
spec: {devices: {requests: [{name: r, deviceClassName: gpu}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {containers: []}}
"""
    code, output, _ = simulate(claim)
    assert code == 1
    assert output.startswith("manifests.yaml:2:1: ResourceClaim/bad would be refused: strict decoding error: unknown field")
    assert "pod p   fits on" in output


CLAIM_OF_BAD_CLASS = """
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: bad}
spec: {selectors: [{cel: {expression: "1 +"}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: c}
spec: {devices: {requests: [{name: r, exactly: {deviceClassName: bad}}]}}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {resourceClaims: [{name: c, resourceClaimName: c}], containers: [{name: main, resources: {claims: [{name: c}]}}]}
"""

BAD_CLAIM = CLAIM_OF_BAD_CLASS.replace("deviceClassName", "deviceClass")

BAD_TEMPLATE = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: c}
spec: {spec: {devices: {requests: [{name: r}]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
spec: {resourceClaims: [{name: c, resourceClaimTemplateName: c}], containers: [{name: main, resources: {claims: [{name: c}]}}]}
"""


@pytest.mark.parametrize(
    ("manifests", "line"),
    [
        (CLAIM_OF_BAD_CLASS, "pod p   does not fit   it needs DeviceClass/bad, which would be refused\n"),
        (BAD_CLAIM, "pod p   is held before scheduling   it needs ResourceClaim/c, which would be refused\n"),
        (BAD_TEMPLATE, "pod p   is held before scheduling   it needs ResourceClaimTemplate/c, which would be refused\n"),
    ],
    ids=["class", "claim", "template"],
)
def test_pod_needs_what_would_be_refused(simulate: Simulate, manifests: str, line: str) -> None:
    """A pod that waits for what the API server would refuse is not told that it is missing."""
    code, output, _ = simulate(manifests)
    assert code == 1
    assert output.endswith(f"\n\n{line}")


def test_json(simulate: Simulate) -> None:
    """JSON has the documented shape."""
    _, output, _ = simulate(DEPLOYMENT.replace("replicas: 5", "replicas: 1"), "-o", "json")
    document = json.loads(output)
    assert (document["apiVersion"], document["kind"], document["release"]) == ("kubectl-dra/v1", "Simulation", "1.37")
    (item,) = document["items"]
    (pod,) = item["pods"]
    assert (item["kind"], pod["name"], pod["fits"], pod["node"], pod["feasibleNodes"]) == ("Deployment", "web-0", True, "a", ["a", "b"])


def test_nothing_to_simulate(simulate: Simulate) -> None:
    """Manifests without pods and workloads cannot be simulated."""
    code, _, talk = simulate("{apiVersion: v1, kind: Namespace, metadata: {name: x}}")
    assert (code, talk) == (3, "error: the manifests hold no Pod and no workload: there is nothing to simulate\n")


def test_no_nodes_known(simulate: Simulate) -> None:
    """Files that hold no node do not say that there is none."""
    code, _, talk = simulate(DEPLOYMENT, cluster="{apiVersion: resource.k8s.io/v1, kind: DeviceClass, metadata: {name: gpu}, spec: {}}")
    assert code == 3
    assert talk.startswith("error: without the cluster's nodes nothing can be placed: ")


def test_no_manifests(capsys: pytest.CaptureFixture[str]) -> None:
    """Without -f the command says what is missing."""
    assert main(["simulate", "--demo"]) == 2
    assert "simulate needs -f FILE" in capsys.readouterr().err


def test_a_suppressed_finding_leaves_the_refusal(simulate: Simulate) -> None:
    """``--suppress`` takes the explanation away, not that the pod does not fit."""
    claim = """
{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {name: c}, spec: {devices: {requests: [
  {name: r, exactly: {deviceClassName: nosuch.example.com}}]}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: p}, spec: {resourceClaims: [{name: c, resourceClaimName: c}],
  containers: [{name: main, image: x, resources: {claims: [{name: c}]}}]}}
"""
    told, kept = simulate(claim), simulate(claim, "--suppress", "DRA104")
    assert ("DRA104" in told[1], "DRA104" in kept[1]) == (True, False)
    assert (kept[0], "device class nosuch.example.com does not exist" in kept[1]) == (1, True)
