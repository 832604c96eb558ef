"""A code → its page, or all codes with what each is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings.catalogue import BANDS, CATALOGUE
from kubectl_dra.reports.report import API_VERSION, Report

if TYPE_CHECKING:
    from kubectl_dra.findings.catalogue import Entry


class CodeList(Report, frozen=True, kw_only=True):
    """The catalogue; ``pages`` maps a code to its page where pages were asked for."""

    entries: tuple[Entry, ...] = CATALOGUE
    pages: dict[str, str] = {}  # noqa: RUF012 - msgspec copies an empty default for each object

    def document(self) -> dict[str, object]:
        """The documented shape."""
        return {
            "apiVersion": API_VERSION,
            "kind": "CodeList",
            "items": [
                {
                    "code": entry.code,
                    "name": entry.name,
                    "summary": entry.summary,
                    "band": band_of(entry),
                    "retired": entry.retired or None,
                    "page": self.pages.get(entry.code),
                }
                for entry in self.entries
            ],
        }

    def names(self) -> tuple[str, ...]:
        """The codes."""
        return tuple(entry.code for entry in self.entries)


def band_of(entry: Entry) -> str:
    """What the codes of an entry's band are about."""
    return dict(BANDS)[entry.code[3]]
