"""Random allocation cases → how often the first finding is the one obstacle that, taken away alone, lets the pod fit.

One comparison is one case and node whose ``fitsWithout`` names exactly one obstacle. A case has no pods but the one, so who holds a device
is not told; the pod may run on the node in question only.
"""

from __future__ import annotations

import sys
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Pod, PodResourceClaim, PodSpec
from kubectl_dra.api.meta import ObjectMeta
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.releases.features import gates_of
from kubectl_dra.scheduler.snapshot import Snapshot
from tests.conformance._allocation_cases import Case, cases_in
from tests.conformance._codes import OBSTACLES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kubectl_dra.api.core import Node
    from kubectl_dra.findings.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One case and node; ``ours`` is the first finding, ``agrees`` whether it names the obstacle."""

    where: str
    obstacle: str
    ours: str
    agrees: bool


def compare(case: Case) -> Iterator[Compared]:
    """A case on each node on which a single obstacle counts."""
    for node in case.nodes:
        obstacles = case.fits_without.get(node.metadata.name, ())
        if len(obstacles) != 1:
            continue
        where = f"{case.name} {node.metadata.name}"
        try:
            found = findings_on(case, node)
        except Exception:  # noqa: BLE001 - a crash is a disagreement, and the rest is still worth knowing
            yield Compared(where=where, obstacle=obstacles[0], ours=traceback.format_exc(limit=-2), agrees=False)
            continue
        ours = f"{found[0].code} {found[0].name}" if found else "nothing"
        yield Compared(where=where, obstacle=obstacles[0], ours=ours, agrees=bool(found) and found[0].code in OBSTACLES[obstacles[0]])


def findings_on(case: Case, node: Node) -> tuple[Finding, ...]:
    """What is found for the case's pod on a cluster of this one node."""
    roomy = msgspec.structs.replace(node, status=msgspec.structs.replace(node.status, allocatable={"pods": "110"}))
    pod = _pod_of(case)
    inventory = Inventory(
        resource_slices=case.slices,
        device_classes=case.classes,
        resource_claims={claim.metadata.key: claim for claim in case.claims},
        nodes={node.metadata.name: roomy},
        pods={pod.metadata.key: pod},
        release=case.release,
        read_kinds=frozenset(kinds.KINDS),
    )
    snapshot = Snapshot(inventory)
    known = {
        "gates": frozenset(gates_of(case.release)),
        "behaviour": case.behaviour,
        "slices": case.slices,
        "context": case.context(),
    }
    snapshot.__dict__.update(known)
    return Explainer(Scene(inventory, snapshot)).explain(pod).findings


def _pod_of(case: Case) -> Pod:
    entries = tuple(
        PodResourceClaim(name=f"claim-{index}", resource_claim_name=claim.metadata.name) for index, claim in enumerate(case.claims)
    )
    namespace = case.claims[0].metadata.namespace
    return Pod(metadata=ObjectMeta(name="pod", namespace=namespace, uid="pod"), spec=PodSpec(resource_claims=entries))


def main(arguments: list[str]) -> int:
    """Compare the cases of the files that the arguments name."""
    everything = "--all" in arguments
    paths = [Path(name) for name in arguments if name != "--all"]
    compared = [one for case in cases_in(paths) for one in compare(case)]
    if not compared:
        print("no case with exactly one obstacle in these files; nothing was compared", file=sys.stderr)
        return 2
    differing = [one for one in compared if not one.agrees]
    for one in differing if everything else differing[:10]:
        print(f"{one.where}: recorded {one.obstacle}; ours {one.ours}")
    for (obstacle, ours), number in Counter((one.obstacle, one.ours.split(" ")[0]) for one in differing).most_common():
        print(f"  {number:5} recorded {obstacle}, ours {ours}")
    print(f"{len(compared) - len(differing)} of {len(compared)} agree")
    return 0 if not differing else 1
