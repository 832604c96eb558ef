"""What is known about one pod, or about a workload without pods, ready for any renderer."""

from __future__ import annotations

import enum

from kubectl_dra.findings.finding import Finding, Severity, Subject, Value


class Standing(enum.StrEnum):
    """How far a pod has come."""

    FINISHED = "finished"
    DELETED = "being deleted"
    RUNNING = "running"
    STARTING = "starting"
    """It has a node and no running container yet."""
    BINDING = "binding"
    """Its devices are allocated; it waits before it is bound."""
    FITS = "fits"
    """Nothing that was read refuses it."""
    UNSCHEDULABLE = "unschedulable"
    """Every node refuses it."""
    ABORTED = "aborted"
    """The scheduler's attempt ends in an error, whatever other nodes say."""
    HELD = "held"
    """The scheduler keeps it out of its queue, silently."""
    GATED = "gated"
    UNDECIDED = "undecided"
    """What was read does not decide."""
    WITHOUT_PODS = "without pods"
    """A workload that has none."""


class Agreement(enum.StrEnum):
    """How the scheduler's own words compare with the verdict."""

    AGREES = "agrees"
    DISAGREES = "disagrees"
    OUTDATED = "is older than what changed since"
    SILENT = "is silent"
    UNKNOWN = "is not known"


class SchedulerWords(Value):
    """What the scheduler said last about the pod, how long ago, and whether that agrees; ``note`` explains a silence or a difference."""

    said: str = ""
    reason: str = ""
    age: str = ""
    agreement: Agreement = Agreement.UNKNOWN
    note: str = ""


class NodeSummary(Value):
    """Nodes with the same answer, and the answer in a few words."""

    nodes: tuple[str, ...]
    answer: str
    fits: bool = False


class Diagnosis(Value):
    """The answer about one pod (or workload): a sentence, the root cause of each claim, what else there is, and the proof.

    ``findings`` are root causes, worst first; ``further`` what they hide or bring about. ``likeness`` is the same for pods with the same
    cause. ``holds`` are the devices that the pod's claims have.
    """

    subject: Subject
    standing: Standing
    verdict: str
    waiting: str = ""
    findings: tuple[Finding, ...] = ()
    further: tuple[Finding, ...] = ()
    untold: int = 0
    """How many more sets of obstacles, as small as the one told, would do if they were gone; three are told at most."""
    view: tuple[Finding, ...] = ()
    nodes: tuple[NodeSummary, ...] = ()
    scheduler: SchedulerWords | None = None
    holds: tuple[str, ...] = ()
    waits_seconds: float = 0
    is_in_doubt: bool = False
    """Whether an object that the server does not show could make the root cause untrue."""

    @property
    def root(self) -> Finding | None:
        """The first finding."""
        return self.findings[0] if self.findings else None

    @property
    def worst(self) -> Severity | None:
        """The highest severity among the root causes; None where there are none."""
        severities = [finding.severity for finding in self.findings]
        return min(severities, key=list(Severity).index) if severities else None
