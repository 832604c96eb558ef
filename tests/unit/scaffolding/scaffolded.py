"""Words of the command line, and a small cluster → plans and manifests."""

from __future__ import annotations

from kubectl_dra.api import kinds
from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.rendering.manifest_text import write_manifests
from kubectl_dra.scaffolding.plan import Plan, plan
from kubectl_dra.scaffolding.steps import wanted_of
from kubectl_dra.scaffolding.supply import Supply, supply_of
from kubectl_dra.scaffolding.writing import write

CLUSTER = """\
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: default}}
- apiVersion: v1
  kind: Node
  metadata: {name: node-a, labels: {kubernetes.io/hostname: node-a}}
  spec: {taints: [{key: example.com/gpu, effect: NoSchedule}]}
  status: {allocatable: {pods: "110", cpu: "8", memory: 16Gi}}
- apiVersion: v1
  kind: Node
  metadata: {name: node-b, labels: {kubernetes.io/hostname: node-b}}
  spec: {taints: [{key: example.com/gpu, effect: NoSchedule}, {key: node.kubernetes.io/unreachable, effect: NoExecute}]}
  status: {allocatable: {pods: "110", cpu: "8", memory: 16Gi}}
- {apiVersion: node.k8s.io/v1, kind: RuntimeClass, metadata: {name: example}, handler: example}
- apiVersion: resource.k8s.io/v1
  kind: DeviceClass
  metadata: {name: gpu.example.com}
  spec: {selectors: [{cel: {expression: device.driver == "gpu.example.com"}}]}
- apiVersion: resource.k8s.io/v1
  kind: DeviceClass
  metadata: {name: anything}
- apiVersion: resource.k8s.io/v1
  kind: ResourceSlice
  metadata: {name: a}
  spec:
    driver: gpu.example.com
    nodeName: node-a
    pool: {name: node-a, generation: 1, resourceSliceCount: 1}
    devices:
    - name: gpu-0
      attributes:
        {model: {string: Big}, driverVersion: {version: 580.95.5}, ecc: {bool: true}, index: {int: 0}, example.com/rack: {string: r1}}
      capacity: {memory: {value: 80Gi}}
    - name: gpu-1
      attributes:
        {model: {string: Big}, driverVersion: {version: 580.95.5}, ecc: {bool: false}, index: {int: 1}, example.com/rack: {string: r1}}
      capacity: {memory: {value: 80Gi}}
      taints: [{key: example.com/broken, effect: NoSchedule}]
- apiVersion: resource.k8s.io/v1
  kind: ResourceSlice
  metadata: {name: b}
  spec:
    driver: gpu.example.com
    nodeName: node-b
    pool: {name: node-b, generation: 1, resourceSliceCount: 1}
    devices:
    - name: gpu-0
      attributes: {model: {string: Small}, driverVersion: {version: 580.95.5}, index: {int: 0}, example.com/rack: {string: r2}}
      capacity: {memory: {value: 16Gi}}
- apiVersion: resource.k8s.io/v1
  kind: ResourceSlice
  metadata: {name: net}
  spec:
    driver: net.example.com
    allNodes: true
    pool: {name: fabric, generation: 1, resourceSliceCount: 1}
    devices:
    - {name: vlan, allowMultipleAllocations: true, capacity: {net.example.com/bandwidth: {value: 100G}}}
"""


def supply() -> Supply:
    """The devices of the small cluster."""
    source = ManifestSource([parse_manifests(CLUSTER.encode(), where="cluster.yaml")])
    return supply_of(load(source, Wish(kinds=kinds.KINDS)))


def steps_of(words: str) -> list[tuple[str, str]]:
    """``--class gpu --all`` as pairs of name and value."""
    steps: list[tuple[str, str]] = []
    for word in words.split(" "):
        if word.startswith("--"):
            steps.append((word[2:], ""))
        else:
            steps[-1] = (steps[-1][0], word)
    return steps


def planned(words: str, **objects: str | bool) -> Plan:
    """The plan for these words."""
    return plan(wanted_of(steps_of(words), **objects), supply())


def text_of(words: str, version: str = "v1", **objects: str | bool) -> str:
    """The manifests for these words."""
    return write_manifests(write(planned(words, **objects), supply(), version).manifests)


def expressions(words: str) -> list[str]:
    """The selectors of the first request's first alternative."""
    return [selector.expression for selector in planned(words).requests[0].alternatives[0].selectors]
