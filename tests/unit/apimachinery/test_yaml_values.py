"""YAML is read as kubectl 1.37 reads it; the table was recorded from ``kubectl label --local -o json``."""

from __future__ import annotations

import pytest

from kubectl_dra.apimachinery.yaml_values import MAX_DEPTH, Value, YamlError, compose_positions, load_yaml

AS_KUBECTL = {
    "12:30": "12:30",
    "190:20:30": "190:20:30",
    "2024-01-02": "2024-01-02",
    "2024-01-02T10:00:00Z": "2024-01-02T10:00:00Z",
    "yes": True,
    "Off": False,
    "y": True,
    "N": False,
    "0777": 511,
    "0o17": 15,
    "0x1F": 31,
    "0b11": 3,
    "-0b11": -3,
    "+12": 12,
    "08": 8.0,
    "0_8": 8.0,
    "1_000": 1000,
    "1__0": 10,
    "1e3": 1000.0,
    "12e03": 12000.0,
    "+.5": 0.5,
    ".5e3": 500.0,
    ".1_0": 0.1,
    "1.": 1.0,
    "1e1000": "1e1000",
    "0x": "0x",
    "_1": "_1",
    "=": "=",
    "~": None,
    "": None,
    "18446744073709551615": 18446744073709551615,
    "'12'": "12",
    "!!str 12": "12",
    "!!float 12": 12.0,
    "!!binary aGVsbG8=": "hello",
    "580.95.05": "580.95.05",
    "80Gi": "80Gi",
}


def value_of(text: str) -> Value:
    """The value of the only document."""
    (document,) = load_yaml(text)
    return document.value


@pytest.mark.parametrize(("text", "expected"), AS_KUBECTL.items())
def test_scalars(text: str, expected: object) -> None:
    """A scalar has the value and the type that kubectl gives it."""
    value = value_of(f"a: {text}\n")
    assert isinstance(value, dict)
    assert (expected, type(expected)) == (value["a"], type(value["a"]))


@pytest.mark.parametrize(("key", "expected"), [("07", "7"), ("1.5", "1.5"), ("true", "true"), ("on", "true"), ("2024-01-02", "2024-01-02")])
def test_keys_become_strings(key: str, expected: str) -> None:
    """A key that is no string becomes the string kubectl makes of it."""
    assert {expected: "x"} == value_of(f"{key}: x\n")


def test_infinity_is_refused() -> None:
    """A number that JSON cannot hold is refused with its place."""
    with pytest.raises(YamlError, match=r"\.inf has no JSON form") as caught:
        load_yaml("a: 1\nb: .inf\n")
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_twice_the_same_key_is_refused() -> None:
    """A key that stands twice is refused where it stands the second time."""
    with pytest.raises(YamlError, match="key 'name' stands twice in the mapping of line 2") as caught:
        load_yaml("metadata:\n  name: a\n  labels: {}\n  name: b\n")
    assert (caught.value.line, caught.value.column) == (4, 3)


def test_merge_keys() -> None:
    """Merged keys are taken in, earlier mappings of a list take precedence, and keys written behind override them."""
    assert value_of("x: &x {k: 1, l: 2}\nw: &w {k: 3}\nz: {<<: [*w, *x], k: 0}\n") == {
        "x": {"k": 1, "l": 2},
        "w": {"k": 3},
        "z": {"k": 0, "l": 2},
    }


def test_documents_and_their_places() -> None:
    """Documents that are empty or only comments are left out, the others know their line, and that of each of their items."""
    documents = load_yaml("---\n# nothing\n---\na: 1\n--- # note\n\n  b: 2\n---\nkind: List\nitems:\n- c: 1\n\n- c: 2\n")
    assert [(document.line, document.column) for document in documents] == [(4, 1), (7, 3), (9, 1)]
    assert documents[2].items == ((11, 3), (13, 3))


@pytest.mark.parametrize(
    ("text", "problem", "line"),
    [
        ("a: 1\n--- b\nc: 1\n", "nothing but a comment may follow ---", 2),
        ("a:\n\tb: 1\n", "cannot start any token", 2),
        ("a: *b\n", r"alias \*b names no anchor|undefined alias", 1),
        ("a: [1, 2\n", "did not find expected", 2),
        ("a: \x01\n", "control characters", 0),
        ("{a: 1}: 2\n", "cannot be a key", 1),
        ("~: 2\n", "null cannot be a key", 1),
        ("[" * 300 + "]" * 300, f"more than {MAX_DEPTH} deep", 1),
    ],
)
def test_what_kubectl_refuses(text: str, problem: str, line: int) -> None:
    """What kubectl would not read is refused with one clause and a line."""
    with pytest.raises(YamlError, match=problem) as caught:
        load_yaml(text)
    assert line == caught.value.line


def test_aliases_cannot_explode() -> None:
    """A document whose aliases stand for billions of values is refused at once."""
    levels = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12))
    with pytest.raises(YamlError, match="more than a million values"):
        load_yaml(f"a0: &a0 [1]\n{levels}\n")


def test_positions_span_the_value_alone() -> None:
    """The span of a value holds its text and nothing of the comment or the lines behind it."""
    text = "spec:\n  a: 'x y' # why\n  b: |\n    one\n    two\n\n  # end\nnext: [1, 2]\n"
    (root,) = compose_positions(text)
    spec = root.child("spec")
    assert spec is not None
    spans = {}
    for name in ("a", "b"):
        node = spec.child(name)
        assert node is not None
        spans[name] = text[node.start.index : node.end.index]
    assert spans == {"a": "'x y'", "b": "|\n    one\n    two"}
    assert spec.end.line == 5
    following = root.child("next")
    assert following is not None
    second = following.child(1)
    assert second is not None
    assert (second.start.line, second.start.column, second.scalar) == (8, 11, "2")


def test_positions_have_the_documents_of_the_values() -> None:
    """The trees of spans and the values are as many, empty documents left out of both."""
    text = "---\n# nothing\n---\na: 1\n---\n~\n---\nb: 2\n"
    assert len(load_yaml(text)) == len(compose_positions(text))


def test_not_a_number_is_refused() -> None:
    """``.nan`` in any spelling of YAML 1.1 has no JSON form."""
    with pytest.raises(YamlError):
        load_yaml("a: .NaN")
