"""The order in which a server or a file lists objects changes nothing."""

import json
import random
from pathlib import Path

import pytest

from tests.properties.running import run

DEMO = Path(__file__).parents[2] / "kubectl_dra" / "data" / "demo" / "cluster.json"

COMMANDS = (
    ("devices",),
    ("devices", "-o", "json"),
    ("devices", "--map"),
    ("devices", "--summary"),
    ("claims", "-A"),
    ("claims", "-A", "-o", "yaml"),
    ("pools",),
    ("pools", "-o", "json"),
    ("classes",),
    ("describe", "pool", "gpu.example.com/gpu-b1"),
    ("describe", "node", "gpu-a2"),
    ("describe", "class", "gpu.example.com"),
    ("describe", "device", "gpu-a1/nic-0"),
    ("why-pending", "-A"),
    ("why-pending", "-A", "-o", "json"),
)


@pytest.fixture(scope="module", params=range(3))
def shuffled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo cluster with its objects in another order; devices stay in their slices' order, which means something."""
    cluster = json.loads(DEMO.read_text(encoding="utf-8"))
    random.Random(request.param).shuffle(cluster["items"])
    path = tmp_path_factory.mktemp("shuffled") / "cluster.json"
    path.write_text(json.dumps(cluster), encoding="utf-8")
    return path


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_order_changes_nothing(words: tuple[str, ...], shuffled: Path) -> None:
    """Shuffled objects give the same output, the same talk and the same exit code."""
    expected = run(*words, "--from", str(DEMO))

    assert expected == run(*words, "--from", str(shuffled))
