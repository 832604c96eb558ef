"""What an allocator remembers between nodes and pods: kinds of devices, by what is read of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.allocator.kinds import KindTable

if TYPE_CHECKING:
    from kubectl_dra.allocator.kinds import Names
    from kubectl_dra.releases.behaviour import Behaviour


class Memory:
    """Caches that hold for the slices whatever is allocated."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._tables: dict[Names | None, KindTable] = {}

    def kinds(self, reads: Names | None) -> KindTable:
        """The kinds there are when these attributes are read."""
        table = self._tables.get(reads)
        if table is None:
            table = self._tables[reads] = KindTable(reads, self._behaviour)
        return table
