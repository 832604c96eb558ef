import pytest

from kubectl_dra.rendering.style import COLORFUL, PLAIN, escape


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("\x1b[2J", "\\x1b[2J"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202eevil", "\\u202eevil"),
        ("\u200bzero", "\\u200bzero"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("\ud800", "\\ud800"),
        ("Größe 漢字", "Größe 漢字"),
    ],
)
def test_what_drives_a_terminal_is_written_out(text: str, shown: str) -> None:
    """Control characters, escape codes and marks of direction are shown, letters of all scripts stay."""
    assert shown == escape(text)


def test_no_colour_is_a_style() -> None:
    """The plain style writes the text alone."""
    assert PLAIN.paint("x", "bad") == "x"
    assert COLORFUL.paint("x", "bad") == "\x1b[31mx\x1b[0m"
    assert COLORFUL.paint("x", "plain") == "x"
