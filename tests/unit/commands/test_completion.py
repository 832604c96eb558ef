import os
import shutil
import subprocess
import sys
from collections.abc import Callable
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


def in_path(folder: Path) -> dict[str, str]:
    """An environment in which a shell finds the program and nothing of its user's."""
    (folder / "kubectl-dra").write_text(f'#!/bin/sh\nexec {sys.executable} -m kubectl_dra "$@"\n')
    (folder / "kubectl-dra").chmod(0o755)
    (folder / "hosts.yaml").touch()
    return {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}", "HOME": str(folder), "TERM": "dumb", "LC_ALL": "C.UTF-8"}


def of_bash(line: str, folder: Path) -> list[str]:
    """What bash offers behind a line."""
    ask = f'COMP_WORDS=({line}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); COMP_LINE="{line}"; COMP_POINT=${{#COMP_LINE}}'
    script = f'{run("completion", "bash").output}\ncompopt() {{ :; }}\n{ask}\n_kubectl_dra\nprintf "%s\\n" "${{COMPREPLY[@]}}"'
    answer = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=True, env=in_path(folder), cwd=folder)
    return answer.stdout.split()


def of_fish(line: str, folder: Path) -> list[str]:
    """What fish offers behind a line, without descriptions."""
    script = f'{run("completion", "fish").output}\ncomplete -C "{line}"'
    answer = subprocess.run(
        ["fish", "--no-config", "-c", script], capture_output=True, text=True, check=True, env=in_path(folder), cwd=folder
    )
    return [offered.partition("\t")[0] for offered in answer.stdout.splitlines()]


def of_zsh(line: str, folder: Path) -> list[str]:
    """The last word of a line after Tab, as it stands at the prompt of an interactive zsh."""
    (folder / "script.zsh").write_text(run("completion", "zsh").output)
    (folder / "asked.zsh").write_text(ZSH)
    answer = subprocess.run(
        ["zsh", "-f", "asked.zsh", line], capture_output=True, text=True, check=True, env=in_path(folder), cwd=folder, timeout=60
    )
    return answer.stdout.split()[-1:]


ZSH = r"""
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell "PS1=; autoload -U compinit; compinit -u -D; unsetopt zle_bracketed_paste; bindkey -e; source script.zsh; print REA''DY"
zpty -r shell out '*READY*'
zpty -w -n shell "$1"$'\t'
sleep 0.3
# the line is not run but printed: what is typed next goes before and behind it
zpty -w -n shell $'\C-aprint -r -- "BEGUN:'
zpty -w shell $'\C-e:ENDED"'
zpty -r shell out $'*\nBEGUN:*:ENDED*'
print -r -- "${${out##*$'\n'BEGUN:}%%:ENDED*}"
"""


@pytest.mark.parametrize(("shell", "offered"), [("bash", of_bash), ("fish", of_fish), ("zsh", of_zsh)])
@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("kubectl-dra devices --no-h", "--no-headers"),
        ("kubectl-dra devices --demo --driver n", "nic.example.com"),
        ("kubectl-dra describe device --demo gpu-a1/gpu-3", "gpu-a1/gpu-3"),
        ("kubectl-dra lint -f hos", "hosts.yaml"),
        ("kubectl-dra devices --from=hos", "--from=hosts.yaml"),
    ],
)
def test_shell_completes(shell: str, offered: Callable[[str, Path], list[str]], line: str, expected: str, tmp_path: Path) -> None:
    """Each shell, with its script, offers what the program says, and files where they may stand."""
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed: its completion script is not run")
    # files are bash's own to offer, once the script has told it to
    by_bash_itself = shell == "bash" and expected.endswith("hosts.yaml")

    assert offered(line, tmp_path) == ([] if by_bash_itself else [expected])
