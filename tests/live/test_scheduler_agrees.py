"""What kube-scheduler decides about a pod is what we say it would: the same verdict, the same words, a node among those that we call fit.

Pods are created one after the other on a control plane of their own. Before each, the cluster is read and the verdict asked for; then the
pod is created and the scheduler watched.
"""

import re
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from kubectl_dra.api import kinds
from kubectl_dra.api.core import Pod
from kubectl_dra.apimachinery import decode
from kubectl_dra.cluster.apiserver import connect
from kubectl_dra.cluster.options import ConnectionOptions
from kubectl_dra.inventory.inventory import Inventory
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.inventory.podadmission import admitted_pod
from kubectl_dra.inventory.whatif import laid_over, with_objects, with_pod_created
from kubectl_dra.scheduler.schedule import schedule
from kubectl_dra.scheduler.verdict import Errors, Filtered, Fits, PodVerdict, Word
from tests.controlplane.client import ApiClient, Document
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.live.conftest import MANIFESTS, started

pytestmark = pytest.mark.live

READ: Final = (
    kinds.RESOURCE_SLICE,
    kinds.RESOURCE_CLAIM,
    kinds.RESOURCE_CLAIM_TEMPLATE,
    kinds.DEVICE_CLASS,
    kinds.DEVICE_TAINT_RULE,
    kinds.POD,
    kinds.NODE,
    kinds.NAMESPACE,
)
SILENCE_SECONDS: Final = 2.0
SECOND_THOUGHTS: Final = 30.0
"""Seconds in which the scheduler may correct what it said before its caches had everything; only a disagreement takes them."""
"""How long a pod that is held is watched for a condition that must not come."""
OF_PREEMPTION: Final = re.compile(
    r"(still not schedulable|no new claims to deallocate|deallocation of |deletion of |preemption: ).*", re.DOTALL
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A pod, what else is created before it, and how far it gets by design."""

    name: str
    expected: Word
    manifests: str


def gpu_claim(name: str, requests: str, more: str = "") -> str:
    """A ResourceClaim in ml, in YAML."""
    return (
        f"{{apiVersion: resource.k8s.io/v1, kind: ResourceClaim, metadata: {{name: {name}, namespace: ml}}, "
        f"spec: {{devices: {{requests: {requests}{more}}}}}}}\n---\n"
    )


def a_pod(name: str, *, claim: str = "", template: str = "", requests: str = "{}", more: str = "") -> str:
    """A Pod in ml, in YAML flow style."""
    source = f"resourceClaimName: {claim}" if claim else f"resourceClaimTemplateName: {template}"
    entries = f"resourceClaims: [{{name: main, {source}}}]," if claim or template else ""
    used = "claims: [{name: main}]," if claim or template else ""
    return (
        f"{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: ml, labels: {{app: {name}}}}}, spec: {{{entries} {more} "
        f"containers: [{{name: main, image: example.com/x, resources: {{{used} requests: {requests}, limits: {requests}}}}}]}}}}\n"
    )


def a_template(name: str, requests: str) -> str:
    """A ResourceClaimTemplate in ml, in YAML."""
    return (
        f"{{apiVersion: resource.k8s.io/v1, kind: ResourceClaimTemplate, metadata: {{name: {name}, namespace: ml}}, "
        f"spec: {{spec: {{devices: {{requests: {requests}}}}}}}}}\n---\n"
    )


def one(class_name: str = "gpu", count: int = 1, more: str = "", expression: str = "") -> str:
    """One request, in YAML flow style."""
    selectors = f", selectors: [{{cel: {{expression: '{expression}'}}}}]" if expression else ""
    return f"[{{name: r, exactly: {{deviceClassName: {class_name}, count: {count}{selectors}{more}}}}}]"


def with_claim(name: str, expected: Word, requests: str, constraints: str = "", more: str = "") -> Scenario:
    """A pod that names a claim of its own."""
    return Scenario(name=name, expected=expected, manifests=gpu_claim(name, requests, constraints) + a_pod(name, claim=name, more=more))


GPU: Final = 'device.attributes["gpu.example.com"]'
TERM: Final = "{labelSelector: {matchLabels: {app: anchor}}, topologyKey: zone}"
TAINT_TOLERATED: Final = "tolerations: [{key: maintenance, operator: Exists}],"

SCENARIOS: Final = (
    # those that fit come first and take what they get
    with_claim("one-h100", Word.FITS, one(expression=f'{GPU}.model == "H100"')),
    Scenario(name="anchor", expected=Word.FITS, manifests=a_pod("anchor", more="nodeSelector: {zone: a, kubernetes.io/hostname: gpu-1},")),
    with_claim(
        "watch-all",
        Word.FITS,
        "[{name: r, exactly: {deviceClassName: nic, allocationMode: All, adminAccess: true}}]",
        more="nodeSelector: {zone: a},",
    ),
    Scenario(
        name="from-template",
        expected=Word.FITS,
        manifests=a_template("one-a100", one(expression=f'{GPU}.model == "A100"')) + a_pod("from-template", template="one-a100"),
    ),
    with_claim(
        "either", Word.FITS, "[{name: r, firstAvailable: [{name: big, deviceClassName: gpu, count: 9}, {name: nic, deviceClassName: nic}]}]"
    ),
    with_claim("same-numa", Word.UNSCHEDULABLE, one(count=2), ", constraints: [{requests: [r], matchAttribute: gpu.example.com/numa}]"),
    with_claim("two-h100", Word.FITS, one(count=2, expression=f'{GPU}.model == "H100"')),
    # devices
    with_claim("no-such-model", Word.UNSCHEDULABLE, one(expression=f'{GPU}.model == "B200"')),
    with_claim("too-many-here", Word.UNSCHEDULABLE, one(count=5)),
    with_claim("too-many-ever", Word.ERROR, one(count=33)),
    with_claim("no-such-class", Word.UNSCHEDULABLE, one("tpu")),
    with_claim(
        "no-such-class-first",
        Word.UNSCHEDULABLE,
        "[{name: r, firstAvailable: [{name: a, deviceClassName: tpu}, {name: b, deviceClassName: gpu}]}]",
    ),
    with_claim("no-such-attribute", Word.ERROR, one(expression=f'{GPU}.mdoel == "A100"')),
    with_claim("guarded-attribute", Word.UNSCHEDULABLE, one(expression=f"has({GPU}.nvlink) && {GPU}.nvlink")),
    with_claim("all-while-incomplete", Word.ERROR, "[{name: r, exactly: {deviceClassName: gpu, allocationMode: All}}]"),
    with_claim("nic-is-taken", Word.UNSCHEDULABLE, one("nic")),
    # before the queue
    Scenario(name="claim-missing", expected=Word.HELD, manifests=a_pod("claim-missing", claim="nowhere")),
    Scenario(name="template-missing", expected=Word.HELD, manifests=a_pod("template-missing", template="nowhere")),
    Scenario(name="gated", expected=Word.GATED, manifests=a_pod("gated", more="schedulingGates: [{name: example.com/wait}],")),
    # nodes
    Scenario(name="wants-cpu", expected=Word.UNSCHEDULABLE, manifests=a_pod("wants-cpu", requests='{cpu: "9"}')),
    Scenario(name="wants-memory", expected=Word.FITS, manifests=a_pod("wants-memory", requests="{cpu: 100m, memory: 1Gi}")),
    Scenario(
        name="wants-both",
        expected=Word.UNSCHEDULABLE,
        manifests=a_pod("wants-both", requests='{cpu: "9", memory: 64Gi}', more=TAINT_TOLERATED),
    ),
    Scenario(name="wants-fpga", expected=Word.FITS, manifests=a_pod("wants-fpga", requests='{example.com/fpga: "1"}')),
    Scenario(name="wants-more-fpga", expected=Word.UNSCHEDULABLE, manifests=a_pod("wants-more-fpga", requests='{example.com/fpga: "1"}')),
    Scenario(name="wants-none", expected=Word.UNSCHEDULABLE, manifests=a_pod("wants-none", requests='{example.com/none: "1"}')),
    Scenario(name="wants-zone-c", expected=Word.FITS, manifests=a_pod("wants-zone-c", more="nodeSelector: {zone: c},")),
    Scenario(name="wants-zone-z", expected=Word.UNSCHEDULABLE, manifests=a_pod("wants-zone-z", more="nodeSelector: {zone: z},")),
    Scenario(
        name="names-its-node",
        expected=Word.UNSCHEDULABLE,
        manifests=a_pod(
            "names-its-node",
            more="affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: "
            "[{matchFields: [{key: metadata.name, operator: In, values: [tainted]}]}]}}},",
        ),
    ),
    Scenario(
        name="near-anchor",
        expected=Word.UNSCHEDULABLE,
        manifests=a_pod(
            "near-anchor",
            requests='{cpu: "7500m"}',
            more=f"affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{TERM}]}}}}, nodeSelector: {{zone: b}},",
        ),
    ),
    Scenario(
        name="away-from-anchor",
        expected=Word.FITS,
        manifests=a_pod(
            "away-from-anchor", more=f"affinity: {{podAntiAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{TERM}]}}}},"
        ),
    ),
    Scenario(
        name="evenly",
        expected=Word.FITS,
        manifests=a_pod(
            "evenly",
            more="topologySpreadConstraints: [{topologyKey: zone, maxSkew: 1, whenUnsatisfiable: DoNotSchedule, "
            "labelSelector: {matchExpressions: [{key: app, operator: In, values: [anchor, evenly]}]}}],",
        ),
    ),
)


@pytest.fixture(scope="module", params=["1.37", "1.34"])
def stage(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """A control plane of its own with the stage's nodes, slices and classes."""
    with started(Settings(release=request.param, audit=False), tmp_path_factory.mktemp(f"stage-{request.param}")) as plane:
        plane.client().apply_yaml((MANIFESTS / "scheduling.yaml").read_text())
        yield plane


def test_scheduler_agrees(stage: ControlPlane) -> None:
    """Every pod of every scenario gets from the scheduler the verdict and the message that we predict."""
    disagreements = [problem for scenario in SCENARIOS for problem in play(stage, scenario)]
    assert disagreements == []


def play(plane: ControlPlane, scenario: Scenario) -> list[str]:
    """What the scheduler and we say differently about one scenario."""
    *others, written = [document for document in yaml.safe_load_all(scenario.manifests) if document]
    client = plane.client()
    client.apply(others)
    time.sleep(0.3)  # until the scheduler's caches have what was created; nothing tells
    before = read(plane)
    client.apply([written])
    predicted = predict(before, written)
    real = settled(client, scenario, predicted)
    name = f"{plane.settings.release} {scenario.name}"
    problems = [] if predicted.word is scenario.expected else [f"{name}: we say {predicted.word}, it was made to be {scenario.expected}"]
    return [*problems, *(f"{name}: {problem}" for problem in compare(predicted, real))]


def settled(client: ApiClient, scenario: Scenario, predicted: PodVerdict) -> Document:
    """The pod with what the scheduler says in the end, which on a busy machine need not be what it said first."""
    deadline = time.monotonic() + SECOND_THOUGHTS
    real = observe(client, scenario)
    while any(compare(predicted, real)) and not real["spec"].get("nodeName") and time.monotonic() < deadline:
        time.sleep(0.5)
        real = client.read(f"/api/v1/namespaces/ml/pods/{scenario.name}")
    return real


def read(plane: ControlPlane) -> Inventory:
    """The cluster, through our own transport."""
    with closing(connect(ConnectionOptions(kubeconfig=str(plane.kubeconfig)))) as source:
        return load(source, Wish(kinds=READ, now="2026-01-01T00:00:00Z"))


def predict(before: Inventory, written: Document) -> PodVerdict:
    """What we say before the pod exists."""
    pod = decode.convert({**written, "status": {"phase": "Pending"}}, Pod)
    inventory, created = with_pod_created(laid_over(before, before), admitted_pod(before, pod))
    return schedule(with_objects(inventory, created), created)


def observe(client: ApiClient, scenario: Scenario) -> Document:
    """The pod as soon as the scheduler has said something, or after a silence."""
    path = f"/api/v1/namespaces/ml/pods/{scenario.name}"
    if scenario.expected is Word.HELD:
        time.sleep(SILENCE_SECONDS)
        return client.read(path)
    return client.wait(path, lambda pod: pod["spec"].get("nodeName") or condition_of(pod))


def condition_of(pod: Document) -> dict[str, Any]:
    """PodScheduled=False, or nothing."""
    conditions: list[dict[str, Any]] = pod["status"].get("conditions", [])
    return next((found for found in conditions if found["type"] == "PodScheduled" and found["status"] == "False"), {})


def compare(predicted: PodVerdict, real: Document) -> Iterator[str]:
    """Differences between our verdict and the pod as the scheduler left it, a phrase each."""
    condition, node = condition_of(real), real["spec"].get("nodeName", "")
    if predicted.word is Word.FITS:
        feasible = predicted.outcome.nodes_that(Fits) if isinstance(predicted.outcome, Filtered) else ()
        if node not in feasible:
            yield f"it went to {node or 'no node'} ({condition.get('message')}), we say {', '.join(feasible)}"
    elif node:
        yield f"it went to {node}, we say {predicted.word}: {predicted.message}"
    elif predicted.word is Word.HELD:
        if condition:
            yield f"it was to be silent and says {condition['message']!r}"
    elif predicted.word is Word.ERROR and isinstance(predicted.outcome, Filtered):
        texts = {verdict.text for verdict in predicted.outcome.verdicts.values() if isinstance(verdict, Errors)}
        if condition.get("message") not in texts:
            yield f"it says {condition.get('message')!r}, we {sorted(texts)}"
    else:
        said = OF_PREEMPTION.sub("", condition.get("message", "")).rstrip()
        if said != predicted.message:
            yield f"it says {said!r}, we {predicted.message!r}"


def test_scenarios_have_names_of_their_own() -> None:
    """No two scenarios create the same pod."""
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)
    assert Path(MANIFESTS / "scheduling.yaml").exists()
