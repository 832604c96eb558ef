"""What every test can rely on, and the line that says how many could not run."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.golang.availability import skipped_without_go
from tests.oracle import Oracle
from tests.oracle.oracle import Kind


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-transcripts` writes the transcripts anew instead of comparing them."""
    parser.addoption("--update-transcripts", action="store_true", help="write transcripts and pages anew from what the commands print")


@pytest.fixture
def update_transcripts(pytestconfig: pytest.Config) -> bool:
    """Whether transcripts are written instead of compared."""
    return bool(pytestconfig.getoption("--update-transcripts"))


@pytest.fixture(scope="session")
def oracle() -> Iterator[Callable[[Kind, str], Oracle]]:
    """`oracle("allocate", "1.37")` is Kubernetes' own allocator of that release; see `tests.oracle`. Without Go, the test is skipped."""
    with ExitStack() as running:

        @cache
        def started(kind: Kind, release: str) -> Oracle:
            with skipped_without_go():
                return running.enter_context(Oracle(kind, release))

        yield started


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the closing line does not tell: why tests were skipped, and whether lint had complaints above."""
    reasons = Counter(reason(report) for report in terminalreporter.stats.get("skipped", []))
    counts = "; ".join(f"{count} because {why}" for why, count in reasons.most_common())
    terminalreporter.write_line(f"{reasons.total()} skipped" + (f": {counts}" if counts else ""))
    if os.environ.get("LINT_STATUS", "0") != "0":
        terminalreporter.write_line("lint failed before the tests ran: see the beginning of this output")


def reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without the word Skipped."""
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
