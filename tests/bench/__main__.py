"""`python -m tests.bench [NAME…]`: print the figures of every bench, or of those named."""

import argparse
import importlib
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.harness.figure import HEADER, Figure
from tests.bench.harness.measure import CommandFailed
from tests.golang.program import BuildFailed, GoIsMissing

NAMES = sorted(file.stem for file in Path(__file__).parent.glob("[a-z]*.py"))


def main() -> None:
    """Run benches and print each figure as soon as it is known. One that cannot run says why, and the others go on."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES))
    names = parser.parse_args().names or NAMES
    if unknown := sorted(set(names) - set(NAMES)):
        sys.exit(f"no bench is named {', '.join(unknown)}: there are {', '.join(NAMES)}")
    print(HEADER, flush=True)
    figures = [figure for name in names for figure in printed(name)]
    judged = [figure for figure in figures if figure.is_met is not None]
    print(f"{sum(bool(figure.is_met) for figure in judged)} of {len(judged)} targets met")


def printed(name: str) -> Iterator[Figure]:
    """The figures of one bench, each printed."""
    bench: Callable[[], Iterator[Figure]] = importlib.import_module(f"tests.bench.{name}").figures
    try:
        for figure in bench():
            print(figure.line(), flush=True)
            yield figure
    except (CommandFailed, GoIsMissing, BuildFailed) as refusal:
        print(f"{name}: {refusal}", flush=True)


main()
