"""What `kubectl dra why-pending` says of pods on real control planes: the cause, the scheduler's agreement, and that the remedy works."""

import json
import shlex
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from tests.controlplane.client import ApiClient, Document
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.live.conftest import started
from tests.live.pending_scenarios import BY_HAND, SCENARIOS, WANT, Staging
from tests.live.shell import Shell

pytestmark = pytest.mark.live

GATES: Final = {
    "1.37": {},
    "1.34": {"DRADeviceTaints": True, "DRAPartitionableDevices": True, "DRAConsumableCapacity": True, "DRAExtendedResource": True},
}
"""What 1.34 needs for the same scenarios."""
TAINT_RULES: Final = {"1.37": "resource.k8s.io/v1", "1.34": "resource.k8s.io/v1alpha3"}
AGREEING: Final = ("agrees", "is silent")
SECOND_THOUGHTS: Final = 60.0
"""Seconds in which the scheduler may correct what it said before its caches had everything."""
SCHEDULED: Final = frozenset({"unschedulable", "aborted"})
"""Standings in which the scheduler has tried the pod."""


class Stage(NamedTuple):
    """A control plane on which every scenario stands, and what was said of each pod."""

    plane: ControlPlane
    shell: Shell
    said: dict[str, Any]


def cases(scenarios: Iterable[Staging]) -> pytest.MarkDecorator:
    """Each scenario on each release that refuses its pod."""
    found = [(release, scenario) for release in GATES for scenario in scenarios if release not in (scenario.fits_in, scenario.absent_in)]
    names = [f"{release}-{scenario.key}" for release, scenario in found]
    return pytest.mark.parametrize(("stage", "scenario"), found, indirect=["stage"], ids=names)


def there_in(release: str) -> list[Staging]:
    """The scenarios that a release can be asked to play."""
    return [scenario for scenario in SCENARIOS if scenario.absent_in != release]


class Stages:
    """The control planes, each set up when it is first asked for: tests come in any order."""

    def __init__(self, folder: Path, running: ExitStack) -> None:
        self._folder = folder
        self._running = running
        self._stages: dict[str, Stage] = {}

    def of(self, release: str) -> Stage:
        """Every scenario at once, told by one `why-pending -A`."""
        if release not in self._stages:
            folder = self._folder / release
            plane = self._running.enter_context(started(Settings(release=release, feature_gates=GATES[release]), folder))
            client = plane.client()
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda scenario: set_up(client, scenario, release), there_in(release)))
            shell = Shell(plane=plane, home=folder / "home")
            self._stages[release] = Stage(plane, shell, self._said(shell, release))
        return self._stages[release]

    def _said(self, shell: Shell, release: str) -> dict[str, Any]:
        """Every diagnosis, once the scheduler has met all of what was created; where it never says the same, after a minute."""
        deadline = time.monotonic() + SECOND_THOUGHTS
        said = why_pending(shell, release, "-A")
        while any(one["scheduler"] and one["scheduler"]["agreement"] not in AGREEING for one in said.values()):
            if time.monotonic() > deadline:
                break
            time.sleep(2)
            said = why_pending(shell, release, "-A")
        return said


@pytest.fixture(scope="module")
def stages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stages]:
    """Both releases; they end with the module."""
    with ExitStack() as running:
        yield Stages(tmp_path_factory.mktemp("pending"), running)


@pytest.fixture
def stage(request: pytest.FixtureRequest, stages: Stages) -> Stage:
    """The control plane of the release that a case is about."""
    return stages.of(request.param)


def why_pending(shell: Shell, release: str, *words: str) -> dict[str, Any]:
    """The diagnoses of the answer, by the namespace of their pod."""
    gates = ",".join(f"{name}=true" for name in GATES[release])
    ran = shell.dra("why-pending", *words, *(["--feature-gates", gates] if gates else []), "-o", "json")
    assert ran.output, ran.talk
    return {item["object"]["namespace"]: item for item in json.loads(ran.output)["items"] if item["object"]["name"] == WANT}


def set_up(client: ApiClient, scenario: Staging, release: str) -> None:
    """The scenario's objects, then those that hold devices, then the pod that waits, until the scheduler has answered."""
    client.apply([{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": scenario.key}}])
    written = {"TAINT-RULES": TAINT_RULES[release]}
    client.apply(document | {"apiVersion": written.get(document["apiVersion"], document["apiVersion"])} for document in scenario.documents)
    for holder in scenario.holders:
        client.apply([holder])
        client.wait(path_of(scenario, holder["metadata"]["name"]), is_placed)
    if scenario.key == "parting":
        client.delete(f"/apis/resource.k8s.io/v1/namespaces/{scenario.key}/resourceclaims/{WANT}")
    client.apply([scenario.pod])
    if scenario.fits_in == release:
        client.wait(path_of(scenario), is_placed)
    elif scenario.standing in SCHEDULED:
        client.wait(path_of(scenario), refusal)
    elif scenario.key in ("meter", "watch"):
        events = f"/api/v1/namespaces/{scenario.key}/events"
        client.wait(events, lambda found: any(event["reason"] == "FailedResourceClaimCreation" for event in found["items"]))


def path_of(scenario: Staging, pod: str = WANT) -> str:
    """Where a pod of the scenario lies."""
    return f"/api/v1/namespaces/{scenario.key}/pods/{pod}"


def is_placed(pod: Document) -> bool:
    """Whether the pod has a node."""
    return bool(pod["spec"].get("nodeName"))


def refusal(pod: Document) -> str:
    """What the scheduler says against the pod; empty where it has said nothing."""
    conditions = pod["status"].get("conditions", [])
    return next((found["message"] for found in conditions if found["type"] == "PodScheduled" and found["status"] == "False"), "")


@cases(SCENARIOS)
def test_cause(stage: Stage, scenario: Staging) -> None:
    """The first finding is the cause that was staged, and the scheduler's words agree."""
    said = stage.said[scenario.key]
    standing = "aborted" if scenario.aborts_in == stage.plane.settings.release else scenario.standing
    assert (scenario.code, standing) == (said["findings"][0]["code"], said["standing"]), said["verdict"]
    assert said["scheduler"]["agreement"] in AGREEING, said["scheduler"]
    if scenario.standing in SCHEDULED:
        assert said["scheduler"]["agreement"] == "agrees", said["scheduler"]
    if scenario.further:
        assert scenario.further in [finding["code"] for finding in said["further"]]


@cases(scenario for scenario in SCENARIOS if scenario.remedy)
def test_remedy_is_offered(stage: Stage, scenario: Staging) -> None:
    """A remedy names the change that was tried, and what then happens."""
    phrase = scenario.remedy.replace("ATTR", f'device.attributes["{scenario.key}.lab.test"]')
    remedies = stage.said[scenario.key]["findings"][0]["remedies"]
    assert any(phrase in remedy["text"] and (remedy["tried"] or "").startswith("the pod then fits on") for remedy in remedies), remedies


@cases(scenario for scenario in SCENARIOS if scenario.places)
def test_remedy_works(stage: Stage, scenario: Staging, tmp_path: Path) -> None:
    """With the remedy applied by kubectl, the scheduler places the pod, on a node that was named."""
    mend(stage, scenario, tmp_path)
    placed = stage.plane.client().wait(path_of(scenario), is_placed)
    tried = [remedy["tried"] for remedy in stage.said[scenario.key]["findings"][0]["remedies"] if remedy["tried"]]
    assert not tried or any(placed["spec"]["nodeName"] in text for text in tried), tried


def mend(stage: Stage, scenario: Staging, folder: Path) -> None:
    """Apply the remedy: the command as printed, other words of kubectl, or changed manifests for the objects that cannot be changed."""
    if scenario.mend == BY_HAND:
        printed = next(remedy["command"] for remedy in stage.said[scenario.key]["findings"][0]["remedies"] if remedy.get("command"))
        words = ("sh", "-c", printed) if "|" in printed else tuple(shlex.split(printed))
    elif isinstance(scenario.mend[0], str):
        words = ("kubectl", *map(str, scenario.mend))
    else:
        path = folder / "mended.json"
        path.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": scenario.mend}))
        changed = [document for document in scenario.mend if isinstance(document, dict)]
        replaced = [{"Pod": "pod", "ResourceClaim": "resourceclaim"}.get(document["kind"], "") for document in changed]
        if "pod" in replaced:
            gone = [f"{kind}/{WANT}" for kind in replaced if kind]
            ran = stage.shell.run("kubectl", "delete", "--ignore-not-found", "-n", scenario.key, *gone)
            assert ran.code == 0, ran.talk
        words = ("kubectl", "apply", "-f", str(path))
    ran = stage.shell.run(*words)
    assert ran.code == 0, ran.talk


def test_scenarios_have_names_of_their_own() -> None:
    """No two scenarios share a namespace, and there are thirty or more."""
    keys = [scenario.key for scenario in SCENARIOS]
    assert len(set(keys)) == len(keys)
    assert len(keys) >= 30
