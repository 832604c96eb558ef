"""Every recorded world, where ../shared is there."""

from pathlib import Path

import pytest

from tests.conformance.worlds import Tally, compare_world

WORLDS = Path(__file__).parents[3] / "shared" / "data" / "worlds"


@pytest.mark.shared
@pytest.mark.parametrize("release", ["1.34.4", "1.35.4", "1.36.3", "1.37.2"])
def test_worlds(release: str) -> None:
    """Of every pod in the recorded worlds, verdict, nodes, reasons and message are the real scheduler's."""
    folders = sorted(path.parent for path in (WORLDS / release).rglob("truth.json"))
    if not folders:
        pytest.skip("there are no recorded worlds in ../shared")
    tally = Tally()
    for folder in folders:
        compare_world(folder, tally)
    assert tally.disagreements == []
