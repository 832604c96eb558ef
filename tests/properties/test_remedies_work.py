"""A remedy that says it was tried does what it says, on random clusters."""

import re

from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.refused import explain_attempt
from kubectl_dra.diagnosis.remedies import fitting_nodes
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.scheduler.schedule import Scheduler
from kubectl_dra.scheduler.verdict import Word
from tests.properties.pending_clusters import clusters


def test_tried_remedies_let_the_pod_fit_where_they_say() -> None:
    """Applied through its change, a remedy lets a scheduler that knows nothing of it place the pod on the node that is named."""
    tried = 0
    for seed, inventory, pod in clusters():
        explainer = Explainer(Scene(inventory))
        said = {remedy.text: remedy.tried for finding in explainer.explain(pod).findings for remedy in finding.remedies if remedy.tried}
        attempt = explain_attempt(explainer.scene, explainer.scheduler, pod, explainer.scheduler.schedule(pod))
        changes = {proposal.text: proposal.change for facts in attempt.roots for proposal in facts.proposals()}
        joined = [changes[text] for text, outcome in said.items() if outcome.startswith("together")]
        for text, outcome in said.items():
            changed = inventory
            for change in joined if outcome.startswith("together") else [changes[text]]:
                assert change is not None, f"seed {seed}: {text}"
                changed = change(changed)
            verdict = Scheduler(changed).schedule(changed.pods.get(pod.metadata.key, pod))
            assert verdict.word is Word.FITS, f"seed {seed}: {text}"
            named = re.findall(r"node-\d", outcome or "")
            assert set(named) <= set(fitting_nodes(verdict)), f"seed {seed}: {text}: {outcome}"
            assert named, f"seed {seed}: {outcome}"
            after = Explainer(Scene(changed)).explain(changed.pods.get(pod.metadata.key, pod))
            assert after.standing.value != "unschedulable", f"seed {seed}: {text}"
            tried += 1
    assert tried > 70
