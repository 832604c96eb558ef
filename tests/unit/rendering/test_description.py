from kubectl_dra.rendering.layout import Layout
from kubectl_dra.rendering.style import PLAIN
from kubectl_dra.rendering.text import write_document
from kubectl_dra.rendering.views.description import show_description
from kubectl_dra.reports.description import Description, Entry, listing


def shown(*entries: Entry, width: int = 0) -> list[str]:
    """The lines below the title."""
    report = Description(kind="Claim", title="Title", state="state", facts={}, entries=entries)
    layout = Layout(width=width)
    return write_document(show_description(report, layout), layout, PLAIN).splitlines()[1:]


def test_texts_stand_in_one_column() -> None:
    """Labels of all depths leave the same column to texts."""
    assert shown(Entry("a", "x", below=(Entry("longer", "y"),))) == ["  a         x", "    longer  y"]


def test_rows_begin_beside_their_label() -> None:
    """Rows are aligned with one another, the first beside the label."""
    assert shown(listing("rows", [("a", "1"), ("bbb", "2")])) == ["  rows  a     1", "        bbb   2"]


def test_no_rows_say_so() -> None:
    """An empty listing says what there is none of."""
    assert shown(listing("rows", [], none="nobody")) == ["  rows  nobody"]


def test_long_text_is_wrapped_between_words() -> None:
    """Where the width is known, text goes on below itself; a word is never broken."""
    text = "one two three four five six seven eight nine"

    assert shown(Entry("a", text), width=45) == ["  a  one two three four five six seven eight", "     nine"]


def test_long_rows_go_on_below() -> None:
    """A cell for which the line has no room stands below, under the second column; nothing is cut."""
    hanging = " " * 8 + " " * 13
    assert shown(listing("rows", [("a" * 10, "b" * 20, "c" * 20)]), width=60) == [
        f"  rows  {'a' * 10}   {'b' * 20}",
        f"{hanging}{'c' * 20}",
    ]


def test_a_long_cell_is_folded() -> None:
    """A cell longer than a line breaks between words."""
    words = "one two three four five six seven eight nine"
    assert shown(listing("rows", [("a", words)]), width=48) == [
        "  rows  a",
        f"{' ' * 12}one two three four five six seven",
        f"{' ' * 12}eight nine",
    ]
