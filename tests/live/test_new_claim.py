"""Every claim that new-claim can print on the demo cluster is clean to lint, accepted, and scheduled where the proof said.

The demo's manifests are staged on a control plane of this module's own. A walk over the options asks for devices of every class in every
way; each answer is applied, its pod watched, and everything deleted again, so that the next one meets the same cluster.
"""

import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Final

import pytest

from kubectl_dra.api import kinds
from kubectl_dra.cluster.apiserver import connect
from kubectl_dra.cluster.manifest_files import parse_manifests
from kubectl_dra.cluster.options import ConnectionOptions
from kubectl_dra.inventory.load import Wish, load
from kubectl_dra.linting.cluster import cluster_check
from kubectl_dra.linting.lint import lint
from kubectl_dra.linting.manifests import LintedFile, LintedObject, Manifests
from kubectl_dra.linting.refusals import Servers
from kubectl_dra.rendering.manifest_text import write_manifests
from kubectl_dra.scaffolding.offers import name_offers
from kubectl_dra.scaffolding.plan import plan
from kubectl_dra.scaffolding.proof import Proof, prove
from kubectl_dra.scaffolding.steps import wanted_of
from kubectl_dra.scaffolding.supply import CAPACITY, Supply, supply_of
from kubectl_dra.scaffolding.wanted import Unwritable
from kubectl_dra.scaffolding.writing import write
from tests.controlplane.client import ApiClient, Document
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.demo import record
from tests.live.conftest import started
from tests.live.shell import PROGRAMS

pytestmark = pytest.mark.live

NAMESPACE: Final = "new-claims"
READ: Final = (
    *(kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE, kinds.DEVICE_CLASS, kinds.DEVICE_TAINT_RULE),
    *(kinds.NODE, kinds.POD, kinds.NAMESPACE, kinds.RUNTIME_CLASS),
)
Steps = tuple[tuple[str, str], ...]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The demo cluster, staged, with a namespace of ours that allows admin access."""
    with started(Settings(release="1.37"), tmp_path_factory.mktemp("demo")) as plane:
        client = plane.client()
        record.stage(client)
        labels = {"resource.kubernetes.io/admin-access": "true"}
        client.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": NAMESPACE, "labels": labels}}])
        yield plane


def supply_now(plane: ControlPlane) -> Supply:
    """The cluster as it is now."""
    wish = Wish(kinds=READ, now=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()))
    with closing(connect(ConnectionOptions(kubeconfig=str(plane.kubeconfig)), {"KUBECONFIG": str(plane.kubeconfig)})) as server:
        return supply_of(load(server, wish))


def walk(supply: Supply) -> Iterator[Steps]:
    """Every option, on devices of every class that has any."""
    for name in sorted(supply.inventory.device_classes):
        devices = supply.of_class(name)
        if not devices:
            continue
        of_class = ("class", name)
        yield (of_class,)
        yield (of_class, ("count", "2"))
        yield (of_class, ("tolerate", ""))
        yield (of_class, ("admin", ""))
        yield (of_class, ("or", "gpu.example.com"))
        first = supply.usable.published[devices[0]]
        yield (of_class, ("like", str(first.id)))
        for property_name in dict.fromkeys(offer.word for offer in name_offers(supply, name)):
            found = supply.find_property(property_name, devices)
            yield (of_class, ("like", str(first.id)), ("with", property_name))
            if found.table == CAPACITY:
                yield (of_class, ("min", f"{property_name}=1"))
                yield (of_class, ("capacity", f"{property_name}=1"))
            else:
                yield (of_class, ("count", "2"), ("same", property_name))
                yield (of_class, ("count", "2"), ("distinct", property_name))
    yield (("request", "a=gpu.example.com"), ("request", "b=nic.example.com"), ("request", "c=licence.example.com"))
    yield (("request", "a=gpu-part.example.com"), ("with", "profile=1g"), ("count", "3"), ("or", "gpu.example.com"))


def planned(steps: Steps, supply: Supply, name: str, *, is_claim: bool) -> tuple[str, Proof] | None:
    """The manifests and the proof; None for what new-claim refuses to write."""
    try:
        found = plan(wanted_of(steps, name=name, namespace=NAMESPACE, consumer="Pod", is_claim=is_claim), supply)
    except Unwritable:
        return None
    written = write(found, supply, "v1")
    return write_manifests(written.manifests), prove(found, written, supply, NAMESPACE)


def flaws(text: str, supply: Supply) -> list[str]:
    """What lint says of manifests, on this cluster."""
    read = parse_manifests(text.encode(), where="a.yaml", as_text=True)
    file = LintedFile(where="a.yaml", text=text)
    objects = tuple(
        LintedObject(
            file=file,
            document=one.document or {},
            api_version=one.api_version,
            kind=one.kind,
            name=one.name,
            namespace=one.namespace,
            line=one.origin.line,
            column=one.origin.column,
        )
        for one in read.objects
    )
    manifests = Manifests(files=(file,), objects=objects)
    labels = {name: one.metadata.labels for name, one in supply.inventory.namespaces.items()}
    servers = Servers(releases=(supply.inventory.release,))
    found = lint(manifests, servers, cluster=cluster_check(supply.inventory, manifests), labels=labels)
    return [flaw.finding.message for flaw in found]


def decided(client: ApiClient, name: str) -> str:
    """The node that the scheduler chose for a pod; empty where it refused."""

    def has_verdict(pod: Document) -> bool:
        return bool(pod["spec"].get("nodeName")) or record.is_refused(pod)

    node: str = client.wait(f"/api/v1/namespaces/{NAMESPACE}/pods/{name}", has_verdict)["spec"].get("nodeName", "")
    return node


def clear(client: ApiClient) -> None:
    """Delete what a round has made, and wait until the devices are given back."""
    claims = f"/apis/resource.k8s.io/v1/namespaces/{NAMESPACE}/resourceclaims"
    for path in (f"/api/v1/namespaces/{NAMESPACE}/pods", claims, f"{claims.removesuffix('claims')}claimtemplates"):
        client.delete(path)
    client.wait(claims, lambda found: not found["items"])
    client.wait(f"/api/v1/namespaces/{NAMESPACE}/pods", lambda found: not found["items"])


def test_every_claim_is_scheduled_where_the_proof_said(demo: ControlPlane) -> None:
    """Lint is silent, the server accepts, and the scheduler places the pod on one of the nodes that were named, or nowhere as was said."""
    client, problems, judged, placed = demo.client(), [], 0, 0
    for number, steps in enumerate(walk(supply_now(demo))):
        name, supply = f"round-{number}", supply_now(demo)
        answer = planned(steps, supply, name, is_claim=number % 2 == 0)
        if answer is None or not answer[1].fits_when_free:
            continue
        text, proof = answer
        problems += [f"{steps}: {message}" for message in flaws(text, supply)]
        client.apply_yaml(text)
        node = decided(client, name)
        if node not in (proof.fits_now or ("",)):
            problems.append(f"{steps}: placed on {node or 'no node'}, proof {proof.fits_now} {proof.message}")
        judged, placed = judged + 1, placed + bool(node)
        clear(client)
    assert problems == []
    assert judged >= 60
    assert placed >= 30


def test_new_claim_can_be_piped_to_kubectl(demo: ControlPlane, tmp_path: Path) -> None:
    """`kubectl dra new-claim … | kubectl apply -f -` works as it stands, through kubectl itself."""
    words = "kubectl dra new-claim --class gpu.example.com --with memory=8Gi --pod --name piped | kubectl apply -f -"
    environment = {"PATH": f"{PROGRAMS}:{demo.kubectl.parent}:/usr/bin:/bin", "KUBECONFIG": str(demo.kubeconfig), "HOME": str(tmp_path)}
    ended = subprocess.run(["/bin/sh", "-c", words], env=environment, capture_output=True, text=True, check=False, timeout=180)
    assert ended.stdout == "resourceclaimtemplate.resource.k8s.io/piped created\npod/piped created\n", ended.stderr
    node = demo.client().wait("/api/v1/namespaces/default/pods/piped", lambda pod: pod["spec"].get("nodeName"))["spec"]["nodeName"]
    (fits,) = re.findall(r"^fits now on (.*)$", ended.stderr, re.MULTILINE)
    assert node in re.split(r", | and ", fits)
