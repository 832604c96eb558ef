"""What an evaluation costs: estimated beforehand, counted while it runs."""

import pytest

from kubectl_dra.cel.cost import Meter
from kubectl_dra.cel.errors import EvaluationError
from kubectl_dra.cel.estimate import LARGEST, Range
from kubectl_dra.cel.values import CostLimitExceeded
from tests.unit.cel.engine import program


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 1 == 2", Range(2, 2)),
        ("n > 1", Range(2, 2)),
        ("n > 1 && n < 5", Range(2, 4)),
        ("true ? n : n + 1", Range(1, 2)),
        ("[1, 2, 3]", Range(10, 10)),
        ("'abc' == 'abd'", Range(1, 1)),
    ],
)
def test_cost_is_estimated(expression: str, expected: Range) -> None:
    """The least and the most that an evaluation can cost."""
    assert program(expression).cost == expected


def test_text_of_unknown_length_may_cost_everything() -> None:
    """Without a limit of its length, a text is as long as can be."""
    assert program("text.contains('a')").cost.maximum > 1_000_000


def test_sums_and_products_stay_below_64_bits() -> None:
    """What would grow beyond stays at the largest number."""
    assert (Range(LARGEST, LARGEST).plus(Range(1, 1)), Range(2, LARGEST).times(Range(3, 2))) == (
        Range(LARGEST, LARGEST),
        Range(6, LARGEST),
    )


def test_evaluation_stops_at_the_limit() -> None:
    """A loop that costs more than it may is cancelled."""
    actual = program("lists.range(1000).all(x, x >= 0)", limit=500).evaluate(7, "", None)
    assert actual == EvaluationError("operation cancelled: actual cost limit exceeded")


def test_cheap_expression_is_not_watched() -> None:
    """What cannot cost more than the limit is evaluated without counting."""
    assert (program("n > 1", limit=5).cost_limit, program("n > 1", limit=1).cost_limit) == (None, 1)


def test_meter_allows_its_limit_exactly() -> None:
    """The limit may be reached, and not be passed."""
    meter = Meter(10)
    meter.spend(10)
    with pytest.raises(CostLimitExceeded):
        meter.spend(1)
