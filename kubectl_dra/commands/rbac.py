"""``kubectl dra rbac``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.commands.command import Command, Text

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser

_DESCRIPTION = """\
Print the smallest read-only ClusterRole that every command needs.

 With less, commands show what may be read and say what is unknown. Nothing is asked of a server.
"""

_EXAMPLES = """\
# Print the ClusterRole
kubectl dra rbac

# Create it, and give it to a user
kubectl dra rbac | kubectl apply -f -
kubectl create clusterrolebinding kubectl-dra --clusterrole=kubectl-dra --user=jane
"""


def _add_flags(parser: Parser) -> None:
    parser.add_value("", "--name", "Name of the ClusterRole", default="kubectl-dra")


def _run(options: Namespace) -> Text:
    from importlib.resources import files  # noqa: PLC0415  (help reads no file)

    role = files("kubectl_dra").joinpath("data", "clusterrole.yaml").read_text(encoding="utf-8")
    if options.name != "kubectl-dra":
        role = role.replace("  name: kubectl-dra\n", f"  name: {options.name}\n").replace(
            "clusterrole=kubectl-dra", f"clusterrole={options.name}"
        )
    return Text(role)


COMMAND = Command(
    name="rbac",
    usage="[flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=(),
    reads_cluster=False,
)
