"""Selectors' answers are those of Kubernetes' module: those recorded here, those in ../shared, and fresh ones where there is Go."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from kubectl_dra.api.resource import Device, DeviceAttribute, DeviceCapacity
from kubectl_dra.selection.clauses import explain
from kubectl_dra.selection.device_selector import CelError, Environment, compile_selector
from kubectl_dra.selection.readings import readings_of
from kubectl_dra.selection.repairs import repairs_of
from tests.conformance._expressions import questions
from tests.conformance._mutations import mutations
from tests.conformance.cel import Comparison, cases_in, comparisons_of, described
from tests.golang.releases import PATCH_RELEASES
from tests.oracle import Oracle

RECORDED = Path(__file__).with_name("selectors.jsonl")
SHARED = Path(__file__).parents[3] / "shared" / "data" / "vectors" / "cel"
FRESH = 2_000
TOLERATED = 1
"""How many of them may differ: each is a defect to be mended, and none has been seen in the last 90,000."""
MUTATED = 10_000


def is_wrong(comparison: Comparison) -> bool:
    """Whether the outcome, or the text of an error, is another than Kubernetes'."""
    return not comparison.agrees or (comparison.has_text and not comparison.text_agrees)


def test_recorded_selectors() -> None:
    """Every outcome and every text recorded here is the same."""
    comparisons = [comparison for case in cases_in([RECORDED]) for comparison in comparisons_of(case)]
    assert (len(comparisons) > 200, [described(comparison) for comparison in comparisons if is_wrong(comparison)]) == (True, [])


@pytest.mark.shared
@pytest.mark.parametrize("name", ["probes", "published-selectors", "upstream"])
def test_shared_selectors(name: str) -> None:
    """Every outcome and every text recorded in ../shared is the same."""
    paths = sorted(SHARED.glob(f"{name}*.jsonl*"))
    if not paths:
        pytest.skip("there are no recorded selectors in ../shared")
    comparisons = (comparison for case in cases_in(paths) for comparison in comparisons_of(case))
    assert [described(comparison) for comparison in comparisons if is_wrong(comparison)] == []


@pytest.mark.go
@pytest.mark.parametrize("release", PATCH_RELEASES)
def test_fresh_selectors(oracle: Callable[[str, str], Oracle], release: str) -> None:
    """Random selectors, others in each run, have the outcome that Kubernetes' module gives them."""
    seed = secrets.randbelow(1 << 32)
    asked = list(questions(seed, FRESH))
    answers = oracle("cel", release).ask_all(asked)
    comparisons = [
        comparison
        for question, answer in zip(asked, answers, strict=True)
        for comparison in comparisons_of(question | {"expect": {release: answer}})
    ]
    wrong = [described(comparison) for comparison in comparisons if not comparison.agrees]
    assert len(comparisons) == FRESH
    assert len(wrong) <= TOLERATED, f"with seed {seed}: {wrong}"
    print(*wrong, sep="\n")


def test_nothing_that_is_written_ends_in_a_traceback() -> None:
    """Ten thousand selectors with mistakes and strings of bytes have an answer each, and so has everything built on it."""
    device = Device(
        name="d",
        attributes={"i": DeviceAttribute(int_=7), "s": DeviceAttribute(string="fish"), "v": DeviceAttribute(version="1.2.3")},
        capacity={"mem": DeviceCapacity(value="80Gi")},
    )
    for number, text in enumerate(mutations(secrets.randbelow(1 << 32), MUTATED)):
        selector = compile_selector(text, Environment())
        outcome = selector.evaluate("dra.example.com", device)
        assert isinstance(outcome, bool | CelError), text
        readings_of(selector)
        assert outcome == explain(selector, "dra.example.com", device).outcome, text
        if number % 20 == 0:
            repairs_of(text, Environment(), [("dra.example.com", device)])
