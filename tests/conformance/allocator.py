"""The allocator's outcomes, case by case and node by node, against those of Kubernetes' own allocator.

Equal is the verdict, and where upstream's answer does not vary the error's text; from 1.36 on, apart from the stable implementation, the
devices, too. One allocator serves all nodes of a case, in order.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from kubectl_dra.allocator.allocation import SHARE_ID
from kubectl_dra.allocator.result import Allocation, AllocationError, CannotTell, InvalidPools, NoAllocation, Outcome
from kubectl_dra.allocator.search import allocate
from kubectl_dra.apimachinery.decode import to_plain
from kubectl_dra.releases.release import Release
from tests.conformance._allocation_cases import Case, cases_in

_CLASSES: Final = (
    ("CEL runtime error", "cel-runtime"),
    ("CEL compile error", "cel-compile"),
    ("invalid resource pools were encountered", "invalid-pools"),
    ("duplicate device name", "pool-invalid"),
    ("is currently being updated", "all-pool-incomplete"),
    ("is currently invalid", "all-pool-invalid"),
    ("because a claim constraint would not be satisfied", "all-constraint"),
    ("exceeds the claim limit", "too-many-devices"),
    ("could not retrieve device class", "no-class"),
    ("feature is disabled", "feature-disabled"),
    ("unsupported constraint type", "constraint-unknown"),
    ("capacity for device", "capacity"),
    ("derived attribute", "derived-attribute"),
    ("node selector", "node-selector"),
)
"""Words of an error → its class in the recorded verdicts, the first that applies; `other` where none does."""
_RECORDED_SHARE: Final = "aaaaaaaa-aaaa-aaaa-aaaa-aaaaaaaaaaaa"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One case on one node."""

    case: str
    node: str
    expected: Mapping[str, Any]
    actual: Mapping[str, Any]
    fields: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether everything that is compared is equal."""
        return all(self.expected[field] == self.actual[field] for field in self.fields)


def comparisons_of(case: Case) -> Iterator[Comparison]:
    """A case on each of its nodes."""
    context = case.context()
    devices_count = case.release >= Release(1, 36) and case.behaviour.implementation != "stable"
    fields = ("verdict", *(("error", *(("results",) if devices_count else ())) if case.is_deterministic else ()))
    for node in case.nodes:
        expected = case.expected[node.metadata.name]
        actual = answer(allocate(case.claims, node, context))
        yield Comparison(
            case=case.name,
            node=node.metadata.name,
            expected={**expected, "results": _normal(expected["results"])},
            actual=actual,
            fields=fields,
        )


def answer(outcome: Outcome) -> dict[str, Any]:
    """An outcome as it is recorded."""
    match outcome:
        case Allocation():
            results = [_normal(to_plain(result)) for result in outcome.results]
            return {"verdict": "fits", "error": "", "results": results}
        case NoAllocation():
            return {"verdict": "does-not-fit", "error": "", "results": None}
        case InvalidPools():
            return {"verdict": "error:invalid-pools", "error": "invalid resource pools were encountered", "results": None}
        case AllocationError():
            return {"verdict": f"error:{error_class(outcome.text)}", "error": outcome.text, "results": None}
        case CannotTell():
            return {"verdict": "cannot tell", "error": outcome.text, "results": None}


def error_class(text: str) -> str:
    """The class of an error in the recorded verdicts."""
    return next((name for words, name in _CLASSES if words in text), "other")


def _normal(value: Any) -> Any:
    """Without what is empty, and with one name for every share."""
    if isinstance(value, dict):
        return {name: _normal(field) for name, field in value.items() if field not in (None, [], {}, ())}
    if isinstance(value, list | tuple):
        return [_normal(item) for item in value]
    return SHARE_ID if value == _RECORDED_SHARE else value


def compare(paths: Iterable[Path], *, show_all: bool) -> int:
    """Print the disagreements and the count; 0 where everything agrees."""
    total = agreeing = shown = 0
    for case in cases_in(paths):
        started = time.perf_counter()
        for comparison in comparisons_of(case):
            total += 1
            agreeing += comparison.agrees
            if not comparison.agrees and (show_all or shown < 10):
                shown += 1
                print(described(comparison))
        if (elapsed := time.perf_counter() - started) > 2:
            print(f"{case.name}: {elapsed:.1f} s")
    print(f"{agreeing} of {total} agree")
    return int(agreeing != total)


def described(comparison: Comparison) -> str:
    """A disagreement, field by field."""
    lines = [f"{comparison.case} on {comparison.node}"]
    for field in comparison.fields:
        if comparison.expected[field] != comparison.actual[field]:
            lines += [f"  expected {field}: {comparison.expected[field]}", f"  actual {field}:   {comparison.actual[field]}"]
    return "\n".join(lines)


def main(arguments: list[str]) -> int:
    """Compare the files named."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("--")]
    return compare(paths, show_all="--all" in arguments)
