"""What every test can rely on, and the line that says how many could not run."""

from collections import Counter

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--update-transcripts` writes the transcripts anew instead of comparing them."""
    parser.addoption("--update-transcripts", action="store_true", help="write transcripts and pages anew from what the commands print")


@pytest.fixture
def update_transcripts(pytestconfig: pytest.Config) -> bool:
    """Whether transcripts are written instead of compared."""
    return bool(pytestconfig.getoption("--update-transcripts"))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line that counts the skipped tests by reason, so that nobody takes a half run for a whole one."""
    reasons = Counter(reason(report) for report in terminalreporter.stats.get("skipped", []))
    if reasons:
        terminalreporter.write_line(
            f"{reasons.total()} skipped: " + "; ".join(f"{count} because {why}" for why, count in reasons.most_common())
        )
    else:
        terminalreporter.write_line("0 skipped")


def reason(report: pytest.TestReport) -> str:
    """Why a test was skipped, without the word Skipped."""
    return report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else str(report.longrepr)
