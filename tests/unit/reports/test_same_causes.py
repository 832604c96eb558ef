"""Pods that wait for the same cause are told once."""

from kubectl_dra.diagnosis.diagnosis import Diagnosis, Standing
from kubectl_dra.findings.finding import Confidence, Finding, Severity, Subject
from kubectl_dra.reports.diagnoses import DiagnosisList


def of(name: str, *codes: str) -> Diagnosis:
    """What is known about a pod with findings of these codes."""
    subject = Subject(kind="Pod", name=name, namespace="ml")
    findings = tuple(
        Finding(
            code=code,
            name=code,
            severity=Severity.ERROR,
            confidence=Confidence.CERTAIN,
            message=code,
            subject=subject,
            headline=code,
            facts={},
        )
        for code in codes
    )
    standing = Standing.UNSCHEDULABLE if codes else Standing.RUNNING
    return Diagnosis(subject=subject, standing=standing, verdict=name, findings=findings)


def told(*diagnoses: Diagnosis) -> list[tuple[str, str]]:
    """Each pod that is told in full, and what is said of others with it."""
    return [(group.first.subject.name, group.others) for group in DiagnosisList(diagnoses=diagnoses, in_full=True).told_once()]


def test_the_first_stands_for_all() -> None:
    """Three pods with one cause are told as one and two others."""
    assert told(of("a", "DRA201"), of("b", "DRA201"), of("c", "DRA201")) == [("a", "pods b and c wait for the same cause")]


def test_another_obstacle_is_another_cause() -> None:
    """A pod with one more obstacle is told by itself."""
    assert told(of("a", "DRA201"), of("b", "DRA201", "DRA314")) == [("a", ""), ("b", "")]


def test_pods_without_a_cause() -> None:
    """Pods with nothing wrong are each told, with what they hold."""
    assert told(of("a"), of("b")) == [("a", ""), ("b", "")]
