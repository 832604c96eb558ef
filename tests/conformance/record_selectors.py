"""Selectors → what Kubernetes' module says of each, in every release: ``python -m tests.conformance.record_selectors``.

Writes ``selectors.jsonl``, which is read as every file of kind cel is.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.conformance._selectors import DEVICE, SELECTORS
from tests.golang.releases import PATCH_RELEASES
from tests.oracle import Oracle

RECORDED = Path(__file__).with_name("selectors.jsonl")
ENVIRONMENTS = (
    {"env": "", "consumableCapacity": True, "listTypeAttributes": True},
    {"env": "NewExpressions", "consumableCapacity": False, "listTypeAttributes": False},
)


def cases() -> Iterator[dict[str, object]]:
    """Every selector, as stored with all gates on; and as new with none for those that tell the difference."""
    for expression in SELECTORS:
        for environment in ENVIRONMENTS if "allow" in expression or "includes" in expression else ENVIRONMENTS[:1]:
            yield {"expr": expression, **DEVICE, **environment}


def main() -> None:
    """Record all of them."""
    recorded = [case | {"expect": {}} for case in cases()]
    for release in PATCH_RELEASES:
        with Oracle("cel", release) as oracle:
            for case, answer in zip(recorded, oracle.ask_all(list(cases())), strict=True):
                case["expect"] |= {release: answer}  # type: ignore[operator]  # a dict, as made above
    RECORDED.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in recorded))


if __name__ == "__main__":
    main()
