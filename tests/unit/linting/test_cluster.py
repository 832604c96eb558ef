from __future__ import annotations

import pytest

from kubectl_dra.api import kinds
from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.linting.cluster import cluster_check
from tests.unit.linting.linted import flaws_of, manifests_of, told

CLUSTER = """\
apiVersion: v1
kind: Namespace
metadata: {name: default}
---
apiVersion: v1
kind: Node
metadata: {name: node-a}
spec: {taints: [{key: example.com/gpu, value: "true", effect: NoSchedule}, {key: node.kubernetes.io/unschedulable, effect: NoSchedule}]}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu.example.com}
spec: {selectors: [{cel: {expression: device.driver == "gpu.example.com"}}]}
---
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {name: s}
spec:
  driver: gpu.example.com
  nodeName: node-a
  pool: {name: node-a, generation: 1, resourceSliceCount: 1}
  devices:
  - {name: a, attributes: {type: {string: gpu}, driverVersion: {version: 580.95.5}}, capacity: {memory: {value: 40Gi}}}
  - {name: b, attributes: {type: {string: vgpu}, driverVersion: {version: 580.95.5}}, capacity: {memory: {value: 80Gi}}}
"""
CLAIM = """\
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: c}
spec:
  devices:
    requests:
    - name: r
      exactly:
        deviceClassName: gpu.example.com
        selectors:
        - cel:
            expression: EXPRESSION
"""
POD = """\
apiVersion: v1
kind: Pod
metadata: {name: p}
spec:
  runtimeClassName: nvidia
  containers: [{name: m, image: i, resources: {claims: [{name: g}]}}]
  resourceClaims: [{name: g, resourceClaimName: c}]
  tolerations: [{key: example.com/gpu, operator: Equal, value: "false", effect: NoSchedule}]
"""


def told_against_cluster(text: str) -> list[str]:
    """``LINE:COLUMN CODE`` of each finding against the cluster above."""
    source = ManifestSource([parse_manifests(CLUSTER.encode(), where="cluster.yaml")])
    inventory = load(source, Wish(kinds=kinds.KINDS))
    return told(text, cluster=cluster_check(inventory, manifests_of(text)))


def remedies(expression: str) -> list[tuple[str, str | None]]:
    """What is offered instead of an expression, and what was tried."""
    text = CLAIM.replace("EXPRESSION", expression)
    source = ManifestSource([parse_manifests(CLUSTER.encode(), where="cluster.yaml")])
    inventory = load(source, Wish(kinds=kinds.KINDS))
    flaws = flaws_of(text, cluster=cluster_check(inventory, manifests_of(text)))
    return [(remedy.text, remedy.tried) for flaw in flaws for remedy in flaw.finding.remedies]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("device.attributes['gpu.example.com'].type == 'gpu'", []),
        ("device.attributes['gpu.example.com'].type == 'tpu'", ["12:25 DRA101"]),
        ("device.attributes['type'].string == 'gpu'", ["12:25 DRA102"]),
        ("device.attributes['gpu.example.com'].model == 'x'", ["12:25 DRA102"]),
        ("device.attributes['gpu.example.com'].driverVersion == '580.95.05'", ["12:25 DRA102"]),
    ],
)
def test_selectors_are_tried_on_the_devices(expression: str, expected: list[str]) -> None:
    """A selector that fails on a device, or selects none, is found."""
    assert told_against_cluster(CLAIM.replace("EXPRESSION", expression)) == expected


@pytest.mark.parametrize(
    ("expression", "repaired", "selects"),
    [
        ('device.attributes["type"].string == "gpu"', 'device.attributes["gpu.example.com"].type == "gpu"', 1),
        (
            'device.attributes["gpu.example.com"].driverVersion == "580.95.05"',
            'device.attributes["gpu.example.com"].driverVersion == semver("580.95.5")',
            2,
        ),
        (
            'device.capacity["memory"].quantity.compareTo(quantity("41Gi")) >= 0',
            'device.capacity["gpu.example.com"].memory.compareTo(quantity("41Gi")) >= 0',
            1,
        ),
    ],
)
def test_repairs_are_tried_on_the_devices(expression: str, repaired: str, selects: int) -> None:
    """The selector that was meant is offered with what it selects."""
    assert remedies(expression) == [(repaired, f"selects {selects} of 2 devices, fails on none")]


def test_pods_against_the_cluster() -> None:
    """A runtime class that is missing and a taint of all the nodes with devices are found; the system's own taints are nobody's matter."""
    claim = CLAIM.replace("EXPRESSION", "device.attributes['gpu.example.com'].type == 'gpu'")
    assert told_against_cluster(f"{POD}---\n{claim}") == ["5:21 DRA602", "8:16 DRA314"]
    assert told_against_cluster(POD) == ["5:21 DRA602", "7:49 DRA109"]


def test_classes_that_nobody_has() -> None:
    """A class that neither the cluster nor a file has is found."""
    claim = CLAIM.replace("EXPRESSION", "'true'").replace("gpu.example.com", "gpus.example.com")
    assert told_against_cluster(claim) == ["9:26 DRA104"]


def test_clauses_tell_what_devices_have() -> None:
    """Where a selector selects nothing, the finding says which values there are."""
    text = CLAIM.replace("EXPRESSION", "device.attributes['gpu.example.com'].type == 'tpu'")
    source = ManifestSource([parse_manifests(CLUSTER.encode(), where="cluster.yaml")])
    inventory = load(source, Wish(kinds=kinds.KINDS))
    (flaw,) = flaws_of(text, cluster=cluster_check(inventory, manifests_of(text)))

    assert 'false on all 2: "gpu" on 1, "vgpu" on 1' in [evidence.text for evidence in flaw.finding.evidence]


def test_a_selector_that_does_not_compile_is_not_tried() -> None:
    """What the API server refuses is one finding, not two."""
    assert told_against_cluster(CLAIM.replace("EXPRESSION", "device.drive == 'x'")) == ["12:31 DRA901"]


@pytest.mark.parametrize(
    ("expression", "repaired"),
    [
        ("device.attributes['gpu.example.com'].typ == 'gpu'", "device.attributes[\"gpu.example.com\"].type == 'gpu'"),
        ("device.attributes['gpu.example.com'].type == 'GPU'", "device.attributes['gpu.example.com'].type == \"gpu\""),
    ],
)
def test_what_may_be_meant_is_offered_but_not_written(expression: str, repaired: str) -> None:
    """A name or a value that is spelt otherwise is for its author to say."""
    text = CLAIM.replace("EXPRESSION", expression)
    source = ManifestSource([parse_manifests(CLUSTER.encode(), where="cluster.yaml")])
    inventory = load(source, Wish(kinds=kinds.KINDS))
    (flaw,) = flaws_of(text, cluster=cluster_check(inventory, manifests_of(text)))

    assert flaw.finding.remedies[0].text == repaired
    assert not flaw.edits
