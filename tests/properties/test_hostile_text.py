"""Text from a cluster cannot drive the terminal, whatever field it stands in."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.properties.running import run

DEMO = Path(__file__).parents[2] / "kubectl_dra" / "data" / "demo" / "cluster.json"
HOSTILE = "\x1b]0;owned\x07\x9b31m\u202e\r"
KEPT = frozenset(
    {
        *("apiVersion", "kind", "namespace", "resource", "operator", "effect", "expression"),
        *("value", "default", "min", "max", "step", "bandwidth", "seats", "example.com/gpu", "example.com/tpu"),
    }
)
"""Fields by which objects are found, and amounts: a file with others in their place is refused as a whole."""

COMMANDS = (
    *(("devices",), ("devices", "-o", "wide"), ("devices", "-o", "name"), ("devices", "-o", "markdown"), ("devices", "-o", "json")),
    *(("devices", "-o", "yaml"), ("devices", "--map"), ("devices", "--summary"), ("claims", "-A"), ("claims", "-A", "-o", "name")),
    *(
        ("pools",),
        ("pools", "-o", "wide"),
        ("classes",),
        ("why-pending", "-A"),
        ("why-pending", "-n", "ml"),
        ("devices", "--driver", HOSTILE),
    ),
    *(("describe", "node", f"gpu-a1{HOSTILE}"), ("describe", "pod", f"train-0{HOSTILE}", "-n", "ml")),
    *(
        ("describe", "claim", f"train-0-gpu{HOSTILE}", "-n", "ml"),
        ("describe", "class", f"gpu.example.com{HOSTILE}"),
        ("describe", HOSTILE, "x"),
    ),
    *(("describe", "device", f"gpu-a1{HOSTILE}/gpu-0{HOSTILE}"), ("describe", "pool", f"gpu-a2{HOSTILE}"), ("lint", "-f", HOSTILE)),
)


def spoiled(value: Any, key: str = "") -> Any:
    """``value`` with hostile characters at the end of every text."""
    if isinstance(value, dict):
        return {name: spoiled(field, name) for name, field in value.items()}
    if isinstance(value, list):
        return [spoiled(item, key) for item in value]
    is_time = key.endswith(("Time", "Timestamp", "timeAdded"))
    return value + HOSTILE if isinstance(value, str) and key not in KEPT and not is_time else value


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo cluster with hostile text in every field."""
    path = tmp_path_factory.mktemp("hostile") / "cluster.json"
    items = json.loads(DEMO.read_text(encoding="utf-8"))["items"]
    readable = [spoiled(item) for item in items if item["kind"] not in {"Node", "ResourceQuota"}]
    readable += [{**item, "metadata": spoiled(item["metadata"])} for item in items if item["kind"] == "Node"]
    path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": readable}), encoding="utf-8")
    return path


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words).encode("ascii", "replace").decode())
def test_nothing_drives_the_terminal(words: tuple[str, ...], cluster: Path) -> None:
    """Only letters, spaces and line breaks come out, on both streams."""
    outcome = run(*words, "--from", str(cluster))
    shown = outcome.output + outcome.talk

    assert shown
    assert {character for character in shown if not character.isprintable()} <= {"\n"}
    assert "itself failed" not in outcome.talk


def test_hostile_text_is_shown(cluster: Path) -> None:
    """What is escaped is there to be seen."""
    assert "\\x1b]0;owned\\x07\\x9b31m\\u202e\\r" in run("devices", "--from", str(cluster)).output
