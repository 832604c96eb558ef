from kubectl_dra.rendering.document import EXTRA, Column, Span, Table
from kubectl_dra.rendering.layout import Layout
from kubectl_dra.rendering.style import COLORFUL, PLAIN
from kubectl_dra.rendering.table import display_width, shortened, write_table

TABLE = Table.of_rows(
    (Column("NODE"), Column("DEVICE"), Column("HELD BY", flexible=True, least=6)), [("n1", "gpu-0", "ml/train-0"), ("n22", "a", "")]
)


def test_columns_are_padded_as_kubectl_pads() -> None:
    """Three spaces part two columns, and no line ends in spaces."""
    assert write_table(TABLE, Layout(), PLAIN) == ["NODE   DEVICE   HELD BY", "n1     gpu-0    ml/train-0", "n22    a"]


def test_headers_can_be_left_out() -> None:
    """Without headers, columns are as wide as their cells."""
    assert write_table(TABLE, Layout(no_headers=True), PLAIN) == ["n1    gpu-0   ml/train-0", "n22   a"]


def test_flexible_columns_give_way() -> None:
    """Where width is short, two spaces part columns, and flexible ones are shortened with a mark."""
    assert write_table(TABLE, Layout(width=22), PLAIN) == ["NODE  DEVICE  HELD BY", "n1    gpu-0   ml/trai…", "n22   a"]


def test_ascii_has_a_mark_of_its_own() -> None:
    """Where only ASCII can be shown, two dots stand for what is left out."""
    assert write_table(TABLE, Layout(width=22, unicode=False), PLAIN)[1] == "n1    gpu-0   ml/tra.."


def test_nothing_is_shortened_against_ones_will() -> None:
    """`--no-truncate` and `-o wide` leave cells whole, whatever the width."""
    whole = "n1     gpu-0    ml/train-0"

    assert write_table(TABLE, Layout(width=20, wide=True), PLAIN)[1] == whole
    assert write_table(TABLE, Layout(width=20, truncate=False), PLAIN)[1].split() == whole.split()


def test_columns_of_high_rank_are_left_out_first() -> None:
    """The column of the highest rank goes first, those of rank 0 never."""
    table = Table.of_rows((Column("A"), Column("B", rank=1), Column("C", rank=2)), [("aaaa", "bbbb", "cccc")])

    assert write_table(table, Layout(width=12), PLAIN) == ["A     B", "aaaa  bbbb"]
    assert write_table(table, Layout(width=3), PLAIN) == ["A", "aaaa"]


def test_extra_columns_make_room_for_wishes() -> None:
    """A column that is nice to have yields before one that says more is shortened."""
    table = Table.of_rows(
        (Column("A"), Column("B", rank=EXTRA), Column("C", flexible=True, least=3, wish=9)), [("aaaa", "bbbb", "ccccccccc")]
    )

    assert write_table(table, Layout(width=15), PLAIN)[1] == "aaaa  ccccccccc"


def test_the_widest_gives_way_first() -> None:
    """Columns that are shortened end up alike."""
    table = Table.of_rows((Column("A", flexible=True, least=2), Column("B", flexible=True, least=2)), [("a" * 30, "b" * 10)])

    assert write_table(table, Layout(width=18), PLAIN)[1] == "aaaaaaa…  bbbbbbb…"


def test_roles_are_painted_and_titles_are_dim() -> None:
    """Colour is put on whole cells, outside their padding's measure."""
    table = Table.of_rows((Column("A"), Column("B")), [(Span("x", "good"), "y")])

    assert write_table(table, Layout(), COLORFUL) == ["\x1b[2mA   B\x1b[0m", "\x1b[32mx\x1b[0m   y"]


def test_control_characters_are_written_out() -> None:
    """Nothing in a cell drives the terminal, and what is measured is what is shown."""
    table = Table.of_rows((Column("A"), Column("B")), [("\x1b[31m", "x"), ("a", "y")])

    assert write_table(table, Layout(no_headers=True), PLAIN) == ["\\x1b[31m   x", "a          y"]


def test_wide_characters_take_two_columns() -> None:
    """Width is what a terminal shows, not the number of characters."""
    table = Table.of_rows((Column("A"), Column("B")), [("漢字", "x"), ("a", "y")])

    assert write_table(table, Layout(no_headers=True), PLAIN) == ["漢字   x", "a      y"]
    assert (display_width("漢字"), display_width("e\u0301")) == (4, 1)


def test_text_is_shortened_to_its_width() -> None:
    """What fits stays; what does not ends in the mark."""
    assert [shortened(text, 4, Layout()) for text in ("abcd", "abcde", "漢字漢字", "ab de")] == ["abcd", "abc…", "漢…", "ab…"]


def test_empty_table_is_its_titles() -> None:
    """Without rows there are only titles."""
    assert write_table(Table.of_rows((Column("A"),), []), Layout(), PLAIN) == ["A"]
