"""What the scheduler said last about a pod → whether it agrees with the verdict, and why it is silent where it is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.diagnosis.clock import condition_of, plain_message
from kubectl_dra.diagnosis.diagnosis import Agreement, SchedulerWords
from kubectl_dra.findings import prose
from kubectl_dra.scheduler.verdict import Filtered, Word

if TYPE_CHECKING:
    from kubectl_dra.api.core import Pod
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.scheduler.verdict import PodVerdict

_ERROR, _REFUSED, _GATED = "SchedulerError", "Unschedulable", "SchedulingGated"
_COUNT = re.compile(r"^\d+ ")
_TAIL = re.compile(r"\.? *(still not schedulable|no new claims to deallocate|deallocation of|deletion of|preemption:|plugin disabled).*$")
_DEVICE_IN_ERROR = re.compile(r" on device \S+:")
_HINT = ". consider using CEL optional chaining"
SILENT_QUEUE = "nothing: it keeps the pod out of its queue, without a condition or an event"


class Said(NamedTuple):
    """The scheduler's newest sentence about a pod: text, reason of the condition, and when."""

    text: str
    reason: str
    when: str

    @property
    def is_error(self) -> bool:
        """Whether the attempt ended in an error."""
        return self.reason == _ERROR or self.text.startswith("running ")


def last_said(scene: Scene, pod: Pod) -> Said | None:
    """The newest of the pod's condition PodScheduled=False and its FailedScheduling events; None where there is neither."""
    condition = condition_of(pod, "PodScheduled")
    event = scene.events.last("Pod", pod.metadata, "FailedScheduling")
    if condition is not None and condition.status == "False" and condition.message:
        when = max(event.last_seen if event else "", condition.last_transition_time)
        return Said(condition.message, condition.reason, when)
    if event is not None and not pod.spec.node_name:
        text = plain_message(event)
        return Said(text, _ERROR if text.startswith("running ") else _REFUSED, event.last_seen)
    return None


def compare(scene: Scene, pod: Pod, verdict: PodVerdict, note: str = "") -> SchedulerWords:
    """The scheduler's words beside the verdict."""
    said = last_said(scene, pod)
    if said is None:
        return SchedulerWords(agreement=Agreement.SILENT, note=note or (SILENT_QUEUE if verdict.word is Word.HELD else "nothing yet"))
    agreement = Agreement.OUTDATED if verdict.word is Word.HELD else _agreement(verdict, said)
    if agreement is Agreement.DISAGREES and changed_since(scene, said.when):
        agreement = Agreement.OUTDATED
    age = prose.age(said.when, scene.inventory.now)
    return SchedulerWords(said=prose.sentence(shortened(said.text)), reason=said.reason, age=age, agreement=agreement, note=note)


def shortened(said: str) -> str:
    """A message without what preemption adds."""
    return re.sub(r"[.,]? preemption: .*$", "", said, flags=re.DOTALL)


def _agreement(verdict: PodVerdict, said: Said) -> Agreement:
    if verdict.word is Word.CANNOT_TELL:
        return Agreement.UNKNOWN
    if verdict.word is Word.GATED or said.reason == _GATED:
        return Agreement.AGREES if (verdict.word is Word.GATED) == (said.reason == _GATED) else Agreement.DISAGREES
    if verdict.word is Word.ERROR:
        return Agreement.AGREES if said.is_error else Agreement.DISAGREES
    if verdict.word is Word.UNSCHEDULABLE:
        if said.is_error:
            return Agreement.DISAGREES
        same = said.text.startswith(verdict.message.rstrip(".")) or reasons_in(said.text) == reasons_in(verdict.message)
        return Agreement.AGREES if same else Agreement.DISAGREES
    return Agreement.DISAGREES


def reasons_in(message: str) -> frozenset[str]:
    """The reasons of a ``0/5 nodes are available`` sentence, without their counts."""
    _, found, rest = message.partition("nodes are available: ")
    parts = _TAIL.sub("", rest).rstrip(".").split(", ") if found else []
    return frozenset(_COUNT.sub("", part).strip() for part in parts if part.strip())


def changed_since(scene: Scene, when: str) -> tuple[str, ...]:
    """What bears on the pod and is newer than ``when``: claims allocated, slices and nodes created."""
    if not when:
        return ()
    changed = [
        f"claim {claim.metadata.key} was allocated"
        for claim in scene.inventory.resource_claims.values()
        if claim.status.allocation and claim.status.allocation.allocation_timestamp > when and claim.metadata.namespace
    ]
    changed += [
        f"slice {slice_.metadata.name} was published"
        for slice_ in scene.inventory.resource_slices
        if slice_.metadata.creation_timestamp > when
    ]
    changed += [
        f"node {node.metadata.name} was added" for node in scene.inventory.nodes.values() if node.metadata.creation_timestamp > when
    ]
    return tuple(changed)


def node_count_of(verdict: PodVerdict) -> int:
    """How many nodes were judged."""
    return sum(len(group.nodes) for group in verdict.outcome.groups) if isinstance(verdict.outcome, Filtered) else 0
