"""DRA304: devices that would do carry a taint that the request does not tolerate."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Evidence, Facts, Proposal, Severity, Subject, Value

if TYPE_CHECKING:
    from kubectl_dra.findings.asking import Asked, DeviceName


class TaintOnDevices(Value):
    """A taint, the devices that carry it, and the rule that put it there (empty: the driver did)."""

    taint: str
    devices: tuple[DeviceName, ...]
    rule: str = ""
    rule_covers_all: bool = False
    age: str = ""


class DeviceTaintNotTolerated(Facts):
    """``devices`` would do but for the taints."""

    code: ClassVar[str] = "DRA304"
    severity: ClassVar[Severity] = Severity.ERROR

    asked: Asked
    devices: int
    taints: tuple[TaintOnDevices, ...]
    admin_access: bool = False
    tolerations: tuple[str, ...] = ()
    change: Change | None = None
    toleration: str = ""
    rule_change: Change | None = None
    held: int = 0
    """How many more its selectors select and other claims hold."""

    def subject(self) -> Subject:
        """What to look at."""
        return self.asked.at("tolerations")

    def message(self) -> str:
        """The obstacle in one sentence."""
        first = self.taints[0]
        them = "the only device" if self.devices == 1 and not self.held else prose.count(self.devices, "device")
        carry = prose.verb(self.devices, "carries")
        more = f" and {len(self.taints) - 1} more" if len(self.taints) > 1 else ""
        return f"{them} that would do for {self.asked.name} {carry} taint {first.taint}{more}, which it does not tolerate"

    def headline(self) -> str:
        """The obstacle alone."""
        return f"devices for {self.asked.name} carry taint {self.taints[0].taint}"

    def evidence(self) -> tuple[Evidence, ...]:
        """What proves it."""
        lines = []
        for taint in self.taints[:4]:
            by = f"by DeviceTaintRule/{taint.rule}" if taint.rule else "by the driver, in its slice"
            all_of_them = ", which has no restriction and so taints every device of every driver" if taint.rule_covers_all else ""
            since = f", {taint.age} ago" if taint.age else ""
            names = prose.span([str(device) for device in taint.devices])
            lines.append(Evidence(label="taint", text=f"{taint.taint} on {names} {by}{all_of_them}{since}"))
        if self.held:
            lines.append(
                Evidence(label="held", text=f"{prose.count(self.held, 'more device')} {prose.verb(self.held, 'is')} held by other claims")
            )
        if self.tolerations:
            lines.append(Evidence(label="tolerates", text=prose.listed(self.tolerations)))
        if self.admin_access:
            lines.append(Evidence(label="rule", text="admin access tolerates no taint by itself"))
        return tuple(lines)

    def proposals(self) -> tuple[Proposal, ...]:
        """What would take it away."""
        offers = []
        rule = next((taint.rule for taint in self.taints if taint.rule), "")
        if self.asked.extended_resource:
            text = f"ask for the device by a claim, whose request can tolerate the taint: {self.asked.extended_resource} cannot"
            offers.append(Proposal(text=text, brief="ask by a claim that tolerates the taint"))
        elif self.toleration:
            text = f"{self.asked.place('tolerations')}: [{self.toleration}], if the pod can do with such devices; {self.asked.then}"
            offers.append(Proposal(text=text, brief="tolerate the taint, if the pod can do with it", change=self.change))
        if rule:
            text = f"restrict or delete DeviceTaintRule/{rule}, if it was not meant for these devices"
            offers.append(
                Proposal(text=text, command=f"kubectl edit devicetaintrule {rule}", brief=f"restrict rule {rule}", change=self.rule_change)
            )
        return tuple(offers)
