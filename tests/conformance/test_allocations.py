"""The allocator's outcomes are those of Kubernetes' own: those recorded here, and those in ../shared."""

from pathlib import Path

import pytest

from tests.conformance._allocation_cases import cases_in
from tests.conformance.allocator import comparisons_of, described

RECORDED = Path(__file__).with_name("allocations.jsonl")
SHARED = Path(__file__).parents[3] / "shared" / "data" / "vectors"


def disagreements(path: Path) -> list[str]:
    """What disagrees in a file, described."""
    return [described(comparison) for case in cases_in([path]) for comparison in comparisons_of(case) if not comparison.agrees]


def test_recorded_allocations() -> None:
    """Every outcome recorded here is the same."""
    assert disagreements(RECORDED) == []


@pytest.mark.shared
@pytest.mark.parametrize("release", ["34", "35", "36", "37"])
def test_shared_random_allocations(release: str) -> None:
    """Every outcome of the random cases is the same."""
    path = SHARED / "allocator-random" / f"v0.{release}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    assert disagreements(path) == []


@pytest.mark.shared
@pytest.mark.parametrize("implementation", ["stable", "incubating", "experimental"])
@pytest.mark.parametrize("release", ["1.34", "1.35", "1.36", "1.37"])
def test_shared_allocations_of_upstream(release: str, implementation: str) -> None:
    """Every outcome of upstream's own cases is the same."""
    path = SHARED / "allocator" / f"release-{release}.{implementation}.jsonl"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    assert disagreements(path) == []
