import pytest

from kubectl_dra.api.reading import UnreadableObject
from kubectl_dra.apimachinery.decode import DecodeError
from kubectl_dra.apimachinery.origin import Origin
from kubectl_dra.cluster.errors import BadKubeconfig, ClusterError, Malformed, MisusedOption, Unreachable, Unreadable
from kubectl_dra.commands.command import NotAnswered, UsageError
from kubectl_dra.commands.mistakes import describe

OBJECT = UnreadableObject(kind_name="Pod", name="p", origin=Origin(where="f.yaml", line=3), error=DecodeError("expected a list", "spec.x"))


@pytest.mark.parametrize(
    ("error", "code", "sentence"),
    [
        (UsageError("no such flag"), 2, "no such flag"),
        (MisusedOption("not a duration"), 2, "not a duration"),
        (NotAnswered("there is no pod x"), 3, "there is no pod x"),
        (Unreadable("no such file", where="f.yaml"), 3, "f.yaml: no such file"),
        (Malformed("not YAML", where="f.yaml", line=3, column=1), 3, "f.yaml:3:1: not YAML"),
        (Unreachable("connection refused", where="https://s:6443"), 3, "https://s:6443: connection refused"),
        (BadKubeconfig("no context"), 3, "no context"),
        (ClusterError("f.yaml is odd", where="f.yaml"), 3, "f.yaml is odd"),
        (OBJECT, 3, "f.yaml:3: Pod/p: spec.x: expected a list"),
        (RecursionError(), 3, "the objects are nested too deeply, or too large, to be read"),
        (UsageError("\x1b[31mred\nline"), 2, "\\x1b[31mred\\nline"),
    ],
)
def test_every_end_is_a_sentence_and_a_code(error: Exception, code: int, sentence: str) -> None:
    """Usage ends with 2, what could not be answered with 3; control characters are shown."""
    assert (sentence, code) == describe(error, [])


def test_a_bug_says_so() -> None:
    """What nobody expected is told as our own failure, with the place to report it."""
    sentence, code = describe(ZeroDivisionError("division by zero"), [])

    assert code == 3
    assert sentence.startswith("kubectl dra itself failed (ZeroDivisionError: division by zero); -v 9 shows where, and https://")


@pytest.mark.parametrize(
    ("words", "is_shown"),
    [(["devices", "-v", "9"], True), (["devices", "--v=9"], True), (["devices", "-v", "8"], False), ([], False)],
)
def test_trace_is_shown_at_level_nine(words: list[str], is_shown: bool) -> None:  # noqa: FBT001  (the case)
    """The traceback is for those who ask for it."""
    with pytest.raises(ValueError, match="odd") as caught:
        raise ValueError("odd")

    assert ("Traceback" in describe(caught.value, words).sentence) is is_shown
