"""A control plane for benches, and the commands to compare on it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.harness.large_cluster import resource_slices
from tests.controlplane.plane import ControlPlane
from tests.controlplane.program import kubectl_program
from tests.controlplane.settings import Settings

RELEASE = "1.37"


@contextmanager
def control_plane() -> Iterator[ControlPlane]:
    """A control plane of the newest release, with nothing in it."""
    with (
        tempfile.TemporaryDirectory(prefix="kubectl-dra-bench-") as folder,
        ControlPlane(Settings(release=RELEASE), Path(folder) / "plane") as plane,
    ):
        yield plane


def add_slices(plane: ControlPlane, nodes: range) -> None:
    """Publish the slices of further nodes."""
    plane.client().apply_quickly(resource_slices(nodes))


def environment(plane: ControlPlane) -> dict[str, str]:
    """What a person's shell would have: the kubeconfig, and a home in which kubectl keeps what it discovered."""
    return {"KUBECONFIG": str(plane.kubeconfig), "HOME": str(plane.folder)}


def kubectl() -> str:
    """Kubectl as people have it, built alone."""
    return str(kubectl_program(RELEASE).built())
