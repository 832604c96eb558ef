"""What a renderer may know of the place it writes to."""

from __future__ import annotations

from typing import NamedTuple


class Layout(NamedTuple):
    """The width in columns (0: unlimited), and how much of it is wanted.

    ``wide`` shows every column; ``truncate`` shortens cells that do not fit; ``unicode`` allows signs that ASCII lacks.
    """

    width: int = 0
    wide: bool = False
    no_headers: bool = False
    truncate: bool = True
    unicode: bool = True

    def sign(self, unicode: str, ascii_: str) -> str:
        """The sign that the place can show."""
        return unicode if self.unicode else ascii_
