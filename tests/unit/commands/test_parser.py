import pytest

from kubectl_dra.commands.command import UsageError
from kubectl_dra.commands.parser import Parser, did_you_mean, nearest
from kubectl_dra.commands.words import split_command


@pytest.fixture
def parser() -> Parser:
    """A parser with one flag of each sort, and words."""
    parser = Parser("devices")
    parser.add_switch("-A", "--all-namespaces", "All")
    parser.add_value("-n", "--namespace", "One")
    parser.add_list("", "--from", "Files")
    parser.add_choice("-o", "--output", "Format.", ("json", "yaml"))
    parser.add_positional("NAME")
    return parser


def test_flags_may_stand_anywhere(parser: Parser) -> None:
    """Words and flags mix as pflag mixes them."""
    options = parser.parse(["a", "-n", "ml", "b", "--from=x", "-A", "--from", "y"])

    assert (options.words, options.namespace, options.all_namespaces, getattr(options, "from")) == (["a", "b"], "ml", True, ["x", "y"])


@pytest.mark.parametrize(("word", "expected"), [("-A", True), ("-A=true", True), ("--all-namespaces=false", False), ("-A=0", False)])
def test_switches_take_a_value_behind_an_equals_sign(parser: Parser, word: str, expected: bool) -> None:  # noqa: FBT001  (the case)
    """`--flag=false` is off, as with kubectl."""
    assert parser.parse([word]).all_namespaces is expected


def test_words_behind_two_dashes_are_no_flags(parser: Parser) -> None:
    """What follows -- is a word, whatever it looks like."""
    assert parser.parse(["--", "-A"]).words == ["-A"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--namespce", "ml"], "kubectl dra devices has no flag --namespce; did you mean --namespace?; see kubectl dra devices --help"),
        (["--all"], "kubectl dra devices has no flag --all; did you mean --all-namespaces?; see kubectl dra devices --help"),
        (["-n"], "--namespace needs a value"),
        (["-o", "jsn"], "--output jsn is none of: json, yaml; did you mean json?"),
        (["-A=perhaps"], "-A is on or off, and 'perhaps' is neither true nor false"),
    ],
)
def test_mistakes_are_sentences(parser: Parser, words: list[str], message: str) -> None:
    """Each mistake is told with the nearest right spelling; nothing is abbreviated."""
    with pytest.raises(UsageError) as caught:
        parser.parse(words)

    assert message == str(caught.value)


def test_words_where_none_are_taken() -> None:
    """A command without arguments refuses them."""
    with pytest.raises(UsageError, match="kubectl dra version takes no argument, and 'x' is one"):
        Parser("version").parse(["x"])


@pytest.mark.parametrize(
    ("word", "expected"), [("devics", "devices"), ("GPU.example.com", "gpu.example.com"), ("gpus", "gpu.example.com"), ("zebra", "")]
)
def test_nearest_name(word: str, expected: str) -> None:
    """The nearest spelling, in whatever case; of a dotted name the first part counts, too."""
    assert expected == nearest(word, ("devices", "gpu.example.com"))


def test_no_suggestion_where_none_is_near() -> None:
    """Nothing is guessed."""
    assert did_you_mean("zebra", ["devices"]) == ""


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        (["devices", "-n", "ml"], "devices", ["-n", "ml"]),
        (["-n", "ml", "claims"], "claims", ["-n", "ml"]),
        (["--context=c", "--demo", "pools", "x"], "pools", ["--context=c", "--demo", "x"]),
        (["--help"], "", ["--help"]),
        ([], "", []),
    ],
)
def test_command_is_found_among_flags(words: list[str], name: str, rest: list[str]) -> None:
    """Flags with their values may stand before the command."""
    assert (name, rest) == split_command(words)
