"""Keys and tokens are in no log, no error, no process list and no file that is left."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.connection.cases import CREDENTIALS, LOGINS, PLUGINS, PROXIES, Case
from tests.connection.recording import Arrival, Reply, nothing_there
from tests.connection.world import World

SECRETS = (
    "t-config",
    "t-flag",
    "t-plugin",
    "t-file",
    "t-beta",
    "s%40cret",
    "s@cret",
    "PRIVATE KEY",
    "first-refresh-token",
    "next-refresh-token",
    "amFuZTpw",
)
LOUD = tuple(case for case in (*CREDENTIALS, *PLUGINS, *PROXIES, *LOGINS) if not any(flag.startswith("--token") for flag in case.flags))


@pytest.mark.parametrize("case", LOUD[::2], ids=lambda case: case.name)
def test_traces_show_no_secret(world: World, tmp_path: Path, case: Case) -> None:
    """-v 9 shows who was asked for what, and no credential; the temporary folder stays empty."""
    loud = Case(
        name=f"{case.name} aloud",
        files=case.files,
        flags=(*case.flags, "-v=9"),
        environment={**case.environment, "TMPDIR": str(tmp_path)},
    )
    ran = world.run(loud, "ours")
    assert not [secret for secret in SECRETS if secret in ran.errors]
    assert ran.arrivals == () or "curl -v -XGET" in ran.errors or "Request" in ran.errors
    assert list(tmp_path.iterdir()) == []


def command_lines(folder: str) -> Iterator[str]:
    """The command lines of the processes that run now and carry `folder` in their environment.

    Other tests run beside this one, and a server's own `--tls-cert-file` is no leak of ours.
    """
    for process in Path("/proc").glob("[0-9]*"):
        # A process may end between two looks at it, or belong to somebody else.
        with suppress(OSError):
            if folder in (process / "environ").read_text(errors="replace"):
                yield (process / "cmdline").read_text(errors="replace")


def test_no_secret_is_in_the_process_list(world: World, tmp_path: Path) -> None:
    """While a server is asked with a key and a token, no command line shows either."""
    seen: list[str] = []

    def look(arrival: Arrival, before: int) -> Reply:
        del arrival, before
        seen.extend(command_lines(str(tmp_path)))
        return Reply()

    case = next(case for case in CREDENTIALS if case.name == "certificate and token")
    world.servers[0].answering = look
    try:
        world.run(Case(name="watched", files=case.files, environment={"TMPDIR": str(tmp_path)}), "ours")
    finally:
        world.servers[0].answering = nothing_there
    assert any("tests.connection.ours" in words for words in seen)
    assert not [secret for secret in SECRETS if any(secret in words for words in seen)]


def test_kubectl_is_given_no_token(world: World) -> None:
    """A token typed as a flag is not handed on to kubectl, whose command line would show it."""
    case = Case(name="handed", files=CREDENTIALS[0].files, flags=("--token=t-flag",), environment={"KUBECTL_DRA_TRANSPORT": "kubectl"})
    ran = world.run(case, "ours")
    assert (ran.code, ran.arrivals) == (2, ())
    assert "process list" in ran.errors
