"""Clusters and manifests of others are read without a traceback, and every device of a usable generation is listed once."""

import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.properties.running import run

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
SITUATIONS = sorted((SHARED / "situations").glob("*/cluster.yaml"))
WORLDS = sorted((SHARED / "worlds").rglob("cluster.json.gz"))
CORPUS = sorted(path for path in (SHARED / "corpus").rglob("*") if path.is_file())

pytestmark = [pytest.mark.shared, pytest.mark.skipif(not SHARED.is_dir(), reason="../shared/data is not there")]


def documents_of(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a dump, Lists taken apart, read by other means than the program's."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found = [json.loads(text)] if text.lstrip().startswith("{") else yaml.load_all(text, loader)
    for document in found:
        yield from document["items"] if document and document.get("kind", "").endswith("List") else filter(None, [document])


def devices_of(documents: Iterable[dict[str, Any]]) -> Counter[tuple[str, str, str]]:
    """How often each device is in a slice of its pool's newest generation."""
    slices = [document["spec"] for document in documents if document.get("kind") == "ResourceSlice"]
    newest: dict[tuple[str, str], int] = {}
    for spec in slices:
        pool = (spec["driver"], spec["pool"]["name"])
        newest[pool] = max(newest.get(pool, 0), spec["pool"].get("generation", 0))
    return Counter(
        (spec["driver"], spec["pool"]["name"], device["name"])
        for spec in slices
        for device in spec.get("devices") or ()
        if spec["pool"].get("generation", 0) == newest[spec["driver"], spec["pool"]["name"]]
    )


@pytest.mark.parametrize("path", [*SITUATIONS, *WORLDS], ids=lambda path: "/".join(path.parts[-3:-1]))
def test_every_device_is_listed_once(path: Path) -> None:
    """`devices` lists each device of the newest generations exactly as often as it is published there."""
    outcome = run("devices", "-o", "json", "--from", str(path))
    expected = devices_of(documents_of(path))
    if outcome.code == 3:
        assert expected == Counter()
        return
    listed = json.loads(outcome.output)["items"]
    current = [item for item in listed if (item["notOffered"] or {}).get("because") != "older generation"]

    assert expected == Counter((item["driver"], item["pool"], item["device"]) for item in current)


@pytest.mark.parametrize("words", [("devices",), ("claims", "-A"), ("pools",), ("classes",)], ids=" ".join)
def test_corpus_is_read(words: tuple[str, ...]) -> None:
    """Every file gives an answer, or one sentence that names the file."""
    for path in CORPUS:
        outcome = run(*words, "--from", str(path))

        assert "itself failed" not in outcome.talk, (path, outcome.talk)
        assert outcome.code == 0 or (outcome.code == 3 and str(path) in outcome.talk), (path, outcome)
