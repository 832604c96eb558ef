"""DRA604: the API server dropped fields of a feature that is off."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject, Value


class DroppedField(Value):
    """A field that was applied and is not stored."""

    object: str
    field: str
    value: str = ""


class FieldsDropped(Facts):
    """``gate`` is the feature that the dropped fields belong to; they stand in the last applied configuration and not in the object."""

    code: ClassVar[str] = "DRA604"
    severity: ClassVar[Severity] = Severity.ERROR

    gate: str
    fields: tuple[DroppedField, ...]
    about: Subject
    consequence: str = ""
    default_off: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.about

    def message(self) -> str:
        """The obstacle in one sentence."""
        first = self.fields[0]
        more = f" and {len(self.fields) - 1} more" if len(self.fields) > 1 else ""
        return f"the API server dropped {first.field} of {first.object}{more}: feature {self.gate} is off"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"feature {self.gate} is off, and the API server dropped {self.fields[0].field}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [
            Evidence(label="applied" if not index else "", text=f"{field.object}: {field.field}{': ' + field.value if field.value else ''}")
            for index, field in enumerate(self.fields[:4])
        ]
        if self.consequence:
            lines.append(Evidence(label="so", text=self.consequence))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        text = f"switch {self.gate} on in kube-apiserver, kube-scheduler, kube-controller-manager and kubelet, and apply the objects again"
        return (Proposal(text=text, brief=f"switch {self.gate} on", untried="a gate cannot be changed from here"),)
