"""DRA602: the pod's RuntimeClass does not exist, so its owner cannot create it."""

from __future__ import annotations

from typing import ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject


class RuntimeClassNotFound(Facts):
    """``owner`` cannot create its pods; ``existing`` are the RuntimeClasses that there are."""

    code: ClassVar[str] = "DRA602"
    severity: ClassVar[Severity] = Severity.ERROR

    owner: Subject
    runtime_class: str
    field_path: str = "spec.template.spec.runtimeClassName"
    existing: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    said: str = ""
    age: str = ""
    said_about: str = ""

    def subject(self) -> Subject:
        """What to look at."""
        return self.owner.at(self.field_path)

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"RuntimeClass {self.runtime_class} does not exist, so no pod of {self.owner} can be created"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"RuntimeClass {self.runtime_class} does not exist"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        if self.said:
            ago = f", {self.age} ago" if self.age else ""
            about = f"{self.said_about}: " if self.said_about else ""
            lines.append(Evidence(label="event", text=f"{about}{prose.sentence(self.said)}{ago}"))
        if self.nearest:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest)))
        else:
            lines.append(Evidence(label="classes", text=prose.listed(self.existing) or "there are no RuntimeClasses"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        name = self.runtime_class
        offers = [
            Proposal(
                text=f"leave runtimeClassName out: devices that DRA hands out mostly need none ({self.owner}, {self.field_path})",
                brief="leave runtimeClassName out",
                untried="whether the image needs the runtime is not known",
            )
        ]
        if self.nearest:
            offers.insert(
                0,
                Proposal(
                    text=f"{self.owner}, {self.field_path}: {self.nearest[0]}",
                    brief=f"nearest is {self.nearest[0]}",
                    untried="a pod that does not exist cannot be tried",
                ),
            )
        offers.append(
            Proposal(
                text=f"create RuntimeClass/{name} with the handler that the nodes' container runtime knows",
                untried="handlers are set up on the nodes",
            )
        )
        return tuple(offers)
