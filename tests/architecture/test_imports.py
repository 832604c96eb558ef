"""What a command imports is what it pays at start-up: the lists are held, and so is what may never be on them."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from kubectl_dra.commands.table import COMMANDS, Entry

LISTS: Final = Path(__file__).parent / "imports"

HEAVY: Final = frozenset({"yaml", "tabulate", "re2", "kubernetes", "logging", "asyncio", "concurrent.futures", "email", "unittest", "json"})
"""Modules that cost 5 ms and more, and that no usual answer needs."""

OBJECTS_AND_NETWORK: Final = frozenset({"msgspec", "ssl", "socket", "dataclasses"})
"""What help and the client's version do without, besides."""

KUBECONFIG: Final = """\
apiVersion: v1
kind: Config
current-context: nowhere
contexts:
- name: nowhere
  context:
    cluster: nowhere
    user: nobody
clusters:
- name: nowhere
  cluster:
    server: http://127.0.0.1:9
users:
- name: nobody
  user:
    token: none
"""
"""Nothing listens there: what is imported is what a live cluster is asked with, and what the mistake is told with."""

SCRIPT: Final = """
import sys
from kubectl_dra.cli import main
sys.stdout = sys.stderr = open({null!r}, "w")
main({words!r})
sys.stdout = sys.__stdout__
print("\\n".join(sorted(sys.modules)))
"""

HELD: Final = {
    "devices": ("devices", "--demo"),
    "claims": ("claims", "-A", "--demo"),
    "pools": ("pools", "--demo"),
    "version-client": ("version", "--client"),
    "devices-live": ("devices",),
}


@pytest.fixture(scope="module", autouse=True)
def kubeconfig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A kubeconfig as most people have it, that leads nowhere."""
    path = tmp_path_factory.mktemp("kubeconfig") / "config"
    path.write_text(KUBECONFIG)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECONFIG", str(path))
        patch.setenv("COLUMNS", "100")
        yield


def imported(*words: str) -> set[str]:
    """The modules that a command has imported when it ends."""
    script = SCRIPT.format(words=list(words), null=os.devnull)
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(answer.stdout.split())


@pytest.mark.parametrize("words", [("--help",), ("options",), ("version", "--client"), ("rbac",)], ids=" ".join)
def test_what_needs_no_objects_loads_none(words: tuple[str, ...]) -> None:
    """Help, the client's version and the ClusterRole load neither objects nor network."""
    assert imported(*words) & (HEAVY | OBJECTS_AND_NETWORK) == set()


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_help_is_light(entry: Entry) -> None:
    """The help of a command loads no network, and no other command."""
    modules = imported(entry.name, "--help")
    others = {f"kubectl_dra.commands.{other.module}" for other in COMMANDS} - {f"kubectl_dra.commands.{entry.module}"}

    assert modules & (HEAVY | {"ssl", "socket"} | others) == set()


@pytest.mark.parametrize("name", HELD)
def test_imports_are_held(name: str, update_transcripts: bool) -> None:  # noqa: FBT001  (a fixture)
    """The modules of ours that a command loads are those of its list."""
    path = LISTS / f"{name}.txt"
    ours = sorted(module for module in imported(*HELD[name]) if module.startswith("kubectl_dra."))
    if update_transcripts:
        path.write_text("".join(f"{module}\n" for module in ours))

    assert path.read_text().split() == ours


@pytest.mark.parametrize("name", HELD)
def test_usual_answers_are_light(name: str) -> None:
    """No usual answer loads a heavy module."""
    assert imported(*HELD[name]) & HEAVY == set()
