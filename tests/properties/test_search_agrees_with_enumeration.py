"""The search agrees with an allocator that tries everything, and with Kubernetes' own, on cases that nobody has seen."""

from collections.abc import Iterator
from random import Random, SystemRandom

import pytest

from kubectl_dra.allocator.result import Allocation, NoAllocation
from kubectl_dra.allocator.search import allocate
from kubectl_dra.releases.behaviour import behaviour_with_gates
from kubectl_dra.releases.release import NEWEST
from tests.golang.availability import skipped_without_go
from tests.oracle import Oracle
from tests.properties.enumeration import first_allocation
from tests.properties.small_clusters import NODE, Problem, problem

CASES = 5_000
FRESH_CASES = 500


def found_by_search(asked: Problem) -> list[tuple[int, str, tuple[str, ...]]] | None:
    """What the search takes: claim, request and device of each pick; None where it finds nothing."""
    outcome = allocate(asked.resource_claims(), NODE, asked.context(behaviour_with_gates(NEWEST)))
    if isinstance(outcome, Allocation):
        return [(number, device.request.name, tuple(device.id)) for number, devices in enumerate(outcome.devices) for device in devices]
    assert isinstance(outcome, NoAllocation)
    return None


@pytest.mark.parametrize("start", range(0, CASES, 500))
def test_the_search_finds_the_first_allowed_choice(start: int) -> None:
    """Where some choice of devices is allowed the search finds the first one, and where none is it finds none."""
    for seed in range(start, start + 500):
        asked = problem(Random(seed))
        assert first_allocation(asked) == found_by_search(asked), f"seed {seed}"


@pytest.mark.go
def test_the_search_agrees_with_upstream_on_fresh_cases() -> None:
    """Kubernetes' own allocator takes the same devices, on cases drawn anew at each run."""
    seeds = [SystemRandom().randrange(1 << 32) for _ in range(FRESH_CASES)]
    asked = [problem(Random(seed)) for seed in seeds]
    with skipped_without_go(), Oracle("allocate", "1.37") as oracle:
        answers = list(oracle.ask_all([one.question() for one in asked]))
    for seed, one, answer in zip(seeds, asked, answers, strict=True):
        results = answer["expect"]["results"]
        theirs = list(picks_of(results)) if results else None
        assert theirs == found_by_search(one), f"seed {seed}"


def picks_of(results: list[dict[str, dict[str, list[dict[str, str]]]]]) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """What upstream took, claim by claim."""
    for number, claim in enumerate(results):
        for result in claim["devices"].get("results") or []:
            yield number, result["request"], (result["driver"], result["pool"], result["device"])
