"""`python -m tests.oracle build|pin RELEASE…`: the oracle's programs, for hand use and for make."""

import argparse
import sys

from tests.golang.program import BuildFailed, GoIsMissing
from tests.golang.releases import PATCH_RELEASES
from tests.oracle.program import oracle_program, pin_modules


def main() -> None:
    """Do what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("verb", choices=["build", "pin"], help="build into the cache and print where, or write go.mod and go.sum anew")
    parser.add_argument("releases", nargs="+", choices=PATCH_RELEASES, metavar="RELEASE")
    arguments = parser.parse_args()
    try:
        for release in arguments.releases:
            if arguments.verb == "build":
                print(oracle_program(release).built())
            else:
                pin_modules(release)
    except (GoIsMissing, BuildFailed) as refusal:
        sys.exit(str(refusal))


main()
