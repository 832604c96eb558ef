"""What is certain without having read a kind is said as well when that kind is read, on random clusters."""

from itertools import islice
from typing import Any, Final

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Pod
from kubectl_dra.api.kinds import Kind
from kubectl_dra.api.meta import NamespacedName
from kubectl_dra.api.resource import DeviceTaintRule
from kubectl_dra.api.source import Unread, UnreadReason
from kubectl_dra.apimachinery.decode import convert
from kubectl_dra.diagnosis.explain import Explainer
from kubectl_dra.diagnosis.scene import Scene
from kubectl_dra.findings.finding import Confidence, Finding
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.whatif import with_objects
from tests.properties.pending_clusters import CLUSTERS, clusters

SAME: Final = {"DRA202": "DRA201", "DRA211": "DRA201"}
"""Who holds the devices, and what more is known of them."""

STANDS: Final = {kinds.DEVICE_TAINT_RULE: ("DRA101", "DRA105"), kinds.RESOURCE_CLAIM: ("DRA101",)}
"""Selectors that are false are false whatever taints and claims there are, though another obstacle may then be told before."""


def without(inventory: Inventory, pod: Pod, kind: Kind) -> Inventory:
    """The inventory as it looks to someone who may not list this kind, and reads by name what the pod names."""
    own = {NamespacedName(pod.metadata.namespace, entry.resource_claim_name or "") for entry in pod.spec.resource_claims}
    kept: dict[Kind, dict[str, Any]] = {
        kinds.NODE: {"nodes": {}},
        kinds.POD: {"pods": {pod.metadata.key: pod}},
        kinds.RESOURCE_CLAIM: {"resource_claims": {key: claim for key, claim in inventory.resource_claims.items() if key in own}},
        kinds.DEVICE_CLASS: {"device_classes": {}},
        kinds.RESOURCE_SLICE: {"resource_slices": ()},
        kinds.DEVICE_TAINT_RULE: {"device_taint_rules": {}},
    }
    unread = (Unread(kind=kind, reason=UnreadReason.FORBIDDEN, message="forbidden"),)
    return msgspec.structs.replace(inventory, read_kinds=inventory.read_kinds - {kind}, unread=unread, **kept[kind])


def told(inventory: Inventory, pod: Pod) -> tuple[Finding, ...]:
    """The root causes and all else that is found."""
    diagnosis = Explainer(Scene(inventory)).explain(pod)
    return (*diagnosis.findings, *diagnosis.further)


def test_what_is_certain_is_true() -> None:
    """No root cause is certain in part of the cluster that is not found in all of it."""
    certain = 0
    for seed, inventory, pod in islice(clusters(), CLUSTERS // 4):
        drained = with_objects(inventory, rule_for(inventory))
        for kind in (kinds.NODE, kinds.POD, kinds.RESOURCE_CLAIM, kinds.DEVICE_CLASS, kinds.RESOURCE_SLICE, kinds.DEVICE_TAINT_RULE):
            whole = drained if kind is kinds.DEVICE_TAINT_RULE else inventory
            true = {SAME.get(finding.code, finding.code) for finding in told(whole, pod)}
            for finding in Explainer(Scene(without(whole, pod, kind))).explain(pod).findings:
                if finding.confidence is Confidence.CERTAIN and finding.code not in STANDS.get(kind, ()):
                    code = SAME.get(finding.code, finding.code)
                    assert code in true, f"seed {seed}, without {kind.plural}: {finding.code} {finding.message}"
                    certain += 1
    assert certain > 20


def rule_for(inventory: Inventory) -> DeviceTaintRule:
    """A rule that drains every pool of the first node that has any."""
    pools = sorted(slice_.spec.pool.name for slice_ in inventory.resource_slices if slice_.spec.pool)
    selector = {"pool": pools[0]} if pools else {}
    return convert(
        {"metadata": {"name": "drain"}, "spec": {"deviceSelector": selector, "taint": {"key": "drain", "effect": "NoSchedule"}}},
        DeviceTaintRule,
    )
