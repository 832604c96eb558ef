import pytest

from kubectl_dra.cli import main
from kubectl_dra.commands.table import COMMANDS

LISTING = ("devices", "claims", "pools", "classes")


@pytest.mark.parametrize("command", LISTING)
@pytest.mark.parametrize("flag", ["-w", "--watch", "--watch-only", "--field-selector", "-f", "-R", "-k"])
def test_flags_of_kubectl_get_are_refused_with_what_takes_their_place(command: str, flag: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A flag of `kubectl get` that does not belong here is a mistake of usage, and the sentence says what to use."""
    assert main([command, "--demo", flag]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"error: kubectl dra {command} has no flag {flag}: ")
    assert "{" not in error


@pytest.mark.parametrize("command", ["claims", "classes"])
def test_labels_are_the_last_column(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """`--show-labels` appends what kubectl appends."""
    assert main([command, "-A", "--demo", "--show-labels"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("   LABELS")
    assert all(line.endswith("<none>") or "=" in line.rpartition(" ")[2] for line in lines[1:])


@pytest.mark.parametrize("command", ["devices", "pools"])
def test_what_has_no_labels_says_so(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Devices and pools are no objects: the refusal names what they have instead."""
    assert main([command, "--demo", "--show-labels"]) == 2
    assert "labels" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["rbac"], ["explain", "DRA101"], ["completion", "bash"]], ids=" ".join)
def test_connection_flags_are_taken_by_every_command(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What asks no server takes kubectl's global flags as well, and prints the same."""
    assert main(words) == 0
    plain = capsys.readouterr().out
    assert main([*words, "--context", "nowhere", "-n", "ml", "--kubeconfig", "/nowhere"]) == 0
    assert capsys.readouterr().out == plain


def test_every_listing_command_is_one() -> None:
    """The commands above exist."""
    assert set(LISTING) <= {entry.name for entry in COMMANDS}
