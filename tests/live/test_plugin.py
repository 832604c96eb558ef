"""kubectl runs us as its plugin, and passes on what we print and how we end."""

import pytest

from tests.controlplane.plane import ControlPlane
from tests.live.conftest import ShellOf

pytestmark = pytest.mark.live


def test_kubectl_runs_the_plugin(hardware: ControlPlane, shell: ShellOf) -> None:
    """`kubectl dra devices` prints what `kubectl-dra devices` prints."""
    user = shell(hardware)
    assert user.run("kubectl", "dra", "devices", "-o", "name").output == user.dra("devices", "-o", "name").output


def test_kubectl_finds_one_plugin(hardware: ControlPlane, shell: ShellOf) -> None:
    """`kubectl plugin list` has no complaint about our two programs."""
    ran = shell(hardware).run("kubectl", "plugin", "list", "--name-only")
    assert (ran.output.splitlines()[-1], ran.talk, ran.code) == ("kubectl-dra", "", 0)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("devices",), 0),
        (("devices", "--colour"), 2),
        (("devcies",), 2),
        (("devices", "--context", "nobody"), 3),
        (("devices", "--context", "no-such-context"), 2),
        (("devices", "--from", "/no/such/file"), 3),
        (("devices", "--server", "https://127.0.0.1:1"), 3),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_exit_codes_are_passed_through(hardware: ControlPlane, shell: ShellOf, words: tuple[str, ...], code: int) -> None:
    """The exit code of kubectl is ours: 0 for an answer, 2 for words that mean nothing, 3 where nothing could be answered."""
    user = shell(hardware)
    assert (user.dra(*words).code, user.run("kubectl", "dra", *words).code) == (code, code)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (("dev",), "devices"),
        (("devices", "--dri"), "--driver"),
        (("devices", "--context", ""), "nobody"),
        (("claims", "-n", ""), "ml"),
        (("describe", "claim", "-n", "ml", ""), "train"),
        (("describe", "class", ""), "gpu"),
        (("why-pending", "-n", "web", "pod/"), "pod/infer"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else str(value),
)
def test_kubectl_completes(hardware: ControlPlane, shell: ShellOf, words: tuple[str, ...], offered: str) -> None:
    """`kubectl __complete dra …`, which every shell calls, offers subcommands, flags, contexts, namespaces and names."""
    lines = shell(hardware).run("kubectl", "__complete", "dra", *words).output.splitlines()
    assert offered in [line.partition("\t")[0] for line in lines]
