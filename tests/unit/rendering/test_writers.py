from kubectl_dra.rendering.document import Column, Document, Lines, Span, Table
from kubectl_dra.rendering.layout import Layout
from kubectl_dra.rendering.style import PLAIN
from kubectl_dra.rendering.text import write_document
from kubectl_dra.rendering.to_json import write_json
from kubectl_dra.rendering.to_markdown import write_markdown
from kubectl_dra.rendering.to_yaml import write_yaml

TABLE = Table.of_rows((Column("A"), Column("B")), [("1", Span("x|<y>", "good"))])


def test_blocks_are_parted_by_an_empty_line() -> None:
    """A document's blocks follow one another with an empty line between."""
    document = Document((TABLE, Lines((("one ", Span("line", "bad")),))))

    assert write_document(document, Layout(), PLAIN) == "A   B\n1   x|<y>\n\none line\n"


def test_empty_document_is_nothing() -> None:
    """Without blocks nothing is written."""
    assert write_document(Document(), Layout(), PLAIN) == ""


def test_json_is_indented_as_kubectl_indents() -> None:
    """Four spaces, and a line break at the end."""
    assert write_json({"a": [1, None]}) == '{\n    "a": [\n        1,\n        null\n    ]\n}\n'


def test_yaml_keeps_order_and_blocks() -> None:
    """Fields stay in their order, text of several lines is a block, tuples are lists, nothing is an alias."""
    shared = ("x",)

    assert write_yaml({"b": "1\n2\n", "a": shared, "c": shared}) == "b: |\n  1\n  2\na:\n- x\nc:\n- x\n"


def test_yaml_quotes_what_would_be_something_else() -> None:
    """A text that reads like a number, a date or a switch stays a text."""
    assert write_yaml({"a": "1", "b": "true", "c": "12:30", "d": "2026-01-01"}) == "a: '1'\nb: 'true'\nc: '12:30'\nd: '2026-01-01'\n"


def test_markdown_escapes_what_markdown_reads() -> None:
    """A bar in a cell does not end it, and a tag is none."""
    assert write_markdown(Document((TABLE,))) == "| A   | B         |\n|:----|:----------|\n| 1   | x\\|&lt;y> |\n"


def test_markdown_fences_lines() -> None:
    """Lines are a block of code."""
    assert write_markdown(Document((Lines((("a",),)),))) == "```\na\n```\n"


def test_yaml_keeps_text_text_for_every_reader() -> None:
    """YAML 1.1 reads y as true, and 1.2 reads 1e3 and 0o17 as numbers; what only looks like them stays bare."""
    written = write_yaml(["y", "N", "yes", "1e3", "5.", "0o17", "yes!", "1e3x", "v1", "4Gi"])
    assert written == "- 'y'\n- 'N'\n- 'yes'\n- '1e3'\n- '5.'\n- '0o17'\n- yes!\n- 1e3x\n- v1\n- 4Gi\n"
