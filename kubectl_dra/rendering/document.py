"""What is shown, before it is text: tables and lines of spans, each span with the role it plays, never with a colour."""

from __future__ import annotations

from typing import Literal, NamedTuple, TypeAlias

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Role: TypeAlias = Literal["plain", "good", "bad", "warn", "dim", "strong", "accent"]
"""What a piece of text says about what it names: fine, blocking, worth a look, of less weight, of more weight, something to type."""


class Span(NamedTuple):
    """A piece of text and its role."""

    text: str
    role: Role = "plain"


Cell: TypeAlias = "str | Span"
Line: TypeAlias = "tuple[Cell, ...]"


class Column(NamedTuple):
    """A column's title, and what becomes of it where width is short.

    The columns of the highest ``rank`` are left out first, those of rank 0 never. ``flexible`` ones are shortened, to ``least`` at least;
    before that, columns of rank ``EXTRA`` and more make room until each has ``wish`` columns, or as many as it can use.
    """

    title: str
    rank: int = 0
    flexible: bool = False
    least: int = 16
    wish: int = 0


EXTRA = 100
"""The rank from which on a column is nice to have, and yields to those that say more."""


class Table(NamedTuple):
    """Cells under titles: for each column its cells, as many as there are rows."""

    columns: tuple[Column, ...]
    cells: Sequence[Sequence[Cell]]

    @classmethod
    def of_rows(cls, columns: tuple[Column, ...], rows: Sequence[Sequence[Cell]]) -> Table:
        """The table of these rows, each of one cell per column."""
        return cls(columns, tuple(zip(*rows, strict=True)) if rows else ((),) * len(columns))

    @property
    def rows(self) -> Iterator[tuple[Cell, ...]]:
        """The cells row by row."""
        return zip(*self.cells, strict=True)


class Lines(NamedTuple):
    """Lines that stand together."""

    lines: tuple[Line, ...]


Block: TypeAlias = "Table | Lines"


class Document(NamedTuple):
    """``blocks`` are data, with an empty line between two of them; ``talk`` is said about them, on standard error."""

    blocks: tuple[Block, ...] = ()
    talk: tuple[Line, ...] = ()
