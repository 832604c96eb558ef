"""Description: one object with all that belongs to it, as a tree of labelled lines, and as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.findings.finding import Finding, document
from kubectl_dra.reports.report import API_VERSION, Report, unread_documents

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.source import Unread


class Entry(NamedTuple):
    """A label of a word or two, what is said under it, how it is meant (``good``, ``bad``, ``warn`` or nothing), and what belongs below.

    ``cells`` are the columns of a row that stands among others like it; they are aligned with one another.
    """

    label: str
    text: str = ""
    mood: str = ""
    below: tuple[Entry, ...] = ()
    cells: tuple[str, ...] = ()


class Description(Report, frozen=True, kw_only=True):
    """``facts`` are the documented shape of the object and what belongs to it; ``entries`` say the same to a person.

    ``title`` names the object as people type it, ``state`` is its state in a few words.
    """

    kind: str
    title: str
    state: str
    mood: str = ""
    facts: dict[str, object]
    entries: tuple[Entry, ...]
    findings: tuple[Finding, ...] = ()
    unread: tuple[Unread, ...] = ()

    def document(self) -> dict[str, object]:
        """The documented shape: ``kind`` is ``ClaimDescription`` and so on."""
        return {
            "apiVersion": API_VERSION,
            "kind": f"{self.kind}Description",
            **self.facts,
            "findings": [document(finding) for finding in self.findings],
            "unread": unread_documents(self.unread),
        }


def listing(label: str, rows: Iterable[tuple[str, ...]], *, none: str = "none") -> Entry:
    """An entry over rows of columns; ``none`` where there are none."""
    entries = tuple(Entry("", cells=row) for row in rows)
    return Entry(label, "" if entries else none, below=entries)
