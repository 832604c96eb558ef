"""kubectl, and the world in which it and we connect."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connection.world import World, linked_kubectl, running_world
from tests.controlplane.program import control_plane_program
from tests.golang.availability import skipped_without_go


@pytest.fixture(scope="session")
def kubectl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Kubectl 1.37, in a folder of its own."""
    with skipped_without_go():
        return linked_kubectl(tmp_path_factory.mktemp("kubectl"), control_plane_program("1.37").built())


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, kubectl: Path) -> Iterator[World]:
    """Servers, proxies, an issuer and certificates, for the whole session."""
    with running_world(tmp_path_factory.mktemp("connection"), kubectl) as running:
        yield running
