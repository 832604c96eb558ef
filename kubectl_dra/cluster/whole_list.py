"""The body of one long list of ResourceSlices, part by part → pages of whole objects, cut here as they come in.

A list that is asked for in pages is read from etcd, page after page. Asked for whole it comes from the API server's cache, just as
consistent and for half of the server's time; that is how controllers read. Here it is decoded while the rest is still on its way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.cluster.errors import ServerFailed
from kubectl_dra.cluster.http11 import Body
from kubectl_dra.cluster.pages import HEAD_BYTES, list_metadata, metadata_at
from kubectl_dra.cluster.statuses import OK

if TYPE_CHECKING:
    from collections.abc import Callable

_PAGE_BYTES = 1 << 20

_ITEMS = b'"items":['
_BETWEEN = b'},{"metadata":{'
"""Between two objects of a list. Within a text its quotation marks would be escaped, and nothing in a ResourceSlice is a list of objects
with metadata."""


class WholeList(Body):
    """A list's body; ``look`` is called with each page as soon as it is here.

    ``pages`` are lists of their own (``{"items":[...]}``), ``made`` is what ``look`` made of each. ``is_all`` is false where the server
    tells that there is more, for which nobody asked it to stop.
    """

    def __init__(self, path: str, look: Callable[[bytes], object] | None) -> None:
        super().__init__()
        self._path = path
        self._look = look
        self._waiting = bytearray()
        self._is_cut = False
        self.pages: list[bytes] = []
        self.made: list[object] = []
        self.resource_version: str | None = None
        self.is_all = True

    def add(self, part: bytes) -> None:
        """Takes the next part, and a page of what has come where that is enough for one."""
        self._waiting += part
        if len(self._waiting) < _PAGE_BYTES or not (self._is_cut or self._begin()):
            return
        end = self._waiting.rfind(_BETWEEN)
        if end > 0:
            self._take(b"{" + _ITEMS + self._waiting[: end + 1] + b"]}")
            del self._waiting[: end + 2]

    def whole(self) -> bytes:
        """Takes the last page; nothing is kept beside the pages. Raises ServerFailed for what is no list, or not all of one."""
        last = bytes(self._waiting)
        if not self._is_cut:
            metadata = list_metadata(last, self._path)
            self.resource_version, self.is_all = metadata.resource_version, not metadata.continue_
            self._take(last)
        elif last.rstrip().endswith(b"}"):
            self._take(b"{" + _ITEMS + last)
        else:
            raise ServerFailed("the server's answer is not a whole list of objects", where=self._path, status=OK)
        return b""

    def _begin(self) -> bool:
        """Reads what stands before the objects; false where it is not what the API server writes there."""
        start = bytes(self._waiting[:HEAD_BYTES])
        metadata = metadata_at(start)
        if metadata is None or _ITEMS not in start:
            return False
        self.resource_version, self.is_all = metadata.resource_version, not metadata.continue_
        del self._waiting[: start.index(_ITEMS) + len(_ITEMS)]
        self._is_cut = True
        return True

    def _take(self, page: bytes) -> None:
        self.pages.append(page)
        if self._look is not None:
            self.made.append(self._look(page))
