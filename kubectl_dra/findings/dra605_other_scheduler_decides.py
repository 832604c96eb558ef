"""DRA605: another scheduler than kube-scheduler decides about the pod."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Facts, Severity, Subject


class OtherSchedulerDecides(Facts):
    """``scheduler`` is the pod's spec.schedulerName."""

    code: ClassVar[str] = "DRA605"
    severity: ClassVar[Severity] = Severity.INFO

    pod: Subject
    scheduler: str

    def subject(self) -> Subject:
        """What to look at."""
        return self.pod.at("spec.schedulerName")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"scheduler {self.scheduler} decides about the pod; what is said here is what kube-scheduler would do"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"scheduler {self.scheduler} decides"
