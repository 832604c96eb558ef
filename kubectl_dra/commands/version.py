"""``kubectl dra version``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra import __version__
from kubectl_dra.commands.command import Answer, Command, Text
from kubectl_dra.releases.release import FOLLOWED, nearest_followed, parse

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser

_DESCRIPTION = """\
Print this program's version, the Kubernetes releases whose scheduler it follows, and the server's version.
"""

_EXAMPLES = """\
# Print all three
kubectl dra version

# Print what needs no server
kubectl dra version --client
"""


def _add_flags(parser: Parser) -> None:
    parser.add_switch("", "--client", "If true, shows client version only (no server required).")


def _run(options: Namespace) -> Answer | Text:
    if options.client and options.output in {"", "wide"}:
        return Text("\n".join(client_lines()) + "\n")
    from kubectl_dra.rendering.views.version import show_version  # noqa: PLC0415  (a few milliseconds that --client is spared)
    from kubectl_dra.reports.version import Version  # noqa: PLC0415

    server = None
    if not options.client:
        from kubectl_dra.commands.sources import open_source  # noqa: PLC0415

        server = open_source(options).source.server_info()
    report = Version(
        client=__version__,
        followed_releases=tuple(map(str, FOLLOWED)),
        server=server.git_version if server else "",
        behaves_as=str(nearest_followed(release)) if server and (release := parse(server.git_version)) else "",
        resource_versions=(server.resource_versions or ()) if server else (),
    )
    return Answer(report, lambda layout: show_version(report, client_lines(), layout, asked_server=not options.client))


def client_lines() -> list[str]:
    """What needs no server."""
    return [f"kubectl dra {__version__}", f"Follows the scheduler of Kubernetes {', '.join(map(str, FOLLOWED))}"]


COMMAND = Command(
    name="version",
    usage="[flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=("json", "yaml"),
)
