"""Proposals → Remedies: each is tried on a changed inventory before it is offered, and says what then happened."""

from __future__ import annotations

from functools import partial, reduce
from itertools import product
from typing import TYPE_CHECKING

from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Remedy, untried
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.verdict import Filtered, Fits, NotJudged, Word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Change, Facts, Proposal
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.scheduler.verdict import PodVerdict

MOST_REMEDIES = 3
_MOST_CHOICES = 2


def tried_remedies(scene: Scene, pod: Pod | None, facts: Facts) -> tuple[Remedy, ...]:
    """The facts' proposals: those that can be tried and help, with what happened; those that cannot be tried as they are."""
    return tuple(_tried(scene, pod, facts.proposals()))[:MOST_REMEDIES]


def tried_together(scene: Scene, pod: Pod, standing: Sequence[Facts]) -> tuple[tuple[Remedy, ...], ...]:
    """The remedies of obstacles that have to go together, for each obstacle: where none helps alone, one of each is tried at once."""
    alone = tuple(tried_remedies(scene, pod, facts) for facts in standing)
    if any(remedy.tried for remedies in alone for remedy in remedies):
        return alone
    choices = [[(one, one.change) for one in facts.proposals() if one.change is not None][:_MOST_CHOICES] for facts in standing]
    for picked in product(*choices):
        chosen, changes = zip(*picked, strict=True)
        outcome = what_happens(scene, pod, partial(_all_made, changes))
        if outcome:
            joined = (_joined(facts, proposal, standing, outcome) for facts, proposal in zip(standing, chosen, strict=True))
            return tuple((first, *rest)[:MOST_REMEDIES] for first, rest in zip(joined, alone, strict=True))
    return alone


def _all_made(changes: Iterable[Change], inventory: Inventory) -> Inventory:
    return reduce(lambda changed, change: change(changed), changes, inventory)


def _joined(facts: Facts, proposal: Proposal, standing: Sequence[Facts], outcome: str) -> Remedy:
    others = prose.listed([other.code for other in standing if other is not facts])
    tried = f"together with the fix of {others}: {outcome}"
    return Remedy(text=proposal.text, tried=tried, command=proposal.command, brief=proposal.brief)


def _tried(scene: Scene, pod: Pod | None, proposals: Iterable[Proposal]) -> Iterator[Remedy]:
    for proposal in proposals:
        if proposal.change is None:
            yield untried(proposal)
        elif pod is not None:
            outcome = what_happens(scene, pod, proposal.change)
            if outcome:
                yield Remedy(text=proposal.text, tried=outcome, command=proposal.command, brief=proposal.brief)


def what_happens(scene: Scene, pod: Pod, change: Change) -> str:
    """What becomes of the pod with the change, in a few words; empty where it helps nothing."""
    inventory = change(scene.inventory)
    changed = inventory.pods.get(pod.metadata.key, pod)
    verdict = Scheduler(inventory, snapshot=scene.snapshot.after_change(inventory), sorts_nodes=True).schedule(changed)
    if verdict.word is Word.FITS:
        return where_it_fits(scene, verdict)
    return ""


def fits_after(inventory: Inventory, name: NamespacedName, pod: Pod) -> bool:
    """Whether the pod fits on this inventory."""
    return Scheduler(inventory).schedule(inventory.pods.get(name, pod)).word is Word.FITS


def fitting_nodes(verdict: PodVerdict) -> tuple[str, ...]:
    """The nodes on which the pod fits."""
    return verdict.outcome.nodes_that(Fits) if isinstance(verdict.outcome, Filtered) else ()


def where_it_fits(scene: Scene, verdict: PodVerdict) -> str:
    """``the pod then fits on gpu-a1 (gpu-1)``: the nodes, and what it would get on the first."""
    if not isinstance(verdict.outcome, Filtered):
        return ""
    nodes = verdict.outcome.nodes_that(Fits)
    if not nodes:
        return ""
    got = verdict.outcome.verdicts[nodes[0]]
    fits = got.otherwise if isinstance(got, NotJudged) else got
    chosen = [device.id for devices in fits.allocation.devices for device in devices] if isinstance(fits, Fits) and fits.allocation else []
    names = prose.listed([name.device for name in scene.names(set(chosen))], limit=4)
    return f"the pod then fits on {prose.listed(nodes)}" + (f" ({names})" if names and len(nodes) == 1 else "")
