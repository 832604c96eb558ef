"""DRA102: a selector ends in an error on a device that the scheduler reaches; the attempt ends there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Evidence, Facts, Mark, Proposal, Severity, Subject

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName, Repair


class SelectorFailsOnDevice(Facts, kw_only=True):
    """``devices`` are those on which the selector ends in the error, of ``judged`` that reach it; ``fits_elsewhere`` are nodes that would do."""

    code: ClassVar[str] = "DRA102"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    expression: str
    error: str
    field: str
    selector_index: int
    class_name: str = ""
    devices: tuple[DeviceName, ...]
    judged: int
    clause: str = ""
    reading: str = ""
    missing_key: str = ""
    has_key: int = 0
    fits_elsewhere: tuple[str, ...] = ()
    repairs: tuple[Repair, ...] = ()
    class_selects_other_drivers: tuple[str, ...] = ()
    not_reached_yet: bool = False
    nearest_names: tuple[str, ...] = ()

    def subject(self) -> Subject:
        """What to look at."""
        if self.class_name:
            return Subject(kind="DeviceClass", name=self.class_name, field_path=self.field)
        return self.asked.claim.at(self.field)

    def message(self) -> str:
        """The obstacle in one sentence."""
        owner = f"class {self.class_name}" if self.class_name else self.asked.brief
        where = _where(self.devices, self.judged)
        then = (
            ", once one of them is free"
            if self.not_reached_yet
            else ": the scheduler stops at the first such device and leaves the pod pending"
        )
        return f"selector {self.selector_index} of {owner} fails on {where} with {prose.sentence(self.error)}{then}"

    def headline(self) -> str:
        """The obstacle alone."""
        owner = f"class {self.class_name}" if self.class_name else self.asked.name
        return f"selector {self.selector_index} of {owner} fails with {prose.sentence(self.error)}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = [Evidence(label="|", text=self.field), Evidence(text=self.expression, mark=Mark.SOURCE)]
        where = prose.listed([str(device) for device in self.devices])
        clause = f" in {self.clause}" if self.clause and self.clause != self.expression else ""
        lines.append(Evidence(text=f"{prose.sentence(self.error)}{clause} on {where}", mark=Mark.FAILS))
        if self.reading:
            lines.append(Evidence(label="reads", text=self.reading))
        if self.missing_key:
            text = f"{self.missing_key} is on {self.has_key:,} of the {prose.count(self.judged, 'device')} judged"
            lines.append(Evidence(label="exists", text=text))
        if self.nearest_names:
            lines.append(Evidence(label="nearest", text=prose.listed(self.nearest_names)))
        if self.class_selects_other_drivers:
            text = f"class {self.asked.class_name} selects devices of {prose.listed(self.class_selects_other_drivers)}, so the selector runs on all of them"
            lines.append(Evidence(label="class", text=text))
        if self.fits_elsewhere:
            number = len(self.fits_elsewhere)
            text = f"{prose.listed(self.fits_elsewhere)} {prose.verb(number, 'has')} devices that would do; an error on one node ends the attempt for all"
            lines.append(Evidence(label="elsewhere", text=text))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        for repair in self.repairs:
            place = (
                f"DeviceClass/{self.class_name}, {self.field}"
                if self.class_name
                else f"{self.asked.place(repair.field)}; {self.asked.then}"
            )
            brief = f"selects {repair.selects} of {repair.of} with the selector repaired"
            offers.append(Proposal(text=f"{repair.after}   in {place}", brief=brief, change=repair.change))
        if not offers:
            text = (
                "guard what not every device has: device.attributes[DOMAIN].?NAME.orValue(…), or has(device.attributes[DOMAIN].NAME) && …"
            )
            offers.append(Proposal(text=text, command="kubectl dra selector 'EXPRESSION'", brief="guard the attribute"))
        return tuple(offers)


def _where(devices: tuple[DeviceName, ...], judged: int) -> str:
    if len(devices) == 1:
        return f"device {devices[0]}"
    return f"all {judged:,} devices" if len(devices) == judged else f"{len(devices):,} of {judged:,} devices"
