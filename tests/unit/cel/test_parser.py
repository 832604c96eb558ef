"""Texts → trees, and what is wrong with those that are none."""

import pytest

from kubectl_dra.cel.parser import parse
from kubectl_dra.cel.printer import printed
from tests.unit.cel.engine import environment, refusal


def reprinted(text: str) -> str:
    """What a text means, written the plain way."""
    tree = parse(text, environment().macros, escaped_fields=True).tree
    assert tree is not None
    return printed(tree)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1+2*3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("1-2-3", "1 - 2 - 3"),
        ("1-(2-3)", "1 - (2 - 3)"),
        ("a||b&&c", "a || b && c"),
        ("(a||b)&&c", "(a || b) && c"),
        ("!a.b", "!a.b"),
        ("!(a||b)", "!(a || b)"),
        ("!!a", "a"),
        ("-1", "-1"),
        ("a ? b : c ? d : e", "a ? b : c ? d : e"),
        ("a[0].b('c')", 'a[0].b("c")'),
        ("a.?b[?c]", "a.?b[?c]"),
        ("[1,?a,]", "[1, ?a]"),
        ("{'a':1,?'b':c}", '{"a": 1, ?"b": c}'),
        ("has(a.b)", "has(a.b)"),
        ("a.exists(x,x>1)", "a.exists(x, x > 1)"),
        ("a.map(x,x>1,x*2)", "a.map(x, x > 1, x * 2)"),
        ("cel.bind(x,1,x+1)", "cel.bind(x, 1, x + 1)"),
        ("a.`b-c`", "a.`b-c`"),
        ("0x1F", "31"),
        ("1.50", "1.5"),
        ("'\\n'", '"\\n"'),
        ("b'a'", 'b"\\x61"'),
    ],
)
def test_text_means_what_is_printed_of_it(text: str, expected: str) -> None:
    """Precedence, associativity and macros survive being printed, and only brackets that are needed are written."""
    assert reprinted(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "ERROR: <input>:1:0: Syntax error: mismatched input '<EOF>' expecting"),
        ("1 +", "ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting"),
        ("(1", "ERROR: <input>:1:3: Syntax error: missing ')' at '<EOF>'"),
        ("a b", "ERROR: <input>:1:3: Syntax error: extraneous input 'b' expecting"),
        ("a = b", "ERROR: <input>:1:3: Syntax error: token recognition error at: '= '"),
        ("'a", "ERROR: <input>:1:1: Syntax error: token recognition error at: ''a'"),
        ("if == 1", "ERROR: <input>:1:1: reserved identifier: if"),
        ("99999999999999999999 == 1", "ERROR: <input>:1:1: invalid int literal"),
        ("1e999 > 1.0", "ERROR: <input>:1:1: invalid double literal"),
        ("-1u == 1u", "ERROR: <input>:1:1: found no matching overload for '-_' applied to '(uint)'"),
        ("has(a)", "ERROR: <input>:1:5: invalid argument to has() macro"),
        ("[1].exists(1, true)", "ERROR: <input>:1:12: argument must be a simple name"),
    ],
)
def test_mistake_is_told_with_its_place(text: str, expected: str) -> None:
    """The first complaint names line and column, in upstream's words."""
    assert refusal(text).removeprefix("compilation failed: ").startswith(expected)


def test_mistake_in_a_later_line_is_shown_there() -> None:
    """The line is printed, with a caret under the place."""
    expected = "compilation failed: ERROR: <input>:2:3: undeclared reference to 'b' (in container '')\n | &&b\n | ..^"
    assert refusal("true\n&&b") == expected


def test_tree_knows_what_it_stands_for() -> None:
    """Offsets of a node lead back to its text."""
    text = "true && device.driver == 'a'"
    tree = parse(text, environment().macros, escaped_fields=True).tree
    assert tree is not None
    assert text[tree.start : tree.end] == text
