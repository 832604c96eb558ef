"""What ``kubectl dra simulate`` says of a workload is what comes of it when it is applied."""

import json
from pathlib import Path

import pytest

from tests.live.conftest import MANIFESTS, FreshControlPlane, ShellOf

pytestmark = pytest.mark.live

TEMPLATE = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaimTemplate
metadata: {name: gpu, namespace: ml}
spec: {spec: {devices: {requests: [{name: r, exactly: {deviceClassName: gpu}}]}}}
---
"""

JOB = """
apiVersion: batch/v1
kind: Job
metadata: {name: train, namespace: ml}
spec:
  parallelism: 7
  template:
    spec:
      restartPolicy: Never
      resourceClaims: [{name: gpu, resourceClaimTemplateName: gpu}]
      containers: [{name: main, image: example.com/x, resources: {claims: [{name: gpu}]}}]
"""


@pytest.mark.parametrize("release", ["1.37", "1.34"])
def test_job(fresh_control_plane: FreshControlPlane, shell: ShellOf, tmp_path: Path, release: str) -> None:
    """As many pods of a job find devices as was said, on the nodes that were said, and the others say what was said."""
    plane = fresh_control_plane(release)
    client = plane.client()
    client.apply_yaml((MANIFESTS / "scheduling.yaml").read_text())
    (tmp_path / "job.yaml").write_text(TEMPLATE + JOB)
    ran = shell(plane).dra("simulate", "-f", str(tmp_path / "job.yaml"), "-o", "json")
    assert ran.code == 1, ran.talk
    pods = json.loads(ran.output)["items"][0]["pods"]
    said = sorted(pod["node"] for pod in pods if pod["fits"])
    client.apply_yaml(TEMPLATE + JOB)
    path = "/api/v1/namespaces/ml/pods"
    decided = client.wait(path, lambda found: len(found["items"]) == 7 and all(is_decided(pod) for pod in found["items"]))["items"]
    assert sorted(pod["spec"]["nodeName"] for pod in decided if pod["spec"].get("nodeName")) == said
    messages = {pod["status"]["conditions"][0]["message"] for pod in decided if not pod["spec"].get("nodeName")}
    assert all(message.startswith(pods[-1]["message"]) for message in messages)


def is_decided(pod: dict[str, dict[str, object]]) -> bool:
    """Whether the scheduler has placed or refused the pod."""
    return bool(pod["spec"].get("nodeName") or pod["status"].get("conditions"))
