"""Credentials: fetched when needed, fetched again when they have expired, and never shown."""

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kubectl_dra.cluster.credentials import (
    ExecPlugin,
    TokenFile,
    bearer,
    child_environment,
    credential_of,
    find_program,
    id_token_is_valid,
    without_control_characters,
)
from kubectl_dra.cluster.errors import CredentialFailed
from kubectl_dra.cluster.kubeconfig import ExecConfig
from kubectl_dra.cluster.restconfig import RestConfig
from tests.connection.issuer import id_token

SERVER = "https://192.0.2.1"
V1 = "client.authentication.k8s.io/v1"


def counting_plugin(folder: Path, *expiries: str) -> ExecPlugin:
    """A plugin whose n-th run prints token t-n, with the n-th of the expiries."""
    program = folder / "login"
    lines = [f'  {number}) expiry="{expiry}";;' for number, expiry in enumerate(expiries, 1)]
    program.write_text(
        "\n".join(
            [
                "#!/bin/sh",
                f'echo >> "{folder}/runs"; n=$(wc -l < "{folder}/runs" | tr -d " ")',
                "case $n in",
                *lines,
                "esac",
                f'printf \'{{"apiVersion":"{V1}","kind":"ExecCredential","status":{{"token":"t-%s"%s}}}}\' $n "$expiry"',
            ]
        )
    )
    program.chmod(0o755)
    plugin = ExecConfig(command=str(program), api_version=V1, interactive_mode="Never")
    return ExecPlugin(RestConfig(server=SERVER), plugin, {"PATH": "/usr/bin:/bin"})


def expiring(after: timedelta) -> str:
    """The expiry as it stands in what a plugin prints, escaped for the shell."""
    moment = (datetime.now(UTC) + after).strftime("%Y-%m-%dT%H:%M:%SZ")
    return f",{json.dumps('expirationTimestamp')}:{json.dumps(moment)}".replace('"', '\\"')


def test_a_plugin_is_run_once(tmp_path: Path) -> None:
    """All requests share what it printed."""
    plugin = counting_plugin(tmp_path)
    assert [plugin.authorization(), plugin.authorization(), plugin.certificate()] == ["Bearer t-1", "Bearer t-1", None]


def test_an_expired_token_is_fetched_anew(tmp_path: Path) -> None:
    """A token that has expired is not sent."""
    plugin = counting_plugin(tmp_path, expiring(timedelta(seconds=-1)), expiring(timedelta(hours=1)))
    assert [plugin.authorization() for _ in range(3)] == ["Bearer t-1", "Bearer t-2", "Bearer t-2"]


def test_a_refused_token_is_fetched_anew(tmp_path: Path) -> None:
    """After 401 the plugin runs again."""
    plugin = counting_plugin(tmp_path)
    assert plugin.authorization() == "Bearer t-1"
    assert plugin.renew()
    assert plugin.authorization() == "Bearer t-2"


def test_a_token_file_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within a minute what was read serves; after it, and after 401, the file is read again."""
    file = tmp_path / "token"
    file.write_text("one\n")
    credential = TokenFile(str(file), "", None)
    file.write_text("two\n")
    assert credential.authorization() == "Bearer one"
    now = time.monotonic()
    monkeypatch.setattr("time.monotonic", lambda: now + 55)
    assert credential.authorization() == "Bearer two"
    file.write_text("three\n")
    assert credential.renew()
    assert credential.authorization() == "Bearer three"
    assert not credential.renew()


def test_a_token_file_that_goes_away_leaves_its_token(tmp_path: Path) -> None:
    """What was read last is used, as kubectl does."""
    file = tmp_path / "token"
    file.write_text("one")
    credential = TokenFile(str(file), "", None)
    file.unlink()
    assert not credential.renew()
    assert credential.authorization() == "Bearer one"


@pytest.mark.parametrize("token", ["a\nb", "a\rb", "ä", "a\x00"])
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    """A line break in a token would be another header."""
    with pytest.raises(CredentialFailed) as caught:
        bearer(token)
    assert token not in caught.value.message


def test_nobody_to_ask_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any credential nothing is sent anonymously."""
    monkeypatch.setattr("sys.stdin", None)
    with pytest.raises(CredentialFailed, match="user 'jane' has no credential"):
        credential_of(RestConfig(server=SERVER, user_name="jane"), {})


def test_secrets_have_no_repr() -> None:
    """What is printed by mistake shows nothing."""
    config = RestConfig(server=SERVER, token="s3cret", password="s3cret", client_key=b"s3cret", client_certificate=b"s3cret")
    assert "s3cret" not in f"{config!r} {credential_of(config, {})!r} {credential_of(config, {}).certificate()!r}"


@pytest.mark.parametrize(("seconds", "is_valid"), [(3600, True), (5, False), (-1, False)])
def test_an_id_token_expires_ten_seconds_early(seconds: float, is_valid: bool) -> None:  # noqa: FBT001
    """As kubectl has it, so that it does not expire on its way."""
    assert id_token_is_valid(id_token(seconds), time.time()) is is_valid


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", "a.e30.c", "a.bnVsbA.c"])
def test_what_is_no_id_token_is_refused(token: str) -> None:
    """A JWT with an expiry is needed."""
    with pytest.raises(CredentialFailed):
        id_token_is_valid(token, time.time())


def test_programs_are_not_found_in_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty or relative entry of PATH is passed over, as Go does it."""
    (tmp_path / "login").write_text("")
    (tmp_path / "login").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    assert find_program("login", {"PATH": ":.:relative"}) is None
    assert find_program("login", {"PATH": f"relative:{tmp_path}"}) == str(tmp_path / "login")


def test_children_of_a_frozen_program_get_their_own_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    """PyInstaller points LD_LIBRARY_PATH at our libraries; what was there before is restored for programs that we start."""
    monkeypatch.setattr("sys.frozen", True, raising=False)
    monkeypatch.setattr("sys._MEIPASS", "/opt/dra/_internal", raising=False)
    assert child_environment({"LD_LIBRARY_PATH": "/opt/dra/_internal", "LD_LIBRARY_PATH_ORIG": "/lib/x"}) == {"LD_LIBRARY_PATH": "/lib/x"}
    assert child_environment({"LD_LIBRARY_PATH": "/opt/dra/_internal"}) == {}
    assert child_environment({"LD_LIBRARY_PATH": "/home/me/lib"}) == {"LD_LIBRARY_PATH": "/home/me/lib"}


def test_hints_cannot_drive_the_terminal() -> None:
    """Control characters of a kubeconfig are shown by their number."""
    assert without_control_characters("\x1b[31mred\n") == "U+001B[31mred\n"
