"""The built program does what the installed one does, in whatever surroundings it finds itself."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest

from kubectl_dra import __version__
from kubectl_dra.commands.table import COMMANDS
from tests.connection.cases import kubeconfig
from tests.connection.certificates import make_certificates
from tests.connection.pipes import waiting_in
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
    """The program in plain surroundings, in a home that is not there; a variable that is empty here is not set."""
    surroundings = {name: value for name, value in {**PLAIN, "HOME": "/nonexistent", **environment}.items() if value}
    return subprocess.run(
        [program, *words], cwd=folder, env=surroundings, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=180, check=False
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


@pytest.fixture
def login(tmp_path: Path) -> Path:
    """An exec plugin in Python, which tells what it was given and which libraries it has loaded."""
    mapped = (
        'import ssl, sys; sys.stderr.write("ours: " + str(any(part in open("/proc/self/maps").read() for part in ("kubectl-dra", "_MEI"))))'
    )
    path = written(
        tmp_path,
        "login",
        f"""#!/bin/sh
echo "libraries: $LD_LIBRARY_PATH" >&2
'{sys.executable}' -I -c '{mapped}' >&2
printf '%s' '{credential(token="t")}'
""",
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("libraries", ["/opt/mine", ""])
@pytest.mark.parametrize("which", ["program", "one_file"])
def test_a_plugin_has_its_own_libraries(request: pytest.FixtureRequest, which: str, libraries: str, login: Path, tmp_path: Path) -> None:
    """An exec plugin loads the system's libraries, not those beside our program, and finds LD_LIBRARY_PATH as its user set it."""
    certificates = make_certificates(tmp_path / "pki")
    with recording_server("first", certificates) as server:
        plugin = f"exec: {{apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, command: {login}}}"
        config = written(tmp_path, "config", kubeconfig(user=plugin, server=server.url, ca=str(certificates.path("ca.crt"))))
        ran = run(request.getfixturevalue(which), "devices", KUBECONFIG=str(config), LD_LIBRARY_PATH=libraries)
        assert f"libraries: {libraries}\nours: False" in ran.stderr
        assert {dict(arrival.headers)["Authorization"] for arrival in server.arrivals} == {"Bearer t"}


@pytest.mark.parametrize(
    ("kubectl", "sentence"),
    [
        ("", "error: KUBECTL_DRA_TRANSPORT=kubectl needs kubectl, which is not on PATH\n"),
        ("#!/bin/sh\nexit 1\n", "error: https://127.0.0.1:1: kubectl has no answer: it said nothing\n"),
        ("#!/nowhere/sh\n", "kubectl cannot be started: no such file or directory\n"),
        ("\x7fELF", "kubectl cannot be started: exec format error\n"),
    ],
    ids=["absent", "broken", "without its shell", "of another machine"],
)
def test_a_kubectl_that_does_not_work_is_told_of(program: Path, kubectl: str, sentence: str, tmp_path: Path) -> None:
    """Where kubectl carries the requests and cannot, one sentence says so."""
    if kubectl:
        written(tmp_path, "kubectl", kubectl).chmod(0o755)
    ran = run(program, "devices", "--server=https://127.0.0.1:1", PATH=str(tmp_path), KUBECTL_DRA_TRANSPORT="kubectl")
    assert (ran.returncode, ran.stdout) == (3, "")
    assert sentence in ran.stderr


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


@pytest.mark.parametrize(
    ("streams", "is_shown", "code"),
    [("<&-", True, 0), ("2>&-", True, 0), (">&-", False, 0), ("<&- >&- 2>&-", False, 0), (">/dev/full", False, 3)],
)
@pytest.mark.parametrize("which", ["program", "one_file"])
def test_closed_streams_are_no_trouble(request: pytest.FixtureRequest, which: str, streams: str, *, is_shown: bool, code: int) -> None:
    """What is closed is not missed, and a full disk is told of."""
    program = request.getfixturevalue(which)
    command = ["sh", "-c", f"'{program}' devices --demo {streams}"]
    ran = subprocess.run(command, env=PLAIN, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stdout) == (code, run(program, "devices", "--demo").stdout if is_shown else "")
    assert "Traceback" not in ran.stderr
    assert "itself failed" not in ran.stderr


def test_the_one_file_build_needs_a_folder_to_run_from(one_file: Path, tmp_path: Path) -> None:
    """A temporary folder that is mounted noexec stops it, as README says; TMPDIR names another."""
    inside = 'mount -t tmpfs -o noexec tmpfs "$1"; for folder in "$1" "$2"; do TMPDIR="$folder" "$0" version --client; echo $?; done'
    closed = tmp_path / "noexec"
    closed.mkdir()
    command = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", inside, str(one_file), str(closed), str(tmp_path)]
    if subprocess.run([*command[:4], "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False).returncode:
        pytest.skip("nothing can be mounted here, so that no folder is noexec")
    ran = subprocess.run(command, env=PLAIN, capture_output=True, text=True, check=False)
    first, *others = ran.stdout.splitlines()
    assert (first, others[-1]) == ("127", "0")
    assert "failed to map segment" in ran.stderr


@pytest.mark.parametrize("which", ["program", "one_file"])
def test_ctrl_c_is_quiet(request: pytest.FixtureRequest, which: str, tmp_path: Path) -> None:
    """While it waits for standard input, Ctrl-C ends it with 130, without a word, and nothing is left in the temporary folder."""
    words = ["env", "--default-signal=INT", str(request.getfixturevalue(which)), "devices", "--from", "-"]
    environment = {**PLAIN, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        words, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )
    assert process.stdin
    process.stdin.write(b"# read\n")
    process.stdin.flush()
    while waiting_in(process.stdin.fileno()):  # until it reads
        assert process.poll() is None
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert (process.returncode, output, errors) == (130, b"", b"")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("columns", [80, 40])
def test_the_terminal_says_how_wide_lines_are(program: Path, columns: int) -> None:
    """Tables take the terminal's own width where COLUMNS does not say; below 80, what cannot be shortened is left to the terminal."""
    shown = at_a_terminal([str(program), "devices", "--demo"], columns)
    lengths = [len(line) for line in shown.splitlines()]
    assert 0 < max(lengths) <= 80
    assert "gpu-a1" in shown
    assert "Traceback" not in shown


def at_a_terminal(command: list[str], columns: int) -> str:
    """What a command writes to a dumb terminal, without what it says on standard error."""
    controller, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, columns))
    environment = {name: value for name, value in PLAIN.items() if name != "COLUMNS"} | {"TERM": "dumb"}
    process = subprocess.Popen(command, env=environment, stdin=terminal, stdout=terminal, stderr=subprocess.DEVNULL)
    os.close(terminal)
    shown = b""
    with contextlib.suppress(OSError):  # the terminal's other end is closed
        while part := os.read(controller, 65536):
            shown += part
    os.close(controller)
    assert process.wait() == 0
    return shown.decode()


def test_nothing_slow_is_packed(program: Path) -> None:
    """PyInstaller's hook for tracebacks costs 60 ms of every start; krew unpacks no links."""
    listed = subprocess.run([ROOT / ".venv" / "bin" / "pyi-archive_viewer", "-l", program], capture_output=True, text=True, check=True)
    assert "pyi_rth_" not in listed.stdout
    assert [path for path in program.parent.rglob("*") if path.is_symlink()] == []
