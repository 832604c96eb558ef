"""Who asks for what, who holds what, which device: the nouns that several findings share."""

from __future__ import annotations

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Change, Subject, Value


class DeviceName(Value):
    """A device: its three names, and the shortest form that is unique in the answer."""

    driver: str
    pool: str
    device: str
    shown: str

    def __str__(self) -> str:
        """The short form."""
        return self.shown


class Asked(Value):
    """A request of a claim, and where it is written.

    ``request`` is ``REQUEST`` or ``REQUEST/ALTERNATIVE``; ``path`` is its field in the claim (``spec.devices.requests[0].exactly``).
    ``written_in`` is the template that generated the claim, or the claim itself.
    """

    claim: Subject
    request: str
    path: str
    written_in: Subject
    class_name: str = ""
    count: int = 1
    wants_all: bool = False
    extended_resource: str = ""
    """The extended resource that this request stands for; then nothing is written in a claim, and ``path`` is a container's in the pod."""

    @property
    def name(self) -> str:
        """``request gpu of claim train-1-gpu``."""
        if self.extended_resource:
            return f"extended resource {self.extended_resource}"
        return f"request {self.request} of claim {self.claim.name}"

    @property
    def brief(self) -> str:
        """``request gpu``, or the extended resource."""
        return self.extended_resource or f"request {self.request}"

    def at(self, field: str = "") -> Subject:
        """The claim, at this request or a field of it; for an extended resource the pod, at the container's request."""
        if self.extended_resource:
            return self.claim.at(self.path)
        return self.claim.at(f"{self.path}.{field}" if field else self.path)

    def place(self, field: str = "") -> str:
        """Where a person would edit it: ``ResourceClaimTemplate/gpu -n ml, spec.spec.devices.requests[0].exactly.count``."""
        path = f"{self.path}.{field}" if field else self.path
        if self.written_in.kind == "ResourceClaimTemplate":
            path = f"spec.{path}"
        return f"{self.written_in}, {path}"

    @property
    def then(self) -> str:
        """What has to follow an edit, since the spec of a claim cannot be changed, nor that of a template."""
        if self.written_in.kind == "ResourceClaimTemplate":
            return "then delete the template and create it anew, and the pod after it: a template's spec cannot be changed"
        return "then delete the claim and create it anew: a claim's spec cannot be changed"


class Holding(Value):
    """A device, or a share of it, that a claim holds.

    ``pods`` are those that the claim is reserved for, with their phase; ``age`` is the time since allocation; ``idle`` means that no pod uses it.
    """

    device: DeviceName
    claim: str
    pods: tuple[str, ...] = ()
    phase: str = ""
    age: str = ""
    idle: bool = False
    amount: str = ""

    def __str__(self) -> str:
        """``gpu-a1/gpu-0: ml/train-0-gpu (pod train-0, Running, 3h)``."""
        who = f"pod {prose.listed(self.pods, limit=2)}" if self.pods else "no pod"
        details = [detail for detail in (who, self.phase, self.age, self.amount) if detail]
        return f"{self.device}: {self.claim} ({', '.join(details)})"


class Repair(Value):
    """A change to one field that was worked out from what the cluster has."""

    before: str
    after: str
    field: str = ""
    """The field of the request, such as ``selectors[0].cel.expression``."""
    selects: int = 0
    of: int = 0
    change: Change | None = None
