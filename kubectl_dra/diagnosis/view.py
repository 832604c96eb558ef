"""What could not be read → findings about the view, and how sure the other findings can still be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.api.source import UnreadReason
from kubectl_dra.findings.finding import Confidence, conclude
from kubectl_dra.releases.release import FOLLOWED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.findings.finding import Facts, Finding
    from kubectl_dra.inventory.inventory import Inventory

_INVENTORY = (kinds.RESOURCE_SLICE, kinds.DEVICE_CLASS)
_USE = (*_INVENTORY, kinds.RESOURCE_CLAIM)
_PLACES = (*_USE, kinds.NODE)

DEPENDS_ON: dict[str, tuple[Kind, ...]] = {
    "DRA006": (*_PLACES, kinds.POD),
    "DRA101": _INVENTORY,
    "DRA102": (*_PLACES, kinds.POD),
    "DRA103": _INVENTORY,
    "DRA106": _INVENTORY,
    "DRA104": (kinds.DEVICE_CLASS,),
    "DRA105": _INVENTORY,
    "DRA107": _INVENTORY,
    "DRA108": _INVENTORY,
    "DRA109": (kinds.RESOURCE_CLAIM,),
    "DRA110": (kinds.RESOURCE_CLAIM_TEMPLATE,),
    "DRA111": (kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE),
    "DRA115": (kinds.DEVICE_CLASS, kinds.NODE),
    "DRA116": (*_PLACES, kinds.POD),
    "DRA201": _USE,
    "DRA202": (*_USE, kinds.POD),
    "DRA203": _PLACES,
    "DRA204": _USE,
    "DRA205": _USE,
    "DRA206": _USE,
    "DRA207": (kinds.NODE,),
    "DRA211": (*_USE, kinds.POD),
    "DRA212": _USE,
    "DRA213": _PLACES,
    "DRA301": (kinds.RESOURCE_SLICE,),
    "DRA302": _INVENTORY,
    "DRA303": (kinds.RESOURCE_SLICE,),
    "DRA304": _USE,
    "DRA309": _PLACES,
    "DRA311": _INVENTORY,
    "DRA312": _INVENTORY,
    "DRA313": (*_PLACES, kinds.POD),
    "DRA314": (*_PLACES, kinds.POD),
    "DRA315": (*_PLACES, kinds.POD),
    "DRA316": (*_PLACES, kinds.POD),
    "DRA317": _INVENTORY,
    "DRA401": _USE,
    "DRA402": _INVENTORY,
    "DRA602": (kinds.RUNTIME_CLASS,),
    "DRA608": (*_PLACES, kinds.POD),
}
"""Code → the kinds of which an unread object could make the finding untrue; kinds that only add to it are left out."""

_UNTAINTED = frozenset(
    {
        *("DRA006", "DRA116", "DRA201", "DRA202", "DRA203", "DRA204", "DRA205", "DRA206", "DRA211", "DRA213"),
        *("DRA304", "DRA309", "DRA313", "DRA314", "DRA315", "DRA316", "DRA401", "DRA608"),
    }
)
"""Codes that speak of devices which the pod could use: a rule that the server hides may taint them; such rules are rare."""

_AT_MOST: dict[str, Confidence] = {
    "DRA006": Confidence.POSSIBLE,
    "DRA306": Confidence.LIKELY,
    "DRA403": Confidence.LIKELY,
    "DRA508": Confidence.POSSIBLE,
    "DRA604": Confidence.LIKELY,
    "DRA606": Confidence.LIKELY,
    "DRA608": Confidence.LIKELY,
}
"""Codes that no object proves, however much was read."""


def confidence_in(facts: Facts, inventory: Inventory, ceiling: Confidence = Confidence.CERTAIN) -> Confidence:
    """How sure the finding can be with what was read; never surer than ``ceiling``."""
    sure = ceiling.at_most(_AT_MOST.get(facts.code, Confidence.CERTAIN))
    if facts.code == "DRA305" and not getattr(facts, "kubelet_message", ""):
        sure = sure.at_most(Confidence.POSSIBLE)
    if facts.code in _UNTAINTED and inventory.is_hidden(kinds.DEVICE_TAINT_RULE):
        sure = sure.at_most(Confidence.LIKELY)
    needed = DEPENDS_ON.get(facts.code, ())
    if facts.code == "DRA105" and _is_of_one_node(facts):
        needed = _PLACES  # the class selects devices, of other nodes: which of them are free decides what is in the way
    missing = [kind for kind in needed if not inventory.knows(kind)]
    if not missing:
        return sure
    return sure.at_most(Confidence.LIKELY if all(_is_absent_from_files(inventory, kind) for kind in missing) else Confidence.POSSIBLE)


def _is_of_one_node(facts: Facts) -> bool:
    return bool(getattr(facts, "node", ""))


def is_in_doubt(finding: Finding | None, inventory: Inventory) -> bool:
    """Whether an object that the server does not show could make the finding untrue."""
    return finding is not None and any(inventory.is_hidden(kind) for kind in DEPENDS_ON.get(finding.code, ()))


def _is_absent_from_files(inventory: Inventory, kind: Kind) -> bool:
    unread = inventory.unread_of(kind)
    return bool(unread) and all(one.reason is UnreadReason.NOT_INCLUDED for one in unread)


def view_findings(inventory: Inventory) -> Iterator[Finding]:
    """One finding for each kind that could not be read; a group that is not served has a finding of its own."""
    from kubectl_dra.findings.dra002_kind_forbidden import KindForbidden  # noqa: PLC0415 - most clusters can be read
    from kubectl_dra.findings.dra003_kind_unreadable import KindUnreadable  # noqa: PLC0415 - the same

    followed = inventory.server_release
    if followed is not None and followed not in FOLLOWED:
        from kubectl_dra.findings.dra005_release_not_followed import ReleaseNotFollowed  # noqa: PLC0415 - most are followed

        yield conclude(ReleaseNotFollowed(server=str(followed), followed=str(inventory.release)))
    for unread in inventory.unread:
        kind = unread.kind
        resource = f"{kind.plural}.{kind.group}" if kind.group else kind.plural
        if unread.reason is UnreadReason.FORBIDDEN:
            yield conclude(KindForbidden(kind=kind.name, resource=resource, namespace=unread.namespace, server_message=unread.message))
        elif unread.reason is UnreadReason.FAILED:
            yield conclude(KindUnreadable(kind=kind.name, resource=resource, namespace=unread.namespace, reader_message=unread.message))


def group_not_served(inventory: Inventory) -> Facts | None:
    """The finding that no pod is scheduled at all, for want of resource.k8s.io/v1; None where the server serves it, or is not known."""
    server = inventory.server
    served = server.resource_versions if server else None
    if served is None or "v1" in served:
        return None
    is_old = inventory.server_release is not None and inventory.server_release < (1, 34)
    if is_old and served:
        return None
    from kubectl_dra.findings.dra001_resource_group_not_served import ResourceGroupNotServed  # noqa: PLC0415

    return ResourceGroupNotServed(server_version=server.git_version if server else "", served=tuple(served), gate_needed=is_old)
