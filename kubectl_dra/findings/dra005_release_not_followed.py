"""DRA005: the server's release is not one whose scheduler is reproduced."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class ReleaseNotFollowed(Facts):
    """``server`` is the server's release, ``followed`` the one whose scheduler is reproduced in its place."""

    code: ClassVar[str] = "DRA005"
    severity: ClassVar[Severity] = Severity.INFO

    server: str
    followed: str

    def subject(self) -> Subject:
        """What to look at."""
        return Subject(kind="Server", name=self.server)

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"the server is of release {self.server}; its scheduler is judged as {self.followed} decides, which may differ"
