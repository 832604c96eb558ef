from kubectl_dra.allocator.result import AllocationError, ErrorKind
from kubectl_dra.api.core import Taint
from kubectl_dra.scheduler.message import message_of, word_of
from kubectl_dra.scheduler.reasons import ClaimsNotAllocated, NodeTaintNotTolerated, Plugin, ResourcesInsufficient, Shortage
from kubectl_dra.scheduler.verdict import (
    CouldNotTell,
    Errors,
    Filtered,
    Fits,
    NodeGroup,
    NodeVerdict,
    NoNodes,
    NotJudged,
    Refused,
    Word,
)

NO_DEVICES = Refused(refusal=ClaimsNotAllocated())
TAINTED = Refused(refusal=NodeTaintNotTolerated(taint=Taint(key="a")))
SHORT = Refused(refusal=ResourcesInsufficient(shortages=tuple(Shortage(name=n, requested=1, used=0, capacity=0) for n in ("pods", "cpu"))))
BROKEN = Errors(text="running …: boom", error=AllocationError(text="boom", kind=ErrorKind.CRASH))


def filtered(**nodes: tuple[NodeVerdict, int]) -> Filtered:
    """An outcome with so many nodes of each verdict."""
    groups = tuple(NodeGroup(verdict=verdict, nodes=tuple(f"{name}-{i}" for i in range(count))) for name, (verdict, count) in nodes.items())
    return Filtered(groups=groups, verdicts={name: group.verdict for group in groups for name in group.nodes})


def test_counts_sort_as_text() -> None:
    """Reasons are counted over nodes and sorted as text, counts included."""
    outcome = filtered(a=(NO_DEVICES, 2), b=(TAINTED, 12))
    assert message_of(outcome, 14) == "0/14 nodes are available: 12 node(s) had untolerated taint(s), 2 cannot allocate all claims."


def test_every_reason_of_a_node_counts() -> None:
    """A node with several reasons counts for each."""
    outcome = filtered(a=(SHORT, 3))
    assert message_of(outcome, 3) == "0/3 nodes are available: 3 Insufficient cpu, 3 Too many pods."


def test_error_is_the_message() -> None:
    """One node's error aborts the attempt and is its message, though another node would fit."""
    outcome = filtered(a=(Fits(), 1), b=(BROKEN, 1))
    assert (message_of(outcome, 2), word_of(outcome)) == ("running …: boom", Word.ERROR)


def test_no_nodes() -> None:
    """Without any node the scheduler says so."""
    assert (message_of(NoNodes(), 0), word_of(NoNodes())) == ("no nodes available to schedule pods", Word.UNSCHEDULABLE)


def test_not_judged_nodes() -> None:
    """What is not judged leaves the verdict open, unless the node is refused either way."""
    by = (Plugin.VOLUMES,)
    assert word_of(filtered(a=(NotJudged(by=by, otherwise=Fits()), 1))) is Word.CANNOT_TELL
    assert word_of(filtered(a=(NotJudged(by=by, otherwise=NO_DEVICES), 1))) is Word.UNSCHEDULABLE
    assert word_of(filtered(a=(NotJudged(by=by, otherwise=BROKEN), 1), b=(Fits(), 1))) is Word.CANNOT_TELL
    assert word_of(filtered(a=(NotJudged(by=by, otherwise=NO_DEVICES), 1), b=(Fits(), 1))) is Word.FITS


def test_not_knowing_is_said() -> None:
    """A node of which nothing is known leaves the verdict open."""
    assert word_of(filtered(a=(CouldNotTell(why="?"), 1), b=(Fits(), 1))) is Word.CANNOT_TELL
