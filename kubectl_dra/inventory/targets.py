"""Which nodes a published device is for: one node, those of a selector, or any."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api.resource import NodeSelector  # noqa: TC001  (a Struct's field types are read at run time)
from kubectl_dra.apimachinery.nodeselector import selector_matches

if TYPE_CHECKING:
    from kubectl_dra.api.core import Node
    from kubectl_dra.api.resource import Device, ResourceSlice


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """The nodes that a slice or one of its devices names; nothing set means none that this program understands."""

    node_name: str = ""
    all_nodes: bool = False
    node_selector: NodeSelector | None = None

    def includes(self, node: Node) -> bool:
        """Whether the device is for this node (upstream: ``nodeMatches``)."""
        if self.node_name:
            return self.node_name == node.metadata.name
        if self.node_selector is not None:
            return selector_matches(self.node_selector.node_selector_terms, node.metadata.labels, node.metadata.name)
        return self.all_nodes


def target_of(slice_: ResourceSlice, device: Device | None = None) -> Target:
    """The nodes that a device of a slice is for; of a slice as a whole without one."""
    spec = slice_.spec
    source = device if spec.per_device_node_selection and device is not None else spec
    return Target(node_name=source.node_name or "", all_nodes=bool(source.all_nodes), node_selector=source.node_selector)
