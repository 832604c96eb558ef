"""Objects that are damaged at random end in an answer or in one sentence, never in a traceback."""

import copy
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.properties.running import run

DEMO = Path(__file__).parents[2] / "kubectl_dra" / "data" / "demo" / "cluster.json"
BATCHES, DOCUMENTS = 40, 50
"""2,000 damaged documents in all."""

COMMANDS = (
    ("devices",),
    ("devices", "-o", "json"),
    ("devices", "--map"),
    ("devices", "--summary"),
    ("claims", "-A", "-o", "wide"),
    ("pools",),
    ("classes",),
    ("describe", "node", "gpu-a1"),
    ("describe", "pod", "train-0", "-n", "ml"),
    ("describe", "claim", "train-0-gpu", "-n", "ml"),
)

WRONG: tuple[Any, ...] = (
    *(None, "", 0, -1, 2**63, 1.5, True, [], {}, "nonsense", "\x1b[31mred", "a\nb", "80Gi", "-5Gi", "9e99"),
    *("\ud800", [None], {"": None}, [[]], {"x": {}}),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything inside a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*path, key)
        yield from places(inner, (*path, key))


def damaged(document: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """A copy with one thing in it taken away, replaced, or put in twice."""
    document = copy.deepcopy(document)
    path = chance.choice(list(places(document)))
    holder: Any = document
    for key in path[:-1]:
        holder = holder[key]
    match chance.randrange(3):
        case 0:
            del holder[path[-1]]
        case 1:
            holder[path[-1]] = chance.choice(WRONG)
        case _ if isinstance(holder, list):
            holder.append(holder[path[-1]])
        case _:
            holder[f"{path[-1]}x"] = holder[path[-1]]
    return document


@pytest.mark.parametrize("seed", range(BATCHES))
def test_damage_never_ends_in_a_traceback(seed: int, tmp_path: Path) -> None:
    """Each damaged document beside an undamaged cluster: an answer, or one sentence that names the file or the object."""
    chance = random.Random(seed)
    items = json.loads(DEMO.read_text(encoding="utf-8"))["items"]
    path = tmp_path / "cluster.json"
    for _ in range(DOCUMENTS):
        number = chance.randrange(len(items))
        broken = [*items[:number], damaged(items[number], chance), *items[number + 1 :]]
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": broken}), encoding="utf-8")
        words = chance.choice(COMMANDS)

        outcome = run(*words, "--from", str(path))

        assert "itself failed" not in outcome.talk, (words, outcome.talk)
        assert "Traceback" not in outcome.talk
        assert outcome.code in {0, 3}, (words, outcome)
        assert outcome.code == 0 or outcome.talk.startswith("error: ")
        assert "\x1b" not in outcome.output + outcome.talk
