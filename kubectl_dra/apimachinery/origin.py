"""Where an object came from: an API path, or a file with line and column."""

from __future__ import annotations

import msgspec


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """The place that an object was read from.

    ``where`` is what a person would type or open: a path of the API server, a file name, ``-`` for standard input, or ``demo``.
    ``line`` and ``column`` count from one and are zero where they mean nothing.
    """

    where: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        """``FILE:LINE:COLUMN`` as far as it is known."""
        place = self.where
        if self.line:
            place += f":{self.line}"
            if self.column:
                place += f":{self.column}"
        return place
