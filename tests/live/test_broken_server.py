"""A server that dies in the middle of an answer costs what was in it, and nothing else."""

from collections.abc import Iterator

import pytest

from tests.bench.harness.large_cluster import resource_slices
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.live.conftest import ShellOf, started
from tests.live.severed import severed

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def many_slices(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """1,200 slices: three pages, of some 2 MB each before they are compressed."""
    with started(Settings(release="1.37"), tmp_path_factory.mktemp("many-slices")) as plane:
        plane.client().apply_quickly(resource_slices(range(1_200)))
        yield plane


@pytest.mark.parametrize("after", [0, 100, 3_000, 10_000, 60_000])
def test_a_cut_answer_is_never_taken_for_a_whole_one(many_slices: ControlPlane, shell: ShellOf, after: int) -> None:
    """However early the server dies, no part of the list is shown as if it were all: exit code 3 and one sentence."""
    with severed(many_slices.port, after) as server:
        ran = shell(many_slices, server=server).dra("devices")
    assert (ran.code, ran.output, ran.talk.count("\n"), "Traceback" in ran.talk) == (3, "", 1, False)


def test_a_server_that_lives_long_enough_is_read_whole(many_slices: ControlPlane, shell: ShellOf) -> None:
    """The proxy of these tests does no harm by itself."""
    with severed(many_slices.port, 100_000_000) as server:
        ran = shell(many_slices, server=server).dra("devices", "--no-headers")
    assert (ran.code, len(ran.output.splitlines())) == (0, 9_600)
