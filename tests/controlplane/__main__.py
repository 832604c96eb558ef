"""`python -m tests.controlplane build|start|stop|pin`: control planes for hand use and for make."""

import argparse
import sys
from pathlib import Path

from tests.controlplane.plane import ControlPlane
from tests.controlplane.processes import end_recorded
from tests.controlplane.program import control_plane_program, kubectl_program, pin_modules
from tests.controlplane.settings import Settings
from tests.golang.program import BuildFailed, GoIsMissing
from tests.golang.releases import PATCH_RELEASES


def main() -> None:
    """Do what the arguments say."""
    arguments = parser().parse_args()
    try:
        arguments.run(arguments)
    except (GoIsMissing, BuildFailed) as refusal:
        sys.exit(str(refusal))


def parser() -> argparse.ArgumentParser:
    """The four subcommands."""
    top = argparse.ArgumentParser(prog="python -m tests.controlplane", description=__doc__)
    verbs = top.add_subparsers(required=True)
    build = verbs.add_parser("build", help="build the programs of releases into the cache, and print where they are")
    build.add_argument("releases", nargs="+", choices=PATCH_RELEASES, metavar="RELEASE")
    build.add_argument("--kubectl", action="store_true", help="build kubectl alone, too")
    build.set_defaults(run=run_build)
    start = verbs.add_parser("start", help="start a control plane in an empty or new folder, and print its kubeconfig")
    start.add_argument("release", choices=PATCH_RELEASES)
    start.add_argument("folder", type=Path)
    start.add_argument("--feature-gates", default="", metavar="NAME=true,…")
    start.add_argument("--runtime-config", default=Settings(release="").runtime_config)
    start.add_argument("--controllers", default="", metavar="NAME,…")
    start.add_argument("--audit", action="store_true", help="write an audit log")
    start.set_defaults(run=run_start)
    stop = verbs.add_parser("stop", help="end the control plane that was started in a folder")
    stop.add_argument("folder", type=Path)
    stop.set_defaults(run=run_stop)
    pin = verbs.add_parser("pin", help="write the go.mod and go.sum of releases anew")
    pin.add_argument("releases", nargs="+", choices=PATCH_RELEASES, metavar="RELEASE")
    pin.set_defaults(run=run_pin)
    return top


def run_build(arguments: argparse.Namespace) -> None:
    """Build, and print one path a line."""
    for release in arguments.releases:
        print(control_plane_program(release).built())
        if arguments.kubectl:
            print(kubectl_program(release).built())


def run_start(arguments: argparse.Namespace) -> None:
    """Start a control plane that outlives this command."""
    gates = dict(gate.split("=", 1) for gate in arguments.feature_gates.split(",") if gate)
    settings = Settings(
        release=arguments.release,
        feature_gates={name: value.lower() == "true" for name, value in gates.items()},
        runtime_config=arguments.runtime_config,
        controllers=tuple(filter(None, arguments.controllers.split(","))),
        audit=arguments.audit,
    )
    folder = arguments.folder.resolve()
    end_recorded(folder)
    plane = ControlPlane(settings, folder, attached=False)
    plane.start()
    print(plane.kubeconfig)


def run_stop(arguments: argparse.Namespace) -> None:
    """End what was started, and say what that was."""
    print("ended:", ", ".join(end_recorded(arguments.folder.resolve())) or "nothing, none was running")


def run_pin(arguments: argparse.Namespace) -> None:
    """Pin each release."""
    for release in arguments.releases:
        pin_modules(release)


main()
