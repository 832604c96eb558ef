"""What an explanation does not mention does not matter, on random clusters; and no explanation is surer than what was read."""

from itertools import islice

import msgspec

from kubectl_dra.allocator.obstacles import Obstacle
from kubectl_dra.api.core import Pod
from kubectl_dra.api.source import Unread, UnreadReason
from kubectl_dra.diagnosis.causes import ways_out
from kubectl_dra.diagnosis.collect import Cases, collect
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.diagnosis.view import DEPENDS_ON
from kubectl_dra.findings.finding import Confidence
from kubectl_dra.scheduler import dynamicresources
from kubectl_dra.scheduler.verdict import Word
from tests.conformance._codes import OBSTACLES
from tests.properties.pending_clusters import clusters

KEEP_AWAY = (
    *(Obstacle.IN_USE, Obstacle.TAINTS, Obstacle.CONSTRAINTS, Obstacle.COUNTERS, Obstacle.REQUEST_POLICIES),
    *(Obstacle.BINDING_CONDITIONS, Obstacle.INCOMPLETE_POOLS, Obstacle.INVALID_POOLS),
)
"""Obstacles between the pod and what it asks for; that it could ask for less always helps, and is told only where nothing else is."""


def test_what_is_not_mentioned_does_not_matter() -> None:
    """An obstacle of which no finding tells is taken away, and every node still refuses the pod, or it is counted as untold."""
    judged = 0
    for seed, inventory, pod in clusters():
        explainer = Explainer(Scene(inventory))
        if explainer.scheduler.schedule(pod).word is not Word.UNSCHEDULABLE:
            continue
        told = explainer.explain(pod)
        assert told.findings, f"seed {seed}"
        codes = {finding.code for finding in (*told.findings, *told.further)} - {"DRA117"}  # said beside the ways out
        unmentioned = [obstacle for obstacle in KEEP_AWAY if not OBSTACLES[obstacle.value] & codes]
        open_cases = [case for case in cases_of(explainer, pod).judged if not case.refusals]
        fitting = {obstacle for case in open_cases for obstacle in unmentioned if case.fits_without(obstacle)}
        assert len(fitting) <= told.untold, f"seed {seed}: {sorted(codes)} is said, and {told.untold} more; {sorted(fitting)} would do"
        judged += len(open_cases)
    assert judged > 40


def test_what_is_blamed_has_to_go() -> None:
    """Without all that the first way out names the claims fit, and with any of it left they do not."""
    ways = 0
    for seed, inventory, pod in clusters():
        explainer = Explainer(Scene(inventory))
        if explainer.scheduler.schedule(pod).word is not Word.UNSCHEDULABLE:
            continue
        for way in ways_out(cases_of(explainer, pod).judged)[:1]:
            assert way.case.fits_without(*way.obstacles), f"seed {seed}"
            for kept in way.obstacles:
                assert not way.case.fits_without(*(other for other in way.obstacles if other is not kept)), f"seed {seed}: {kept}"
            ways += 1
    assert ways > 40


def cases_of(explainer: Explainer, pod: Pod) -> Cases:
    """What each node says of the pod."""
    devices = dynamicresources.pre_filter(explainer.scene.snapshot, pod)
    assert isinstance(devices, dynamicresources.PodDevices)
    return collect(explainer.scene, pod, devices)


def test_nothing_is_certain_that_an_unread_kind_could_change() -> None:
    """Where a kind could not be read that decides about a finding, the finding is not certain."""
    lowered = 0
    for seed, inventory, pod in islice(clusters(), 50):
        for code in {finding.code for finding in Explainer(Scene(inventory)).explain(pod).findings}:
            for kind in DEPENDS_ON.get(code, ()):
                unread = (Unread(kind=kind, reason=UnreadReason.FORBIDDEN, message="forbidden"),)
                partly = msgspec.structs.replace(inventory, read_kinds=inventory.read_kinds - {kind}, unread=unread)
                again = Explainer(Scene(partly)).explain(pod).findings
                sure = [one.code for one in again if one.code == code and one.confidence is Confidence.CERTAIN]
                assert sure == [], f"seed {seed}: {code} without {kind.plural}"
                lowered += 1
    assert lowered > 10
