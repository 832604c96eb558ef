"""The frame: colour, width, exit codes, help, and what happens to closed pipes."""

import contextlib
import io
import subprocess
import sys
import time
from importlib.resources import files

import pytest
import yaml

from kubectl_dra import cli
from kubectl_dra.api.kinds import KINDS
from kubectl_dra.commands.loading import load_command
from kubectl_dra.commands.table import COMMANDS
from tests.properties.running import run

ESCAPE = "\x1b["


class Terminal(io.StringIO):
    """A stream that claims to be a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """It is one."""
        return True


def shown(*words: str) -> str:
    """What a command writes to a terminal."""
    stream = Terminal()
    with contextlib.redirect_stdout(stream), contextlib.redirect_stderr(io.StringIO()):
        cli.main(words)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No variable of the person who runs the tests decides."""
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


def test_colour_at_a_terminal() -> None:
    """A terminal gets colour, a pipe none."""
    assert ESCAPE in shown("devices", "--demo")
    assert ESCAPE not in run("devices", "--demo").output


@pytest.mark.parametrize(("name", "value"), [("NO_COLOR", "1"), ("TERM", "dumb")])
def test_environment_can_forbid_colour(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """NO_COLOR and a dumb terminal mean none."""
    monkeypatch.setenv(name, value)

    assert ESCAPE not in shown("devices", "--demo")


def test_flag_overrules_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    """`--color` is stronger than terminal and environment."""
    monkeypatch.setenv("NO_COLOR", "1")

    assert ESCAPE in run("devices", "--demo", "--color=always").output
    assert ESCAPE not in shown("devices", "--demo", "--color=never")


def test_width_is_that_of_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines keep to the width that COLUMNS names; without a terminal nothing is shortened."""
    monkeypatch.setenv("COLUMNS", "90")

    assert max(map(len, run("devices", "--demo").output.splitlines())) <= 90
    monkeypatch.delenv("COLUMNS")
    assert "…" not in run("devices", "--demo").output


def test_ascii_where_nothing_else_can_be_shown() -> None:
    """A stream without UTF-8 gets ASCII signs."""
    answer = subprocess.run(
        [sys.executable, "-m", "kubectl_dra", "devices", "--map", "--demo"],
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PATH": ""},
    )

    assert answer.stdout.isascii()
    assert b"##." in answer.stdout
    assert answer.stderr.startswith(b"# used  . free  + part of it is used  x not offered")


def test_closed_pipe_is_quiet() -> None:
    """Whoever reads only the first line is not told of it."""
    command = f"{sys.executable} -m kubectl_dra devices --demo -o json | head -1"
    answer = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)

    assert (answer.stdout, answer.stderr) == ("{\n", "")


@pytest.mark.parametrize(
    ("command", "output", "talk", "code"),
    [
        ("pools --demo -o name >&-", "", "", 0),
        ("pools --demo -o name 2>&- | head -1", "pool/fabric.example.com/licences", "", 0),
        ("pools --no-such-flag 2>&-", "", "", 2),
        ("pools --demo --from - <&- >&- 2>&-", "", "", 2),
        ("pools --demo >/dev/full", "", "error: standard output cannot be written: No space left on device\n", 3),
        ("pools --no-such-flag 2>/dev/full", "", "", 2),
    ],
)
def test_streams_that_cannot_be_written(command: str, output: str, talk: str, code: int) -> None:
    """Closed streams swallow what is said; a full disk is told of once, and exit codes stay what they are."""
    program = f"{sys.executable} -m kubectl_dra"
    answer = subprocess.run(["bash", "-o", "pipefail", "-c", f"{program} {command}"], capture_output=True, text=True, check=False)

    assert (answer.stdout.strip(), answer.stderr, answer.returncode) == (output, talk, code)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("devices", "--demo"), 0),
        (("devices", "--demo", "--fail-on", "warning"), 1),
        (("devices", "--demo", "--fail-on", "info", "-o", "json"), 1),
        (("devices", "--demo", "--fail-on", "never"), 0),
        (("claims", "--demo", "-n", "nothing-here"), 0),
        (("devices", "--demo", "--suppress", "DRA301", "--suppress", "DRA308", "--fail-on", "info"), 0),
        (("devices", "--demo", "--suppress", "nonsense"), 2),
        (("devices", "--demo", "--from", "x"), 2),
        (("devices", "--demo", "--release", "new"), 2),
        (("devices", "--demo", "--feature-gates", "X"), 2),
        (("devices", "--from", "/nowhere/at/all"), 3),
        (("nonsense",), 2),
        ((), 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_exit_codes(words: tuple[str, ...], code: int) -> None:
    """Exit codes are the same in every format."""
    assert code == run(*words).code


def test_interrupt_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C is no failure of ours."""

    def interrupted(_: list[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_run", interrupted)

    assert cli.main([]) == 130


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_has_help_with_examples(entry: object) -> None:
    """Help is in kubectl's layout, and each example is of that command."""
    name: str = entry.name  # type: ignore[attr-defined]  # an Entry
    command = load_command(name)
    output = run(name, "--help").output

    assert [line for line in output.splitlines() if line in {"Examples:", "Options:", "Usage:"}] == ["Examples:", "Options:", "Usage:"]
    assert f"kubectl dra {name}" in command.examples
    assert output == run("help", name).output


def test_lists_are_never_null() -> None:
    """In JSON an empty list is a list."""
    empty = run("claims", "--demo", "-n", "nothing-here", "-o", "json")

    assert '"items": []' in empty.output
    assert empty.talk == ""


def test_cluster_role_covers_every_kind() -> None:
    """The printed ClusterRole lets every kind be read that commands read, and nothing be changed."""
    rules = yaml.safe_load(run("rbac").output)["rules"]
    allowed = {(group, resource) for rule in rules for group in rule["apiGroups"] for resource in rule["resources"]}

    assert {(kind.group, kind.plural) for kind in KINDS} == allowed
    assert {verb for rule in rules for verb in rule["verbs"]} == {"get", "list", "watch"}


def test_scripts_exist_for_every_shell() -> None:
    """Each shell has its script in the package."""
    names = {entry.name for entry in files("kubectl_dra").joinpath("data", "completion").iterdir()}

    assert {"kubectl-dra.bash", "kubectl-dra.zsh", "kubectl-dra.fish", "kubectl-dra.powershell"} == names


@pytest.mark.parametrize(("terminal", "said"), [(Terminal, "still reading; Ctrl-C ends it\n"), (io.StringIO, "")])
def test_long_reads_say_so_at_a_terminal(monkeypatch: pytest.MonkeyPatch, terminal: type[io.StringIO], said: str) -> None:
    """Whoever waits at a terminal is told that nothing hangs; a file is told nothing."""
    stream = terminal()
    monkeypatch.setattr(cli, "_PATIENCE", 0.0)
    monkeypatch.setattr(sys, "stderr", stream)

    with cli._patience(is_wanted=True):  # noqa: SLF001  (what it does is seen on standard error alone)
        deadline = time.monotonic() + 5
        while said and not stream.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)

    assert said == stream.getvalue()
