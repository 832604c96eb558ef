"""What is known of both sides' versions."""

from __future__ import annotations

from kubectl_dra.reports.report import Report


class Version(Report, frozen=True, kw_only=True):
    """``server`` is as the server says it, empty where nobody was asked or none tells; ``behaves_as`` is the release followed for it."""

    client: str
    followed_releases: tuple[str, ...]
    server: str = ""
    behaves_as: str = ""
    resource_versions: tuple[str, ...] = ()
