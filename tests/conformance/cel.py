"""Selectors' answers, case by case and release by release, against those that Kubernetes' module gave.

Equal is the outcome (compile error, runtime error, true, false), the type of the value, and each cost being over or under the limit.
What differed upstream from run to run is skipped. A second line counts equal error texts.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from kubectl_dra.api.resource import Device
from kubectl_dra.selection.device_selector import (
    COST_LIMIT,
    CannotTell,
    CompiledSelector,
    CompileError,
    Environment,
    EvaluationError,
    compile_selector,
)

Case = Mapping[str, Any]
Answer = Mapping[str, Any]
_CANCELLED = "operation cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What an evaluation ended in, as far as it is compared."""

    kind: str
    text: str = ""
    output_type: str = ""
    estimate_is_over: bool = False

    def agrees_with(self, other: "Outcome", *, varies: Iterable[str]) -> bool:
        """Whether two outcomes are equal apart from their texts and from what varies."""
        if (self.kind == "compile error") != (other.kind == "compile error"):
            return False
        types_agree = "outType" in varies or self.output_type == other.output_type
        costs_agree = "maxCost" in varies or self.estimate_is_over == other.estimate_is_over
        kinds_agree = "match" in varies or self.kind == other.kind
        return kinds_agree and types_agree and costs_agree


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """One case in one release."""

    expression: str
    release: str
    expected: Outcome
    actual: Outcome
    varies: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether the outcomes are equal."""
        return self.expected.agrees_with(self.actual, varies=self.varies)

    @property
    def has_text(self) -> bool:
        """Whether there is a text to compare."""
        return bool(self.expected.text) and "matchError" not in self.varies and "compileError" not in self.varies

    @property
    def text_agrees(self) -> bool:
        """Whether the texts are equal."""
        return self.expected.text == self.actual.text


def cases_in(paths: Iterable[Path]) -> Iterator[Case]:
    """The cases of files of JSON lines, plain or gzip."""
    for path in paths:
        with gzip.open(path, "rt") if path.suffix == ".gz" else path.open() as lines:
            yield from map(json.loads, lines)


def device_of(case: Case) -> Device:
    """The device of a case."""
    document = {
        "name": "device",
        "attributes": case.get("attributes") or {},
        "capacity": {name: {"value": value} for name, value in (case.get("capacity") or {}).items()},
        "allowMultipleAllocations": case.get("allowMultipleAllocations"),
    }
    return msgspec.convert(document, Device)


def selector_of(case: Case, release: str) -> CompiledSelector:
    """The selector of a case in a release."""
    environment = Environment(
        release=release,
        stored=case.get("env") != "NewExpressions",
        consumable_capacity=bool(case.get("consumableCapacity")),
        list_type_attributes=bool(case.get("listTypeAttributes")),
    )
    return compile_selector(case["expr"], environment)


def expected_outcome(answer: Answer) -> Outcome:
    """What Kubernetes answered."""
    if "compileError" in answer:
        return Outcome(kind="compile error", text=answer["compileError"])
    kind = "runtime error" if "matchError" in answer else str(answer["match"]).lower()
    over = answer["maxCost"] > COST_LIMIT
    return Outcome(kind=kind, text=answer.get("matchError", ""), output_type=answer["outType"], estimate_is_over=over)


def actual_outcome(case: Case, release: str) -> Outcome:
    """What this program answers."""
    selector = selector_of(case, release)
    result = selector.evaluate(case["driver"], device_of(case))
    over = selector.max_cost > COST_LIMIT
    match result:
        case CompileError(text=text):
            return Outcome(kind="compile error", text=text)
        case EvaluationError(text=text):
            return Outcome(kind="runtime error", text=text, output_type=selector.output_type, estimate_is_over=over)
        case CannotTell(text=text):
            return Outcome(kind="cannot tell", text=text, output_type=selector.output_type, estimate_is_over=over)
        case bool():
            return Outcome(kind=str(result).lower(), output_type=selector.output_type, estimate_is_over=over)


def comparisons_of(case: Case) -> Iterator[Comparison]:
    """A case in every release that it has an answer of."""
    for release, answer in case["expect"].items():
        yield Comparison(
            expression=case["expr"],
            release=release,
            expected=expected_outcome(answer),
            actual=actual_outcome(case, release),
            varies=tuple(answer.get("varies") or ()),
        )


def compare(paths: Iterable[Path], *, show_all: bool) -> int:
    """Print the disagreements and the two counts; 0 where every outcome agrees."""
    counts = {"all": 0, "agree": 0, "texts": 0, "equal texts": 0}
    shown = 0
    for case in cases_in(paths):
        for comparison in comparisons_of(case):
            counts["all"] += 1
            counts["agree"] += comparison.agrees
            counts["texts"] += comparison.has_text
            counts["equal texts"] += comparison.has_text and comparison.text_agrees
            differs = not comparison.agrees or (comparison.has_text and not comparison.text_agrees)
            if differs and (show_all or shown < 10):
                shown += 1
                print(described(comparison))
    print(f"{counts['equal texts']} of {counts['texts']} texts equal")
    print(f"{counts['agree']} of {counts['all']} agree")
    return int(counts["agree"] != counts["all"])


def described(comparison: Comparison) -> str:
    """A disagreement in three lines."""
    return f"{comparison.release}: {comparison.expression}\n  expected {comparison.expected}\n  actual   {comparison.actual}"


def main(arguments: list[str]) -> int:
    """Compare the files named."""
    paths = [Path(argument) for argument in arguments if not argument.startswith("--")]
    return compare(paths, show_all="--all" in arguments)
