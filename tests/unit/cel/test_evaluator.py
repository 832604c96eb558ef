"""Expressions → values, by the rules of the language."""

import pytest

from kubectl_dra.cel.errors import CannotTell, EvaluationError
from kubectl_dra.cel.values import UInt
from tests.unit.cel.engine import program, value


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("n + 1", 8),
        ("-7 / 2", -3),
        ("-7 % 2", -1),
        ("7 % -2", 1),
        ("1.0 / 0.0 > 1e300", True),
        ("'a' + text", "afish"),
        ("text == 'fish' ? 'yes' : 'no'", "yes"),
        ("dyn(1) == 1.0 && dyn(1u) == 1", True),
        ("1 == any", False),
        ("dyn([1, 2]) == [1.0, 2.0]", True),
        ("dyn({'a': 1}) == {'a': 1.0}", True),
        ("2 in [1, 2]", True),
        ("'a' in {'a': 1}", True),
        ("[1, 2][1]", 2),
        ("{'a': {'b': 3}}.a.b", 3),
        ("{1: 'a'}[dyn(1u)]", "a"),
        ("has({'a': 1}.a) && !has({'a': 1}.b)", True),
        ("[1, 2, 3].filter(x, x % 2 == 1)", [1, 3]),
        ("[1, 2, 3].exists_one(x, x > 2)", True),
        ("{'a': 1, 'b': 2}.all(k, v, v > 0 && k != '')", True),
        ("cel.bind(x, n * 2, x + x)", 28),
        ("[[1], [2]].map(x, x.map(y, y + n))", [[8], [9]]),
        ("uint(n) + 1u", UInt(8)),
        ("type(n) == int", True),
        ("optional.of(n).optMap(x, x + 1).orValue(0)", 8),
        ("optional.of([1, 2].filter(x, x < n)).optMap(y, y.size()).orValue(0)", 2),
        ("{'a': 1}.?b.orValue(5)", 5),
        ("[1, ?optional.none(), 3]", [1, 3]),
    ],
)
def test_expression_has_its_value(expression: str, expected: object) -> None:
    """Operators, conversions, macros and optionals."""
    actual = value(expression)
    assert (type(actual), actual) == (type(expected), expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 / 0", "division by zero"),
        ("1 % 0", "modulus by zero"),
        ("9223372036854775807 + 1", "integer overflow"),
        ("0u - 1u", "unsigned integer overflow"),
        ("[1][1]", "index out of bounds: 1"),
        ("{'a': 1}['b']", "no such key: b"),
        ("int(text)", "type conversion error from 'string' to 'int'"),
        ("any + 1", "no such overload"),
        ("any > 1", "no such overload"),
        ("optional.none().value()", "optional.none() dereference"),
        ("[0].all(x, 1 / x == 1)", "division by zero"),
    ],
)
def test_failure_is_told_in_upstreams_words(expression: str, expected: str) -> None:
    """What cannot be evaluated is an error, and no value."""
    actual = value(expression, dynamic="a" if "+" in expression else True)
    assert isinstance(actual, EvaluationError)
    assert actual.text.startswith(expected)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 / 0 == 1 || true", True),
        ("true || 1 / 0 == 1", True),
        ("1 / 0 == 1 && false", False),
        ("[0, 1].exists(x, 1 / x == 1)", True),
        ("[0, 1].all(x, 1 / x == 2)", False),
        ("false ? 1 / 0 == 1 : true", True),
    ],
)
def test_failure_beside_what_decides_does_not_count(expression: str, *, expected: bool) -> None:
    """`&&`, `||` and the quantifiers ask for any operand that decides."""
    assert value(expression) is expected


def test_time_zones_by_name_cannot_be_told() -> None:
    """What is not known here is said to be unknown, and decides nothing."""
    expression = "timestamp('2024-01-01T00:00:00Z').getHours('Europe/Berlin') == 1"
    assert (isinstance(value(expression), CannotTell), value(f"{expression} || true")) == (True, True)


def test_maps_by_keys_that_are_not_followed_cannot_be_told() -> None:
    """Upstream keeps a list by where it lies in memory."""
    assert program("{[1]: 1}.size() == 1").evaluate(7, "fish", None) == CannotTell("a map with a key of type list")


def test_part_of_an_expression_can_be_evaluated_alone() -> None:
    """A node is a function of the variables and of the names bound around it."""
    compiled = program("[1, 2].exists(x, x > n)")
    predicate = getattr(compiled.tree, "predicate", None)
    assert predicate is not None
    part = compiled.part(predicate, ("x",))
    assert (part(1, "", None, 2), part(1, "", None, 1)) == (True, False)
