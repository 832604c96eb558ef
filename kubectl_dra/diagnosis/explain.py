"""Pod → Diagnosis: the ladder from what stops a pod first to what is wrong with it last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.diagnosis import chain, placed, words
from kubectl_dra.diagnosis.alike import Explained, Told, shape_of, subjects_of, told_of
from kubectl_dra.diagnosis.binding import binding_facts, failure_said, is_reserved_for
from kubectl_dra.diagnosis.choosing import is_waiting
from kubectl_dra.diagnosis.diagnosis import Agreement, Diagnosis, SchedulerWords, Standing
from kubectl_dra.diagnosis.owners import Owned, refusal_of, why_no_pods
from kubectl_dra.diagnosis.refused import explain_attempt
from kubectl_dra.diagnosis.remedies import tried_remedies, tried_together
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.diagnosis.view import confidence_in, group_not_served, is_in_doubt, view_findings
from kubectl_dra.findings import prose
from kubectl_dra.findings.finding import Finding, conclude
from kubectl_dra.findings.verdicts import joined_headlines, verdict_sentence
from kubectl_dra.inventory.podclaims import pod_claims
from kubectl_dra.scheduler.schedule import DEFAULT_SCHEDULER, Scheduler
from kubectl_dra.scheduler.verdict import Gated, Held, NotConsidered, Scheduled, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.resource import ResourceClaim
    from kubectl_dra.diagnosis.diagnosis import NodeSummary
    from kubectl_dra.diagnosis.refused import Attempt
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Facts, Remedy
    from kubectl_dra.inventory.podclaims import PodClaimObstacle
    from kubectl_dra.scheduler.verdict import PodVerdict

_RESERVATIONS = 256


class _Found(NamedTuple):
    """What was found about a pod, in words; with ``together`` each of the findings has to go, ``untold`` more ways out are as short."""

    findings: tuple[Finding, ...]
    others: tuple[Finding, ...]
    nodes: tuple[NodeSummary, ...] = ()
    together: bool = False
    untold: int = 0


class Explainer:
    """Explanations of pods on one scene; what is the same for all pods is worked out once."""

    def __init__(self, scene: Scene) -> None:
        """An explainer for ``scene``."""
        self.scene = scene
        self.scheduler = Scheduler(scene.inventory, snapshot=scene.snapshot, sorts_nodes=True)
        self._view = tuple(view_findings(scene.inventory))
        self._known: dict[bytes, Explained] = {}

    def explain(self, pod: Pod) -> Diagnosis:
        """Why the pod waits, or what is wrong with it; nothing where nothing is."""
        if pod.status.phase in ("Succeeded", "Failed"):
            return self._finished(pod)
        if pod.spec.node_name:
            return self._placed(pod)
        if not_served := group_not_served(self.scene.inventory):
            return self._concluded(pod, Standing.HELD, (not_served,))
        verdict = self.scheduler.schedule(pod)
        match verdict.outcome:
            case Scheduled():
                return self._placed(pod)
            case NotConsidered():
                return self._concluded(pod, Standing.DELETED, tuple(placed.evicted_facts(self.scene, pod)))
            case Gated():
                return self._gated(pod, verdict, verdict.outcome)
            case Held():
                return self._held(pod, verdict)
            case _:
                return self._attempted(pod, verdict)

    @property
    def view(self) -> tuple[Finding, ...]:
        """What could not be read."""
        return self._view

    def explain_owner(self, owned: Owned) -> list[Diagnosis]:
        """A workload's pods; where it has none, or cannot create more, why."""
        refused = refusal_of(self.scene, owned) if owned.pods else why_no_pods(self.scene, owned)
        waiting = [pod for pod in owned.pods if is_waiting(pod)] or list(owned.pods)
        found = [self.explain(pod) for pod in sorted(waiting, key=lambda pod: pod.metadata.name)]
        if refused is None:
            return found
        finding = self._with_remedies(refused, tried_remedies(self.scene, None, refused))
        verdict = verdict_sentence(owned.subject, Standing.WITHOUT_PODS.value, finding.headline)
        return [Diagnosis(subject=owned.subject, standing=Standing.WITHOUT_PODS, verdict=verdict, findings=(finding,)), *found]

    # ── the rungs ──

    def _finished(self, pod: Pod) -> Diagnosis:
        return self._concluded(pod, Standing.FINISHED, tuple(placed.evicted_facts(self.scene, pod)))

    def _placed(self, pod: Pod) -> Diagnosis:
        facts = list(placed.placed_facts(self.scene, pod))
        runs = pod.status.phase == "Running"
        standing = Standing.RUNNING if runs else Standing.STARTING
        first, rest = (facts[:1], facts[1:])
        return self._concluded(pod, standing, tuple(first), tuple(rest))

    def _gated(self, pod: Pod, verdict: PodVerdict, outcome: Gated) -> Diagnosis:
        from kubectl_dra.findings.dra603_scheduling_gated import SchedulingGated  # noqa: PLC0415 - one finding of many

        labels, annotations = pod.metadata.labels, pod.metadata.annotations
        facts = SchedulingGated(
            pod=subject_of_pod(pod),
            gates=outcome.gates,
            manager=next((manager for sign, manager in _MANAGERS.items() if any(sign in gate for gate in outcome.gates)), ""),
            queue=labels.get(_QUEUE, "") or annotations.get(_QUEUE, ""),
            age=prose.age(pod.metadata.creation_timestamp, self.scene.inventory.now),
        )
        later = tuple(chain.facts_of(self.scene, pod, obstacle) for obstacle in self._obstacles(pod))
        return self._concluded(pod, Standing.GATED, (facts,), later, verdict)

    def _held(self, pod: Pod, verdict: PodVerdict) -> Diagnosis:
        found = [chain.facts_of(self.scene, pod, obstacle) for obstacle in self._obstacles(pod)]
        return self._concluded(pod, Standing.HELD, tuple(found[:1]), tuple(found[1:]), verdict)

    def _obstacles(self, pod: Pod) -> tuple[PodClaimObstacle, ...]:
        return pod_claims(self.scene.inventory, pod, self.scene.snapshot.gates).obstacles

    def _attempted(self, pod: Pod, verdict: PodVerdict) -> Diagnosis:
        claims = pod_claims(self.scene.inventory, pod, self.scene.snapshot.gates).claims
        failed = self._binding_failure(pod, claims)
        if binding := binding_facts(self.scene, pod, claims):
            if failed and binding[0].code != failed.code:
                binding = (failed, *binding)
            return self._concluded(pod, Standing.BINDING, binding[:1], binding[1:], verdict)
        if exhausted := self._reservations_exhausted(pod, claims):
            return self._concluded(pod, Standing.ABORTED, (exhausted,), (), verdict)
        if failed:
            return self._concluded(pod, Standing.ABORTED, (failed,), (), verdict)
        forgotten = tuple(self._finding(pod, facts) for facts in placed.forgotten_claims(self.scene, pod))
        if verdict.word is Word.UNSCHEDULABLE:
            explained = self._explained(pod, verdict, claims)
            findings = tuple(one.finding for one in explained.roots)
            others = (*(one.finding for one in explained.further), *forgotten)
            found = _Found(findings, others, explained.nodes, explained.together, explained.untold)
            return self._told(pod, _STANDINGS[verdict.word], found, verdict)
        attempt = explain_attempt(self.scene, self.scheduler, pod, verdict)
        standing = _STANDINGS[verdict.word]
        roots = attempt.roots
        if verdict.word is Word.FITS:
            roots = tuple(self._although_it_fits(pod, verdict, claims))
            standing = Standing.ABORTED if any(root.code in _WRITING for root in roots) else standing
        findings = tuple(self._finding(pod, facts) for facts in roots)
        others = (*(self._finding(pod, facts) for facts in attempt.further), *forgotten)
        return self._told(pod, standing, _Found(findings, others, attempt.nodes), verdict)

    def _explained(self, pod: Pod, verdict: PodVerdict, claims: tuple[ResourceClaim, ...]) -> Explained:
        """Why no node takes the pod, found out once for pods that differ in names alone."""
        shape = shape_of(self.scene, pod, claims)
        subjects = subjects_of(self.scene, pod, claims)
        known = self._known.get(shape) if shape is not None else None
        told = told_of(known, subjects) if known is not None else None
        if told is not None:
            return told
        attempt = explain_attempt(self.scene, self.scheduler, pod, verdict)
        explained = Explained(
            subjects=subjects,
            roots=self._roots(pod, attempt),
            further=tuple(Told(one, self._finding(pod, one)) for one in attempt.further),
            nodes=attempt.nodes,
            together=attempt.together,
            untold=attempt.untold,
        )
        if shape is not None:
            self._known.setdefault(shape, explained)
        return explained

    def _roots(self, pod: Pod, attempt: Attempt) -> tuple[Told, ...]:
        if not attempt.together:
            return tuple(Told(one, self._finding(pod, one)) for one in attempt.roots)
        remedies = tried_together(self.scene, pod, attempt.roots)
        return tuple(Told(one, self._with_remedies(one, offered)) for one, offered in zip(attempt.roots, remedies, strict=True))

    def _binding_failure(self, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Facts | None:
        """A binding failure that the scheduler has reported of this pod: it frees the claim and takes the same device again."""
        for event in reversed(self.scene.events.about("Pod", pod.metadata)):
            if event.reason == "FailedScheduling" and (failed := failure_said(self.scene, pod, claims, event.message)):
                return failed
        said = words.last_said(self.scene, pod)
        return failure_said(self.scene, pod, claims, said.text) if said else None

    # ── what the scheduler meets after it has found a node ──

    def _reservations_exhausted(self, pod: Pod, claims: tuple[ResourceClaim, ...]) -> Facts | None:
        from kubectl_dra.findings.dra208_claim_reservations_exhausted import ClaimReservationsExhausted  # noqa: PLC0415

        for claim in claims:
            if len(claim.status.reserved_for) >= _RESERVATIONS and not is_reserved_for(claim, pod):
                known = self.scene.consumers(claim)
                gone = len(claim.status.reserved_for) - len(known) if self.scene.inventory.pods else 0
                return ClaimReservationsExhausted(
                    claim=self.scene.subject_of_claim(claim), consumers=len(claim.status.reserved_for), gone=gone
                )
        return None

    def _although_it_fits(self, pod: Pod, verdict: PodVerdict, claims: tuple[ResourceClaim, ...]) -> Iterable[Facts]:
        said = words.last_said(self.scene, pod)
        if said and "the object has been modified" in said.text:
            yield self._write_conflicts(claims, said)
        elif said and "timed out trying to allocate devices" in said.text:
            from kubectl_dra.findings.dra403_allocator_times_out import AllocatorTimesOut  # noqa: PLC0415 - one finding of many

            names = tuple(f"claim {claim.metadata.name}" for claim in claims if claim.status.allocation is None)
            yield AllocatorTimesOut(pod=subject_of_pod(pod), claims=names, said=said.text)
        elif said and "resourceclaims/binding" in said.text:
            yield self._binding_right_missing(pod, said.text)
        elif said:
            yield self._disagrees(pod, verdict, said)
        elif pod.spec.scheduler_name in ("", DEFAULT_SCHEDULER) and self._has_waited(pod):
            from kubectl_dra.findings.dra608_scheduler_silent import SchedulerSilent  # noqa: PLC0415 - one finding of many

            yield SchedulerSilent(pod=subject_of_pod(pod), age=prose.age(pod.metadata.creation_timestamp, self.scene.inventory.now))

    def _has_waited(self, pod: Pod) -> bool:
        waited = prose.seconds_between(pod.metadata.creation_timestamp, self.scene.inventory.now)
        return waited is not None and waited >= _PATIENCE

    def _write_conflicts(self, claims: tuple[ResourceClaim, ...], said: words.Said) -> Facts:
        from kubectl_dra.findings.dra209_claim_write_conflicts import ClaimWriteConflicts  # noqa: PLC0415 - one finding of many

        claim = next((one for one in claims if str(one.metadata.key) in said.text), claims[0])
        waiting = sum(
            1
            for other in self.scene.inventory.pods.values()
            if not other.spec.node_name and any(entry.resource_claim_name == claim.metadata.name for entry in other.spec.resource_claims)
        )
        return ClaimWriteConflicts(
            claim=self.scene.subject_of_claim(claim), waiting=waiting, reserved=len(claim.status.reserved_for), said=said.text
        )

    def _binding_right_missing(self, pod: Pod, said: str) -> Facts:
        from kubectl_dra.findings.dra606_status_rights_missing import StatusRightsMissing  # noqa: PLC0415 - one finding of many
        from kubectl_dra.findings.finding import Subject  # noqa: PLC0415 - beside it

        scheduler = pod.spec.scheduler_name or DEFAULT_SCHEDULER
        return StatusRightsMissing(
            account=Subject(kind="Scheduler", name=scheduler), resource="resourceclaims/binding", verbs=("update", "patch"), waits_for=said
        )

    def _disagrees(self, pod: Pod, verdict: PodVerdict, said: words.Said) -> Facts:
        from kubectl_dra.diagnosis.remedies import fitting_nodes  # noqa: PLC0415 - seldom needed
        from kubectl_dra.findings.dra006_scheduler_disagrees import SchedulerDisagrees  # noqa: PLC0415 - one finding of many

        nodes = fitting_nodes(verdict)
        return SchedulerDisagrees(
            pod=subject_of_pod(pod),
            said=words.shortened(said.text),
            said_age=prose.age(said.when, self.scene.inventory.now),
            node=nodes[0] if nodes else "",
            changed_since=words.changed_since(self.scene, said.when),
        )

    # ── putting it together ──

    def _concluded(
        self,
        pod: Pod,
        standing: Standing,
        roots: tuple[Facts, ...],
        further: tuple[Facts, ...] = (),
        verdict: PodVerdict | None = None,
        nodes: tuple[NodeSummary, ...] = (),
    ) -> Diagnosis:
        findings = tuple(self._finding(pod, facts) for facts in roots)
        others = tuple(self._finding(pod, facts) for facts in further)
        return self._told(pod, standing, _Found(findings, others, nodes), verdict)

    def _told(self, pod: Pod, standing: Standing, found: _Found, verdict: PodVerdict | None) -> Diagnosis:
        findings = found.findings
        headline = joined_headlines([finding.headline for finding in (findings if found.together else findings[:1])])
        doubted = is_in_doubt(findings[0] if findings else None, self.scene.inventory)
        subject = subject_of_pod(pod)
        where = pod.spec.node_name or pod.status.nominated_node_name
        claims = pod_claims(self.scene.inventory, pod, self.scene.snapshot.gates).claims
        waited = prose.seconds_between(pod.metadata.creation_timestamp, self.scene.inventory.now)
        return Diagnosis(
            subject=subject,
            standing=standing,
            verdict=verdict_sentence(subject, standing.value, f"possibly {headline}" if doubted else headline, node=where),
            waiting=prose.age(pod.metadata.creation_timestamp, self.scene.inventory.now) if not pod.spec.node_name else "",
            waits_seconds=waited or 0,
            is_in_doubt=doubted,
            findings=findings,
            further=(*found.others, *self._advice(pod)),
            untold=found.untold,
            view=self._view,
            nodes=found.nodes,
            scheduler=self._words(pod, standing, verdict),
            holds=tuple(str(name) for name in placed.held_devices(self.scene, claims)),
        )

    def _words(self, pod: Pod, standing: Standing, verdict: PodVerdict | None) -> SchedulerWords | None:
        if pod.spec.node_name or standing in (Standing.FINISHED, Standing.DELETED):
            return None
        if verdict is None:
            return SchedulerWords(agreement=Agreement.SILENT, note="nothing: it waits for the API before it looks at any pod")
        if standing is Standing.BINDING:
            return SchedulerWords(agreement=Agreement.SILENT, note="no condition while it waits for the devices")
        return words.compare(self.scene, pod, verdict)

    def _advice(self, pod: Pod) -> list[Finding]:
        if pod.spec.scheduler_name in ("", DEFAULT_SCHEDULER) or pod.spec.node_name:
            return []
        from kubectl_dra.findings.dra605_other_scheduler_decides import OtherSchedulerDecides  # noqa: PLC0415

        return [conclude(OtherSchedulerDecides(pod=subject_of_pod(pod), scheduler=pod.spec.scheduler_name))]

    def _finding(self, pod: Pod, facts: Facts) -> Finding:
        return self._with_remedies(facts, tried_remedies(self.scene, pod, facts))

    def _with_remedies(self, facts: Facts, remedies: tuple[Remedy, ...]) -> Finding:
        return conclude(facts, confidence=confidence_in(facts, self.scene.inventory), remedies=remedies)


_STANDINGS = {
    Word.UNSCHEDULABLE: Standing.UNSCHEDULABLE,
    Word.ERROR: Standing.ABORTED,
    Word.FITS: Standing.FITS,
    Word.CANNOT_TELL: Standing.UNDECIDED,
}
_WRITING = frozenset({"DRA209", "DRA403", "DRA606"})
_MANAGERS = {"kueue": "Kueue", "volcano": "Volcano", "yunikorn": "YuniKorn", "kai": "KAI Scheduler", "jobset": "JobSet"}
_QUEUE = "kueue.x-k8s.io/queue-name"
_PATIENCE = 15.0
"""Seconds after which a scheduler that has said nothing is worth a word."""
