"""Verdicts → the sentence the scheduler would write, preemption's part left out.

Upstream: ``pkg/scheduler/framework/types.go`` ``FitError.Error``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from kubectl_dra.scheduler.verdict import (
    CouldNotTell,
    Errors,
    Filtered,
    Fits,
    Gated,
    Held,
    NoNodes,
    NotConsidered,
    NotJudged,
    PreFilterFails,
    Refused,
    RefusedByPreFilter,
    Scheduled,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.scheduler.verdict import NodeGroup, NodeVerdict, Outcome

NO_NODES = "no nodes available to schedule pods"
GATED = "Scheduling is blocked due to non-empty scheduling gates"


def refusal_message(node_count: int, groups: Iterable[NodeGroup]) -> str:
    """``0/5 nodes are available: …``: each reason with the number of nodes that give it, sorted as text, counts included."""
    counts: Counter[str] = Counter()
    for group in groups:
        if isinstance(group.verdict, Refused):
            counts.update(dict.fromkeys(group.verdict.reasons, len(group.nodes)))
    reasons = ", ".join(sorted(f"{count} {reason}" for reason, count in counts.items()))
    return f"0/{node_count} nodes are available: {reasons}." if reasons else f"0/{node_count} nodes are available:"


def message_of(outcome: Outcome, node_count: int) -> str:
    """The message of an outcome; empty where the scheduler says nothing, or where it is not known."""
    match outcome:
        case RefusedByPreFilter():
            return f"0/{node_count} nodes are available: {outcome.reason}."
        case PreFilterFails():
            return outcome.text
        case NoNodes():
            return NO_NODES
        case Gated():
            return GATED
        case Filtered():
            return _message_of_filtered(outcome, node_count)
        case _:
            return ""


def _message_of_filtered(outcome: Filtered, node_count: int) -> str:
    verdicts = [group.verdict for group in outcome.groups]
    error = next((verdict.text for verdict in verdicts if isinstance(verdict, Errors)), None)
    if error is not None:
        return error
    if any(isinstance(verdict, Fits | NotJudged | CouldNotTell) for verdict in verdicts):
        return ""
    return refusal_message(node_count, outcome.groups)


_WORDS = {
    Scheduled: Word.SCHEDULED,
    NotConsidered: Word.NOT_CONSIDERED,
    Gated: Word.GATED,
    Held: Word.HELD,
    RefusedByPreFilter: Word.UNSCHEDULABLE,
    PreFilterFails: Word.ERROR,
    NoNodes: Word.UNSCHEDULABLE,
}


def word_of(outcome: Outcome) -> Word:
    """The verdict in one word; of filtered nodes one error is enough to abort, one node enough to fit."""
    if not isinstance(outcome, Filtered):
        return _WORDS[type(outcome)]
    verdicts = [group.verdict for group in outcome.groups]
    if any(isinstance(verdict, Errors) for verdict in verdicts):
        return Word.ERROR
    if any(_may_abort(verdict) for verdict in verdicts):
        return Word.CANNOT_TELL
    if any(isinstance(verdict, Fits) for verdict in verdicts):
        return Word.FITS
    return Word.UNSCHEDULABLE if all(_is_refusal(verdict) for verdict in verdicts) else Word.CANNOT_TELL


def _may_abort(verdict: NodeVerdict) -> bool:
    """Whether the node may yet end in an error."""
    return isinstance(verdict, CouldNotTell) or (isinstance(verdict, NotJudged) and isinstance(verdict.otherwise, Errors | CouldNotTell))


def _is_refusal(verdict: NodeVerdict) -> bool:
    """Whether the node is refused, by whichever plugin."""
    return isinstance(verdict, Refused) or (isinstance(verdict, NotJudged) and isinstance(verdict.otherwise, Refused))
