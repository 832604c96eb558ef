"""A cluster that is far away: what a round trip of 30 ms costs us, beside kubectl."""

from collections.abc import Iterator

from tests.bench.harness.far import far_away
from tests.bench.harness.figure import Figure
from tests.bench.harness.live import add_slices, control_plane, environment, kubectl
from tests.bench.harness.measure import KUBECTL_DRA, REPOSITORY, Cost, costs

ROUND_TRIP = 0.03
FOLDER_BUILD = REPOSITORY / "dist" / "kubectl-dra" / "kubectl-dra"
PENDING = """
apiVersion: resource.k8s.io/v1
kind: ResourceClaim
metadata: {name: far, namespace: default}
spec: {devices: {requests: [{name: gpu, exactly: {deviceClassName: gpu}}]}}
---
apiVersion: resource.k8s.io/v1
kind: DeviceClass
metadata: {name: gpu}
spec: {selectors: [{cel: {expression: "device.driver == 'other.example.com'"}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: far, namespace: default}
spec:
  resourceClaims: [{name: gpu, resourceClaimName: far}]
  containers: [{name: c, image: none, resources: {claims: [{name: gpu}]}}]
"""


def figures() -> Iterator[Figure]:
    """One pod and 10 slices: `why-pending` may cost 1.2 times `kubectl get pods`, and two round trips."""
    ours = str(FOLDER_BUILD) if FOLDER_BUILD.exists() else KUBECTL_DRA
    with control_plane() as plane:
        add_slices(plane, range(10))
        plane.client().apply_yaml(PENDING)
        with far_away(plane.port, ROUND_TRIP) as url:
            asked = [str(kubectl()), "get", "pods", "-o", "json", "--server", url]
            for name, words in (("devices", ["devices"]), ("why-pending pod/far", ["why-pending", "pod/far", "--fail-on=never"])):
                mine, theirs = costs([[str(ours), *words, "--server", url], asked], environment(plane), rounds=11)
                yield _figure(name, ours, mine, theirs)


def _figure(name: str, program: str, ours: Cost, theirs: Cost) -> Figure:
    allowed = 1.2 + 2 * ROUND_TRIP * 1e3 / theirs.wall
    built = "folder build" if program == str(FOLDER_BUILD) else "virtual environment"
    return Figure(what=f"30 ms away: {name} / kubectl get pods -o json ({built})", ours=ours.wall, theirs=theirs.wall, target=allowed)
