"""DRA104: a request names a DeviceClass that does not exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, Repair


class DeviceClassNotFound(Facts):
    """``existing`` are the classes that there are; ``nearest`` those spelled alike. ``are_hidden``: the server shows none, or not all."""

    code: ClassVar[str] = "DRA104"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    existing: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    repair: Repair | None = None
    are_hidden: bool = False

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at("deviceClassName")

    def message(self) -> str:
        """The obstacle in one sentence."""
        return f"{self.asked.name} names DeviceClass {self.asked.class_name}, which does not exist"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"DeviceClass {self.asked.class_name} does not exist"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        if self.are_hidden:
            return (Evidence(label="classes", text="the server does not show them, so this one may be there"),)
        if not self.existing:
            return (Evidence(label="classes", text="there are none: the driver's chart, which brings them, may not be installed"),)
        return (Evidence(label="classes", text=prose.listed(self.existing, limit=6)),)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        if self.repair:
            text = f"{self.asked.place('deviceClassName')}: {self.repair.after}; {self.asked.then}"
            offers.append(Proposal(text=text, brief=f"nearest is {self.repair.after}", change=self.repair.change))
        text = f"install the driver that brings DeviceClass {self.asked.class_name}, or create the class"
        offers.append(
            Proposal(text=text, brief="install the driver, or create the class", untried="a driver cannot be installed from here")
        )
        return tuple(offers)
