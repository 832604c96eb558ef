import subprocess
import sys
from pathlib import Path

import pytest

from kubectl_dra.completion import complete
from tests.properties.running import run


def words(*typed: str) -> list[str]:
    """The candidates alone, without descriptions and directives."""
    return [line.partition("\t")[0] for line in complete(typed).splitlines()[:-1]]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (("dev",), ["devices"]),
        (("--demo", "cla"), ["claims", "classes"]),
        (("devices", "--sum"), ["--summary"]),
        (("devices", "-o", "j"), ["json"]),
        (("devices", "--output=y"), ["--output=yaml"]),
        (("devices", "--color", ""), ["auto", "always", "never"]),
        (("devices", "--demo", "--driver", "n"), ["nic.example.com"]),
        (("devices", "--demo", "--node=gpu-a"), ["--node=gpu-a1", "--node=gpu-a2"]),
        (("devices", "--demo", "--class", "gpu"), ["gpu-part.example.com", "gpu.example.com"]),
        (("devices", "--demo", "-L", "mod"), ["model"]),
        (("claims", "--demo", "-n", "w"), ["web"]),
        (("claims", "--demo", "-n", "web", ""), ["forgotten", "going", "shared"]),
        (("claims", "--demo", "-n", "web", "shared", "f"), ["forgotten"]),
        (("pools", "--demo", "nic.example.com/n"), ["nic.example.com/net-1"]),
        (("describe", ""), ["claim", "device", "pod", "class", "pool", "node"]),
        (("describe", "claim", "--demo", "-n", "ml", "train-0"), ["train-0-gpu"]),
        (("describe", "device", "--demo", "net-1/"), ["net-1/nic-0", "net-1/nic-1"]),
        (("describe", "claim", "--demo", "-n", "ml", "train-0-gpu", ""), []),
        (("why-pending", "--demo", "-n", "lab", ""), ["pod/render-0"]),
        (("explain", "DRA30"), [f"DRA30{number}" for number in range(1, 10)]),
        (("completion", "f"), ["fish"]),
        (("help", "ver"), ["version"]),
        (("nonsense", ""), []),
        (("devices", "--demo", "--from", "x", "--driver", ""), []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_candidates(typed: tuple[str, ...], expected: list[str]) -> None:
    """What may stand in the place of the last word; where nothing can be read, nothing."""
    assert expected == words(*typed)


@pytest.mark.parametrize(("typed", "directive"), [(("devices", "--from", ""), ":0"), (("lint", "-f", ""), ":0"), (("devices", ""), ":4")])
def test_directives(typed: tuple[str, ...], directive: str) -> None:
    """Files are offered where a file is meant, and nowhere else."""
    assert directive == complete(typed).splitlines()[-1]


def test_contexts_come_from_the_kubeconfig(tmp_path: Path) -> None:
    """Contexts are completed without a server."""
    path = tmp_path / "config"
    path.write_text("apiVersion: v1\nkind: Config\ncontexts: [{name: east, context: {}}, {name: west, context: {}}]\n")

    assert words("devices", "--kubeconfig", str(path), "--context", "w") == ["west"]
    assert words("--kubeconfig", str(path), "--context=e") == ["--context=east"]


def test_program_never_talks(tmp_path: Path) -> None:
    """A kubeconfig that leads nowhere completes to nothing, silently and with success."""
    script = "import sys; from kubectl_dra.cli import completer; sys.argv = ['x', 'claims', '-n', '']; completer()"
    environment = {"KUBECONFIG": str(tmp_path / "none"), "PATH": "", "HOME": str(tmp_path)}
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)

    assert (answer.stdout, answer.stderr) == (":4\n", "")


def test_install_writes_the_program_that_kubectl_calls(tmp_path: Path) -> None:
    """The program is executable and calls this one; a second time nothing is written."""
    first = run("completion", "install", "--dir", str(tmp_path))
    program = tmp_path / "kubectl_complete-dra"
    program.write_text(program.read_text() + "# mine\n")
    second = run("completion", "install", "--dir", str(tmp_path))

    assert program.stat().st_mode & 0o111
    assert "__complete" in program.read_text()
    assert "is installed" in first.talk
    assert "is there already" in second.talk
    assert program.read_text().endswith("# mine\n")


def test_install_needs_a_folder_that_can_be_written(tmp_path: Path) -> None:
    """A folder that is not there is told in one sentence."""
    outcome = run("completion", "install", "--dir", str(tmp_path / "none"))

    assert outcome.code == 3
    assert "cannot be written" in outcome.talk


@pytest.mark.parametrize("shell", ["bash"])
def test_script_completes(shell: str, tmp_path: Path) -> None:
    """The bash script offers what the program says."""
    (tmp_path / "kubectl-dra").write_text(f'#!/bin/sh\nexec {sys.executable} -m kubectl_dra "$@"\n')
    (tmp_path / "kubectl-dra").chmod(0o755)
    body = run("completion", shell).output
    line = "kubectl-dra devices --demo --driver n"
    ask = f'COMP_WORDS=({line}); COMP_CWORD=4; COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}'
    script = f'PATH={tmp_path}:$PATH\n{body}\ncompopt() {{ :; }}\n{ask}\n_kubectl_dra\necho "${{COMPREPLY[@]}}"'
    answer = subprocess.run([shell, "-c", script], capture_output=True, text=True, check=True)

    assert answer.stdout == "nic.example.com\n"
