"""Small random clusters → what Kubernetes' own allocator says of each: ``python -m tests.conformance.record_allocations``.

Writes ``allocations.jsonl``, which is read as every file of kind allocator is.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random

from tests.golang.releases import PATCH_RELEASES
from tests.oracle import Oracle
from tests.properties.small_clusters import Document, problem

RECORDED = Path(__file__).with_name("allocations.jsonl")
EACH = 15
REPEATS = 20
"""How often a question is asked, to find answers that vary."""


def questions() -> Iterator[Document]:
    """As many problems for every release, no two alike."""
    for number, release in enumerate(PATCH_RELEASES):
        for seed in range(EACH):
            asked = problem(Random(f"recorded-{number}-{seed}")).question()
            if release == "1.34":
                asked["features"] = {name: value for name, value in asked["features"].items() if name != "DeviceBindingAndStatus"}
            yield {"name": f"small-{release}-{seed:02}", "release": release, **asked}


def main() -> None:
    """Record all of them; what upstream cannot answer twice alike is left out."""
    with RECORDED.open("w") as lines:
        for asked in questions():
            with Oracle("allocate", asked["release"]) as oracle:
                answers = [oracle.ask(asked) for _ in range(REPEATS)]
            verdicts = {answer["expect"]["verdict"] for answer in answers}
            if len(verdicts) > 1:
                continue
            same = all(answer["expect"] == answers[0]["expect"] for answer in answers)
            lines.write(json.dumps({**asked, **answers[0], "deterministic": same}, sort_keys=True) + "\n")


if __name__ == "__main__":
    main()
