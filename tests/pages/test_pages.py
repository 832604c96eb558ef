"""Every page of a finding runs: the guilty cluster shows it, the remedied one does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from kubectl_dra.findings.catalogue import CATALOGUE, Entry, page
from tests.pages.running import commands_of, rewritten, run, write_files

PAGES = Path(__file__).parents[2] / "kubectl_dra" / "findings" / "pages"
HEADINGS = ("## What it means", "## Why the scheduler refuses", "## An example", "## What to do", "## When it is not this")
LIVE = tuple(entry for entry in CATALOGUE if not entry.retired)


@pytest.mark.parametrize("entry", LIVE, ids=lambda entry: entry.code)
def test_page_prints_what_it_says(entry: Entry, tmp_path: Path, update_transcripts: bool) -> None:  # noqa: FBT001 - a fixture
    """Each command of the page prints what stands below it."""
    text = page(entry)
    write_files(text, tmp_path)
    outputs = {command.line: run(command, tmp_path) for command in commands_of(text)}
    if update_transcripts:
        (PAGES / f"{entry.code}.md").write_text(rewritten(text, outputs))
        return

    assert [command.expected for command in commands_of(text)] == list(outputs.values())


@pytest.mark.parametrize("entry", LIVE, ids=lambda entry: entry.code)
def test_page_has_a_guilty_and_an_innocent_case(entry: Entry) -> None:
    """The first command shows the finding, the last one no longer."""
    commands = commands_of(page(entry))

    assert entry.code in commands[0].expected
    assert entry.code not in commands[-1].expected


@pytest.mark.parametrize("entry", LIVE, ids=lambda entry: entry.code)
def test_page_has_five_parts(entry: Entry) -> None:
    """Every page answers the same five questions, in the same order."""
    text = page(entry)

    assert text.startswith(f"# {entry.code} {entry.name}\n")
    assert [line for line in text.splitlines() if line.startswith("## ")] == list(HEADINGS)


def test_every_page_belongs_to_a_code() -> None:
    """No page is left over."""
    assert {path.stem for path in PAGES.glob("*.md")} <= {entry.code for entry in CATALOGUE}
