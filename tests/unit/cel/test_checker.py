"""Types are found, and what does not fit is told in upstream's words."""

import pytest

from tests.unit.cel.engine import program, refusal


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1", "int"),
        ("1 + n", "int"),
        ("[1, 2]", "list(int)"),
        ('[dyn(1), dyn("a")]', "list(dyn)"),
        ("[]", "list(dyn)"),
        ('{"a": [1.5]}', "map(string, list(double))"),
        ("any", "dyn"),
        ("any.field", "dyn"),
        ("true ? 1 : n", "int"),
        ("optional.of(1)", "optional_type(int)"),
        ("optional.none()", "optional_type(dyn)"),
        ("[1].map(x, string(x))", "list(string)"),
        ('quantity("1")', "kubernetes.Quantity"),
        ('semver("1.0.0").major()', "int"),
        ("type(1)", "type(int)"),
        ("null", "null_type"),
        ('"a".find("b") == "" && n > 1', "bool"),
    ],
)
def test_type_is_found(expression: str, expected: str) -> None:
    """The type that an expression evaluates to is known beforehand."""
    assert str(program(expression).output_type) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 'a'", "found no matching overload for '_+_' applied to '(int, string)'"),
        ("nope", "undeclared reference to 'nope' (in container '')"),
        ("nope(1)", "undeclared reference to 'nope' (in container '')"),
        ("text.nope()", "undeclared reference to 'nope' (in container '')"),
        ("text.size(1)", "found no matching overload for 'size' applied to 'string.(int)'"),
        ("n.field", "type 'int' does not support field selection"),
        ("true ? 1 : 'a'", "found no matching overload for '_?_:_' applied to '(bool, int, string)'"),
        ("n.all(x, true)", "expression of type 'int' cannot be range of a comprehension (must be list, map, or dynamic)"),
        ("[1].all(x, x)", "expected type 'bool' but found 'int'"),
    ],
)
def test_what_does_not_fit_is_told(expression: str, expected: str) -> None:
    """The complaint names the function and the types."""
    assert expected in refusal(expression)


def test_all_complaints_are_told() -> None:
    """Two mistakes are two complaints, in the order of the text."""
    assert [line.partition("undeclared ")[2] for line in refusal("a && b").split("\n") if "undeclared" in line] == [
        "reference to 'a' (in container '')",
        "reference to 'b' (in container '')",
    ]
