"""YAML text → an Inventory, as a file with that text would give it."""

from kubectl_dra.api import kinds
from kubectl_dra.api.kinds import Kind
from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.cluster.manifests import ManifestSource
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.inventory.states import Hardware, PublishedDevice, observe
from kubectl_dra.releases.release import NEWEST, Release

KINDS = (
    kinds.RESOURCE_SLICE,
    kinds.RESOURCE_CLAIM,
    kinds.DEVICE_TAINT_RULE,
    kinds.DEVICE_CLASS,
    kinds.NODE,
    kinds.POD,
    kinds.NAMESPACE,
)

WHOLE = "\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n"
"""What makes a text that of a whole cluster: a kind that it does not hold does not exist there."""


def source(text: str, *, whole: bool = True) -> ManifestSource:
    """The Source of a file."""
    return ManifestSource((parse_manifests((text + (WHOLE if whole else "")).encode(), where="cluster.yaml"),))


def inventory(text: str, *, release: Release = NEWEST, whole: bool = True, wanted: tuple[Kind, ...] = KINDS) -> Inventory:
    """What is read of a file."""
    return load(source(text, whole=whole), Wish(kinds=wanted, release=release))


def hardware(text: str, *, release: Release = NEWEST, whole: bool = True) -> Hardware:
    """The hardware of a file's cluster."""
    return observe(inventory(text, release=release, whole=whole))


def states(text: str, *, release: Release = NEWEST, whole: bool = True) -> dict[str, tuple[str, ...]]:
    """Device name → its states, of a cluster that names each device once."""
    return {device.device.name: device.states for device in hardware(text, release=release, whole=whole).devices}


def device(text: str, name: str) -> PublishedDevice:
    """One device of a file's cluster."""
    return next(one for one in hardware(text).devices if one.device.name == name)


def slice_of(
    devices: str, *, name: str = "s", pool: str = "{name: n1, generation: 1, resourceSliceCount: 1}", target: str = "nodeName: n1"
) -> str:
    """A ResourceSlice of the test driver; ``devices`` are its devices in flow style, or further fields of its spec."""
    body = f"devices: [{devices}]" if not devices.startswith("sharedCounters") else devices
    return f"""
apiVersion: resource.k8s.io/v1
kind: ResourceSlice
metadata: {{name: {name}}}
spec:
  driver: gpu.example.com
  pool: {pool}
  {target}
  {body}
---"""


def held(name: str, result: str, *, reserved: str = "", extra: str = "") -> str:
    """A claim that is allocated ``result``, a device's fields in flow style without the driver."""
    return f"""
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {{name: {name}, namespace: ml, creationTimestamp: "2026-01-01T10:00:00Z"}}
spec: {{devices: {{requests: [{{name: r, exactly: {{deviceClassName: gpu.example.com}}}}]}}}}
status:
  allocation: {{devices: {{results: [{{request: r, driver: gpu.example.com, {result}}}]}}, allocationTimestamp: "2026-01-01T11:00:00Z"}}
  reservedFor: [{reserved}]
  {extra}
---"""
