"""The built program does what the installed one does, in whatever surroundings it finds itself."""

import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from kubectl_dra import __version__
from kubectl_dra.commands.table import COMMANDS
from tests.connection.cases import kubeconfig
from tests.connection.certificates import make_certificates
from tests.connection.plugin import credential
from tests.connection.recording import recording_server, written
from tests.pages.running import commands_of, write_files
from tests.transcripts.running import piped

pytestmark = pytest.mark.binary

ROOT = Path(__file__).parents[2]
TRANSCRIPTS = [ROOT / "README.md", *sorted((ROOT / "tests" / "transcripts").glob("*.md"))]
PLAIN = {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "COLUMNS": "100", "NO_COLOR": "1"}
DEMO: tuple[tuple[str, ...], ...] = (
    ("devices",),
    ("devices", "--map"),
    ("devices", "-o", "json"),
    ("devices", "-o", "yaml"),
    ("devices", "-o", "markdown"),
    ("claims", "-A"),
    ("pools",),
    ("classes",),
    ("describe", "node", "gpu-a1"),
    ("why-pending", "-A", "--fail-on=never"),
    ("selector", "device.driver.matches('^gpu')"),
)


def run(program: Path, *words: str, folder: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """The program in plain surroundings, in a home that is not there."""
    surroundings = {**PLAIN, "HOME": "/nonexistent", **environment}
    return subprocess.run(
        [program, *words], cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: path.stem)
def test_transcripts_are_what_is_printed(program: Path, path: Path, tmp_path: Path) -> None:
    """Every command of README and transcripts prints what it prints when installed."""
    text = path.read_text(encoding="utf-8")
    write_files(text, tmp_path)
    for command in commands_of(text):
        words, most = piped(command.words)
        ran = run(program, *words, folder=tmp_path)
        lines = [line.rstrip() for line in ("".join(ran.stdout.splitlines(keepends=True)[:most]) + ran.stderr).splitlines()]
        assert "".join(f"{line}\n" for line in lines) + (f"[exit {ran.returncode}]\n" if ran.returncode else "") == command.expected


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
def test_every_command_has_help(program: Path, name: str) -> None:
    """Commands are found by name at run time, so each must have been packed."""
    ran = run(program, name, "--help")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Usage:" in ran.stdout


@pytest.mark.parametrize("words", DEMO, ids=" ".join)
@pytest.mark.parametrize("which", ["program", "one_file"])
def test_the_demo_cluster_is_inside(request: pytest.FixtureRequest, which: str, words: tuple[str, ...]) -> None:
    """Both builds show the demo cluster, and the same of it as the installed program."""
    ran = run(request.getfixturevalue(which), *words, "--demo")
    installed = run(ROOT / ".venv" / "bin" / "kubectl-dra", *words, "--demo")
    assert (ran.returncode, ran.stdout, ran.stderr) == (installed.returncode, installed.stdout, installed.stderr)
    assert ran.stdout


def test_every_page_is_inside(program: Path) -> None:
    """`explain` prints each code's page without a network."""
    codes = [line.split()[0] for line in run(program, "explain").stdout.splitlines() if line.startswith("DRA")]
    assert len(codes) > 20
    assert [code for code in codes if run(program, "explain", code).returncode != 0] == []


@pytest.mark.parametrize("which", ["program", "one_file"])
def test_the_version_is_the_packages(request: pytest.FixtureRequest, which: str) -> None:
    """Without asking a server."""
    assert __version__ in run(request.getfixturevalue(which), "version", "--client").stdout


@pytest.mark.parametrize("which", ["program", "one_file"])
def test_completion_offers_commands(request: pytest.FixtureRequest, which: str) -> None:
    """As kubectl's protocol has it."""
    assert "why-pending" in run(request.getfixturevalue(which), "__complete", "why").stdout


def test_a_plugin_has_its_own_libraries(program: Path, tmp_path: Path) -> None:
    """An exec plugin written in Python loads the system's libraries, not those beside our program."""
    certificates = make_certificates(tmp_path / "pki")
    login = written(
        tmp_path,
        "login",
        f"""#!/bin/sh
echo "libraries: $LD_LIBRARY_PATH" >&2
/usr/bin/python3 -c 'import ssl, sys; sys.stderr.write("maps: " + str("kubectl-dra/_internal" in open("/proc/self/maps").read()) + chr(10))'
printf '%s' '{credential(token="t")}'
""",
    )
    login.chmod(0o755)
    with recording_server("first", certificates) as server:
        plugin = f"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {login}}}"
        text = kubeconfig(user=plugin, server=server.url, ca=str(certificates.path("ca.crt")))
        ran = run(program, "devices", KUBECONFIG=str(written(tmp_path, "config", text)), LD_LIBRARY_PATH="/opt/mine")
        assert "libraries: /opt/mine\nmaps: False\n" in ran.stderr
        assert {dict(arrival.headers)["Authorization"] for arrival in server.arrivals} == {"Bearer t"}


@pytest.mark.parametrize(
    "environment",
    [{"HOME": ""}, {"HOME": "/proc"}, {"LANG": "C", "LC_ALL": "C"}, {"TERM": "dumb"}, {"COLUMNS": "40"}, {"TZ": "Asia/Kathmandu"}],
    ids=str,
)
def test_surroundings_do_not_matter(program: Path, environment: dict[str, str]) -> None:
    """No home, a home that cannot be written, no UTF-8, a narrow terminal: the answer comes, and no complaint."""
    ran = run(program, "devices", "--demo", folder=None, **environment)
    assert (ran.returncode, "Traceback" in ran.stderr) == (0, False)
    if environment.get("LANG") == "C":
        assert ran.stdout.isascii()
    if "COLUMNS" in environment:
        assert max(map(len, ran.stdout.splitlines())) <= 100


def test_a_home_that_may_only_be_read_is_enough(program: Path, tmp_path: Path) -> None:
    """Nothing is written into the home or the temporary folder."""
    home = tmp_path / "home"
    home.mkdir()
    home.chmod(0o555)
    ran = run(program, "devices", "--demo", HOME=str(home), TMPDIR=str(home))
    assert (ran.returncode, list(home.iterdir())) == (0, [])


@pytest.mark.parametrize("which", ["program", "one_file"])
def test_a_closed_pipe_is_quiet(request: pytest.FixtureRequest, which: str) -> None:
    """`| head -1` ends the program without a word."""
    program = request.getfixturevalue(which)
    ran = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{program}' devices --demo -o json | head -1"],
        env=PLAIN,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.stdout, ran.stderr) == ("{\n", "")


def test_closed_streams_are_no_trouble(program: Path) -> None:
    """Without standard input the demo is shown as ever."""
    ran = subprocess.run(["sh", "-c", f"'{program}' devices --demo <&-"], env=PLAIN, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (0, run(program, "devices", "--demo").stdout)


@pytest.mark.parametrize("which", ["program", "one_file"])
def test_ctrl_c_is_quiet(request: pytest.FixtureRequest, which: str, tmp_path: Path) -> None:
    """While it waits for standard input, Ctrl-C ends it with 130, without a word, and nothing is left in the temporary folder."""
    words = ["env", "--default-signal=INT", str(request.getfixturevalue(which)), "devices", "--from", "-"]
    environment = {**PLAIN, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    time.sleep(1)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=10)
    assert (process.returncode, output, errors) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == []


def test_at_a_terminal_of_40_columns_lines_fit(program: Path) -> None:
    """A terminal's own width is used where COLUMNS does not say."""
    controller, terminal = pty.openpty()
    environment = {name: value for name, value in PLAIN.items() if name != "COLUMNS"} | {"TERM": "xterm", "COLUMNS": "40"}
    process = subprocess.Popen([program, "devices", "--demo"], env=environment, stdin=terminal, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    try:
        while part := os.read(controller, 65536):
            shown += part
    except OSError:  # the terminal's other end is closed
        pass
    os.close(controller)
    assert process.wait() == 0
    assert b"Traceback" not in shown


def test_nothing_slow_is_packed(program: Path) -> None:
    """PyInstaller's hook for tracebacks costs 60 ms of every start; krew unpacks no links."""
    listed = subprocess.run([ROOT / ".venv" / "bin" / "pyi-archive_viewer", "-l", program], capture_output=True, text=True, check=True)
    assert "pyi_rth_" not in listed.stdout
    assert [path for path in program.parent.rglob("*") if path.is_symlink()] == []
