"""Every transcript, and README.md, shows what the commands print."""

from pathlib import Path

import pytest

from kubectl_dra.commands.table import COMMANDS
from tests.pages.running import commands_of
from tests.transcripts.running import compare_or_write

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
TRANSCRIPTS = sorted(Path(__file__).parent.glob("*.md"))


@pytest.mark.parametrize("path", [README, *TRANSCRIPTS], ids=lambda path: path.stem)
def test_transcript_is_what_is_printed(path: Path, tmp_path: Path, update_transcripts: bool) -> None:  # noqa: FBT001  (a fixture)
    """Each command prints what stands below it."""
    expected, actual = compare_or_write(path, tmp_path, update=update_transcripts)

    assert expected == actual


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
def test_readme_shows_every_command(name: str) -> None:
    """Each command has a transcript in the README."""
    assert any(command.words[0] == name for command in commands_of(README.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", [entry.name for entry in COMMANDS])
def test_every_command_has_a_transcript(name: str) -> None:
    """Each command is run by some transcript beside the README."""
    assert any(command.words[0] == name for path in TRANSCRIPTS for command in commands_of(path.read_text(encoding="utf-8")))
