"""Control planes for live tests: built where Go is, started once, ended with the session."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Final, Protocol

import pytest

from tests.controlplane.access import ADMIN
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.golang.availability import skipped_without_go
from tests.live.shell import Shell

MANIFESTS: Final = Path(__file__).parent / "manifests"


class FreshControlPlane(Protocol):
    """Starts a control plane that only this test uses; it ends with the test."""

    def __call__(self, release: str, feature_gates: Mapping[str, bool] = ..., runtime_config: str = ...) -> ControlPlane:
        """Start it with the gates and API versions that the test is about."""
        ...


@pytest.fixture(scope="session")
def control_plane_137(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """1.37 with every API version and an audit log. Tests share it: each names its objects as no other does."""
    with started(Settings(release="1.37", audit=True), tmp_path_factory.mktemp("control-plane-1.37")) as plane:
        yield plane


@pytest.fixture(scope="session")
def control_plane_134(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """1.34, the oldest release that is followed; otherwise as `control_plane_137`."""
    with started(Settings(release="1.34", audit=True), tmp_path_factory.mktemp("control-plane-1.34")) as plane:
        yield plane


@pytest.fixture
def fresh_control_plane(tmp_path: Path) -> Iterator[FreshControlPlane]:
    """A way to start control planes with gates and API versions of one's own; each takes some 3 seconds."""
    with ExitStack() as running:

        def start(release: str, feature_gates: Mapping[str, bool] | None = None, runtime_config: str = "api/all=true") -> ControlPlane:
            settings = Settings(release=release, feature_gates=feature_gates or {}, runtime_config=runtime_config, audit=True)
            return running.enter_context(started(settings, tmp_path / f"control-plane-{release}"))

        yield start


def started(settings: Settings, folder: Path) -> ControlPlane:
    """A control plane that starts when it is entered."""
    with skipped_without_go():
        return ControlPlane(settings, folder)


@pytest.fixture(scope="module")
def hardware(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A 1.37 with the nodes, slices, claims and pods of `manifests/hardware.yaml`, scheduled as far as they can be; its tests only read."""
    with started(Settings(release="1.37", audit=True), tmp_path_factory.mktemp("hardware")) as plane:
        client = plane.client()
        client.apply_yaml((MANIFESTS / "hardware.yaml").read_text())
        client.wait("/api/v1/namespaces/ml/pods/train", lambda pod: pod["spec"].get("nodeName"))
        client.wait("/api/v1/namespaces/web/pods/infer", lambda pod: pod["status"].get("conditions"))
        yield plane


class ShellOf(Protocol):
    """Opens a shell for a user of a control plane, in a home of its own."""

    def __call__(self, plane: ControlPlane, user: str = ..., namespace: str = ..., server: str = ...) -> Shell:
        """Open it; `server` is another way to the API server than its own URL."""
        ...


@pytest.fixture
def shell(tmp_path: Path) -> ShellOf:
    """`shell(plane, "reader")` runs kubectl and kubectl-dra as that user."""

    def opened(plane: ControlPlane, user: str = ADMIN, namespace: str = "default", server: str = "") -> Shell:
        return Shell(plane=plane, home=tmp_path / f"home-of-{user}", user=user, namespace=namespace, server=server)

    return opened
