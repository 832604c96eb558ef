"""Tables at 80 columns."""

import pytest

from kubectl_dra.rendering.table import display_width
from tests.properties.running import run


@pytest.mark.parametrize(
    "words",
    [
        "devices",
        "devices --map",
        "devices --summary",
        "claims -A",
        "claims -n ml",
        "pools",
        "classes",
        "why-pending -A",
        "describe node gpu-a1",
    ],
)
def test_table_fits(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    """No line of an answer about the demo cluster is longer than a narrow terminal."""
    monkeypatch.setenv("COLUMNS", "80")
    answer = run(*words.split(), "--demo").output
    assert [line for line in answer.splitlines() if display_width(line) > 80] == []
    assert answer
