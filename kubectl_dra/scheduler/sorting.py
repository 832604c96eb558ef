"""Nodes → the few kinds of them that a pod can tell apart: what the filters say of them, and what devices they have.

For explanations, which look at every device anyway; a scheduler that only wants an answer looks at no more devices than it needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Hashable

    from kubectl_dra.allocator.attempt import Attempts
    from kubectl_dra.inventory.pools import Pool
    from kubectl_dra.scheduler.filters import PodView
    from kubectl_dra.scheduler.reasons import NodeRefusal
    from kubectl_dra.scheduler.snapshot import Snapshot


class AlikeNodes(NamedTuple):
    """Nodes of which the filters say the same, and whose devices no search can tell apart.

    ``number`` stands for the devices, None on a node whose pools cannot be read. ``pools_of`` has the pools that each node sees.
    """

    refusals: tuple[NodeRefusal, ...]
    number: int | None
    pools_of: dict[str, tuple[Pool, ...]]


def sorted_nodes(snapshot: Snapshot, view: PodView, attempts: Attempts) -> tuple[AlikeNodes, ...]:
    """All nodes, in the order of the first of each kind."""
    likenesses, refusals_of = snapshot.context.likenesses(attempts), snapshot.refusals_of(view)
    found: dict[Hashable, AlikeNodes] = {}
    for name, node in snapshot.nodes.items():
        refusals, likeness = refusals_of(node), likenesses.of(node.node, attempts)
        number = likeness.number if likeness else None
        key = refusals, name if number is None else number
        kind = found.get(key)
        if kind is None:
            kind = found[key] = AlikeNodes(refusals, number, {})
        kind.pools_of[name] = likeness.pools if likeness else ()
    return tuple(found.values())
