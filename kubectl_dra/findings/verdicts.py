"""The verdict sentence: what becomes of a pod, and why, in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.findings.finding import Subject

_STANDINGS = {
    "finished": "has finished",
    "being deleted": "is being deleted",
    "running": "is running on {node}",
    "starting": "has node {node} and does not start",
    "binding": "waits to be bound to {node}",
    "fits": "fits",
    "unschedulable": "cannot be scheduled",
    "aborted": "cannot be scheduled",
    "held": "is not tried by the scheduler",
    "gated": "is not tried by the scheduler",
    "undecided": "may not be schedulable",
    "without pods": "has no pods",
}


def joined_headlines(headlines: Sequence[str]) -> str:
    """One obstacle, or several that have to go together; empty without any."""
    if len(headlines) < 2:  # noqa: PLR2004 - one stands for itself
        return "".join(headlines)
    others = "other" if len(headlines) == 2 else "others"  # noqa: PLR2004 - of two there is one other
    return f"{len(headlines)} obstacles have to go together, each told as if the {others} were gone: {'; '.join(headlines)}"


def verdict_sentence(subject: Subject, standing: str, headline: str = "", *, node: str = "") -> str:
    """``pod train-1 -n ml cannot be scheduled: no device satisfies request gpu of claim train-1-gpu``."""
    place = f" -n {subject.namespace}" if subject.namespace else ""
    stands = _STANDINGS[standing].format(node=node or "its node")
    return f"{subject.kind.lower()} {subject.name}{place} {stands}" + (f": {headline}" if headline else "")
