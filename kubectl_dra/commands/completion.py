"""``kubectl dra completion``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.commands.command import Command, NotAnswered, Text, UsageError
from kubectl_dra.commands.parser import did_you_mean

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser

SHELLS = ("bash", "zsh", "fish", "powershell")

_DESCRIPTION = """\
Set up completion for a shell.

 kubectl asks a program called kubectl_complete-dra on PATH for what may follow "kubectl dra": install puts it beside this program, where it
 is not there already, and kubectl's own completion then works for kubectl dra as well. The scripts complete kubectl-dra called by itself.
"""

_EXAMPLES = """\
# Let kubectl complete: kubectl dra <TAB>
kubectl dra completion install

# Put the program into another folder of PATH
kubectl dra completion install --dir ~/.local/bin

# Complete kubectl-dra itself, in this bash
source <(kubectl dra completion bash)
"""


def _add_flags(parser: Parser) -> None:
    parser.add_value("", "--dir", "Folder for kubectl_complete-dra; by default the one of this program")
    parser.add_positional("install|bash|zsh|fish|powershell")


def _run(options: Namespace) -> Text:
    words = options.words
    if len(words) != 1:
        raise UsageError(f"completion needs one of: install, {', '.join(SHELLS)}")
    if words[0] == "install":
        return _install(options.dir)
    if words[0] not in SHELLS:
        raise UsageError(
            f"completion knows no {words[0]}{did_you_mean(words[0], ('install', *SHELLS))}; it knows install, {', '.join(SHELLS)}"
        )
    from importlib.resources import files  # noqa: PLC0415  (help reads no file)

    return Text(files("kubectl_dra").joinpath("data", "completion", f"kubectl-dra.{words[0]}").read_text(encoding="utf-8"))


def _install(folder: str) -> Text:
    from kubectl_dra.cluster.errors import Unreadable  # noqa: PLC0415  (only install writes)
    from kubectl_dra.cluster.programs import install_completion  # noqa: PLC0415

    try:
        installed = install_completion(folder)
    except Unreadable as error:
        raise NotAnswered(f"{error.where}: {error.message}; --dir names another folder of PATH") from error
    talk = "" if installed.on_path else f"{installed.folder} is not on PATH: kubectl finds the program only where it is\n"
    was = "is there already" if installed.was_there else "is installed"
    return Text("", f"{installed.path} {was}; kubectl 1.26 and later complete kubectl dra with it\n{talk}")


COMMAND = Command(
    name="completion",
    usage="(install|bash|zsh|fish|powershell) [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=(),
    reads_cluster=False,
)
