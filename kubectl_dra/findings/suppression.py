"""``DRA301=pool/worker-*`` → which findings are left out."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from kubectl_dra.findings.finding import Value, is_code

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.findings.finding import Finding


class BadSuppression(ValueError):
    """A ``--suppress`` that names no code; the message says which."""


class Suppression(Value):
    """A code that is left out: everywhere, or for the objects whose ``kind/name`` or ``kind/namespace/name`` a pattern matches."""

    code: str
    pattern: str = ""

    def covers(self, finding: Finding) -> bool:
        """Whether ``finding`` is left out."""
        if finding.code != self.code:
            return False
        if not self.pattern:
            return True
        subject = finding.subject
        kind = subject.kind.lower()
        names = (f"{kind}/{subject.name}", f"{kind}/{subject.namespace}/{subject.name}", subject.name)
        return any(fnmatchcase(name, self.pattern.lower() if "/" not in self.pattern else _lower_kind(self.pattern)) for name in names)


def parse_suppression(text: str) -> Suppression:
    """``CODE`` or ``CODE=PATTERN``. Raises :class:`BadSuppression`."""
    code, _, pattern = text.partition("=")
    code = code.strip().upper()
    if not is_code(code):
        raise BadSuppression(f"--suppress {text}: a code such as DRA301 is expected before the equals sign")
    return Suppression(code=code, pattern=pattern.strip())


def unsuppressed(findings: Iterable[Finding], suppressions: Iterable[Suppression]) -> tuple[Finding, ...]:
    """The findings that no suppression covers."""
    rules = tuple(suppressions)
    return tuple(finding for finding in findings if not any(rule.covers(finding) for rule in rules))


def _lower_kind(pattern: str) -> str:
    kind, slash, rest = pattern.partition("/")
    return kind.lower() + slash + rest
