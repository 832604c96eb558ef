"""Inventory → the devices that the scheduler would look at, and the taints that stand before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.inventory.states import is_offered, observe
from kubectl_dra.inventory.targets import target_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kubectl_dra.api.core import Node, Taint
    from kubectl_dra.api.resource import Device
    from kubectl_dra.inventory.inventory import DeviceID, Inventory
    from kubectl_dra.inventory.states import PublishedDevice

_SYSTEM = "node.kubernetes.io/"
_BLOCKING = ("NoSchedule", "NoExecute")


class Usable(msgspec.Struct, frozen=True, kw_only=True):
    """Offered devices with their drivers, in the order of the inventory, and the nodes."""

    published: tuple[PublishedDevice, ...]
    devices: tuple[tuple[str, Device], ...]
    nodes: Mapping[str, Node]

    def identity(self, device: tuple[str, Device]) -> DeviceID:
        """Driver, pool and name of one of :attr:`devices`."""
        return next(one.id for one in self.published if one.device is device[1])

    def nodes_of(self, indices: Sequence[int]) -> tuple[str, ...]:
        """The nodes that these devices are for, as far as they are named."""
        names: dict[str, None] = {}
        for index in indices:
            one = self.published[index]
            node = target_of(one.slice_, one.device).node_name
            if node:
                names[node] = None
        return tuple(names)

    def common_taints(self, indices: Sequence[int], tolerations: object) -> tuple[str, tuple[str, ...], str] | None:
        """The first taint of all the nodes of these devices that ``tolerations``, as written, do not cover, and the toleration that would.

        None where there is none, or where some of the devices are for no single node. What the system itself taints is nobody's to
        tolerate.
        """
        names = self.nodes_of(indices)
        nodes = [self.nodes[name] for name in names if name in self.nodes]
        if (
            not nodes
            or len(nodes) < len(names)
            or any(not target_of(self.published[i].slice_, self.published[i].device).node_name for i in indices)
        ):
            return None
        for taint in common_node_taints(nodes):
            if not any(_tolerates(toleration, taint) for toleration in (tolerations if isinstance(tolerations, list) else ())):
                return f"{taint.key}{f'={taint.value}' if taint.value else ''}:{taint.effect}", names, toleration_text(taint)
        return None


def usable_devices(inventory: Inventory) -> Usable:
    """The devices of usable generations of complete and valid pools, taken or not."""
    published = tuple(device for device in observe(inventory).devices if is_offered(device))
    return Usable(published=published, devices=tuple((one.slice_.spec.driver, one.device) for one in published), nodes=inventory.nodes)


def common_node_taints(nodes: Sequence[Node]) -> tuple[Taint, ...]:
    """Blocking taints that all of ``nodes`` have, without the system's own."""
    if not nodes:
        return ()
    first = [taint for taint in nodes[0].spec.taints if taint.effect in _BLOCKING and not taint.key.startswith(_SYSTEM)]
    return tuple(taint for taint in first if all(any(_same(taint, other) for other in node.spec.taints) for node in nodes[1:]))


def toleration_text(taint: Taint) -> str:
    """The toleration of a taint, in flow style."""
    if taint.value:
        return f"{{key: {taint.key}, operator: Equal, value: {taint.value}, effect: {taint.effect}}}"
    return f"{{key: {taint.key}, operator: Exists, effect: {taint.effect}}}"


def _same(taint: Taint, other: Taint) -> bool:
    return (taint.key, taint.value, taint.effect) == (other.key, other.value, other.effect)


def _tolerates(toleration: object, taint: Taint) -> bool:
    """Upstream: ``core/v1`` ``Toleration.ToleratesTaint``, on a toleration as written."""
    if not isinstance(toleration, dict):
        return False
    effect, key = toleration.get("effect") or "", toleration.get("key") or ""
    if effect not in ("", taint.effect) or key not in ("", taint.key):
        return False
    if toleration.get("operator") == "Exists":
        return True
    return bool(key) and (toleration.get("value") or "") == taint.value
