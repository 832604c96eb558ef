"""Every kind forbidden in turn, and every kind but one: what is unknown is said, and nothing is certain that it could change.

The users are impersonated by the administrator, so the flags of impersonation are tried as well. The cluster is the demo's, staged on a
control plane of this module's own.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import pytest

from tests.controlplane.client import Document
from tests.controlplane.plane import ControlPlane
from tests.controlplane.settings import Settings
from tests.demo import record
from tests.live.conftest import MANIFESTS, started
from tests.live.shell import Ran, Shell

pytestmark = pytest.mark.live

Report: TypeAlias = dict[str, Any]

GROUP: Final = "rbac.authorization.k8s.io"
KINDS: Final = (
    *(f"resource.k8s.io/{plural}" for plural in ("resourceslices", "resourceclaims", "resourceclaimtemplates", "deviceclasses")),
    "resource.k8s.io/devicetaintrules",
    *(f"/{plural}" for plural in ("pods", "nodes", "namespaces", "events", "resourcequotas")),
    *(f"apps/{plural}" for plural in ("deployments", "replicasets", "statefulsets", "daemonsets")),
    *("batch/jobs", "batch/cronjobs", "node.k8s.io/runtimeclasses", "scheduling.k8s.io/priorityclasses"),
)
PLURALS: Final = frozenset(kind.partition("/")[2] for kind in KINDS)
ANSWERING: Final = 10
"""The kinds that can answer anything by themselves come first: those of devices, and of core."""

WANTED: Final = str(MANIFESTS / "wanted.yaml")
"""Pods, claims and a Deployment that the demo cluster does not have."""
SELECTOR: Final = 'device.attributes["gpu.example.com"].model.startsWith("Atlas")'

QUESTIONS: Final = (
    ("devices",),
    ("devices", "--map"),
    ("devices", "--class", "gpu.example.com"),
    ("claims", "-A"),
    ("pools",),
    ("classes",),
    ("describe", "claim", "train-0-gpu", "-n", "ml"),
    ("describe", "node", "gpu-a1"),
    ("describe", "class", "gpu.example.com"),
    ("describe", "pod", "tune-0", "-n", "ml"),
    ("describe", "device", "gpu-a1/gpu-0"),
    ("describe", "pool", "gpu.example.com/gpu-a1"),
    ("why-pending", "-A"),
    ("why-pending", "-n", "ml", "pod/tune-0"),
    ("why-pending", "-n", "ml", "job/none"),
    ("selector", SELECTOR),
    ("selector", "--class", "gpu.example.com", SELECTOR),
    ("selector", "-f", WANTED),
    ("lint", "--live", "-f", WANTED),
    ("simulate", "--how-many", "-f", WANTED),
    ("new-claim", "--class", "gpu.example.com", "--pod"),
    ("new-claim", "--class", "gpu.example.com", "--admin"),
)
"""Every command that reads more than the server's version."""
UNCERTAIN: Final = ("unknown", "not offered")
HEDGED: Final = ("may ", "at most ", "is not known")
"""What a sentence has that is not certain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A cluster, what its administrator sees of it and reads for that, and users who see all but one kind, or one kind alone."""

    shell: Shell
    truth: dict[tuple[str, ...], Ran]
    reads: dict[tuple[str, ...], frozenset[str]]

    def ask(self, question: tuple[str, ...], user: str) -> Ran:
        """One question as one user."""
        return self.shell.dra(*question, "-o", "json", f"--as={user}", "--as-group=system:authenticated")


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    """The demo cluster, with a user for each kind that is forbidden and each that alone is allowed."""
    with started(Settings(release="1.37", audit=True), tmp_path_factory.mktemp("matrix")) as plane:
        client = plane.client()
        record.stage(client)
        documents = [
            document
            for number, kind in enumerate(KINDS)
            for document in (*_allowed(f"without-{number}", set(KINDS) - {kind}), *_allowed(f"only-{number}", {kind}))
        ]
        client.apply(documents)
        yield plane


@pytest.fixture(scope="module")
def matrix(demo: ControlPlane, tmp_path_factory: pytest.TempPathFactory) -> Matrix:
    """The matrix of the demo cluster."""
    admin = Shell(plane=demo, home=tmp_path_factory.mktemp("home"), namespace="ml")
    # As somebody of its own for each question: the log may be a moment late with what was read.
    truth = {
        question: admin.dra(*question, "-o", "json", f"--as=asks-{number}", "--as-group=system:masters")
        for number, question in enumerate(QUESTIONS)
    }
    admin.dra("version")
    read: dict[str, set[str]] = {}
    for event in map(json.loads, whole_lines((demo.folder / "audit.log").read_text().splitlines(keepends=True))):
        read.setdefault(event.get("impersonatedUser", {}).get("username", ""), set()).add(plural_of(event))
    return Matrix(
        shell=admin, truth=truth, reads={question: frozenset(read[f"asks-{number}"]) for number, question in enumerate(QUESTIONS)}
    )


def _allowed(user: str, kinds: set[str]) -> list[Document]:
    rules = [{"apiGroups": [kind.partition("/")[0]], "resources": [kind.partition("/")[2]], "verbs": ["get", "list"]} for kind in kinds]
    role = {"apiVersion": f"{GROUP}/v1", "kind": "ClusterRole", "metadata": {"name": user}, "rules": rules}
    binding = {
        "apiVersion": f"{GROUP}/v1",
        "kind": "ClusterRoleBinding",
        "metadata": {"name": user},
        "roleRef": {"apiGroup": GROUP, "kind": "ClusterRole", "name": user},
        "subjects": [{"apiGroup": GROUP, "kind": "User", "name": user}],
    }
    return [role, binding]


@pytest.mark.parametrize(
    ("sort", "number"),
    [*(("without", number) for number in range(len(KINDS))), *(("only", number) for number in range(ANSWERING))],
    ids=lambda value: value if isinstance(value, str) else KINDS[value],
)
def test_what_is_unknown_is_said_and_nothing_wrong_is_certain(demo: ControlPlane, matrix: Matrix, sort: str, number: int) -> None:
    """For each question: an answer that names what could not be read and is true as far as it goes, or exit code 3 and a sentence."""
    user = f"{sort}-{number}"
    wrong = []
    concerned = [question for question in QUESTIONS if KINDS[number].partition("/")[2] in matrix.reads[question]]
    assert concerned
    for question in concerned:
        log = demo.folder / "audit.log"
        before = log.stat().st_size
        ran = matrix.ask(question, user)
        with log.open() as lines:
            lines.seek(before)
            refused = set(refusals(lines, user))
        wrong += [f"{' '.join(question)}: {complaint}" for complaint in complaints(ran, matrix.truth[question], refused)]
    assert not wrong, "\n".join(wrong)


def refusals(lines: Iterable[str], user: str) -> Iterator[str]:
    """The kinds of which an impersonated user was refused something. Half a line is another's, who is being answered meanwhile."""
    for event in map(json.loads, whole_lines(lines)):
        if event.get("impersonatedUser", {}).get("username") == user and event["responseStatus"]["code"] == 403:
            yield event["objectRef"]["resource"]


def whole_lines(lines: Iterable[str]) -> Iterator[str]:
    """Lines that were neither begun nor left in their middle."""
    return (line for line in lines if line.startswith('{"kind"') and line.endswith("\n"))


def plural_of(event: Report) -> str:
    """The resource that was asked for, empty for paths such as /version."""
    resource: str = event.get("objectRef", {}).get("resource", "")
    return resource


def complaints(ran: Ran, truth: Ran, refused: set[str]) -> Iterator[str]:
    """What is wrong with an answer, given what is true and what the server refused to tell."""
    if "Traceback" in ran.talk or "itself failed" in ran.talk:
        yield ran.talk
        return
    if ran.code == 3:
        if ran.output or not ran.talk.strip():
            yield f"exit code 3 with output, or without a word: {ran.output[:80]}"
        if not refused:
            yield f"no answer, though nothing was refused: {ran.talk}"
        if "there is no" in ran.talk and (truth.code != ran.code or "jobs" in refused):
            yield f"something is said not to be there that may be: {ran.talk}"
        return
    report = json.loads(ran.output) if ran.output else {}
    is_talk = report.get("kind", "List") == "List"
    unread = {name for name in PLURALS if f"{name} could not be read" in ran.talk}
    if not is_talk:
        unread = {entry["resource"] for entry in report["unread"]}
    if not refused <= unread:
        yield f"refused, and not said to be unknown: {sorted(refused - unread)}"
    if unread - refused:
        yield f"said to be unknown, and not refused: {sorted(unread - refused)}"
    if is_talk:
        yield from _false_sentences(ran.talk, truth.talk)
        return
    known = json.loads(truth.output) if truth.output else {}
    yield from _false_findings(report, known)
    yield from _false_states(report, known)
    yield from _false_answers(report, known)


def _false_findings(report: Report, truth: Report) -> Iterator[str]:
    """Findings that are certain here and not found by who sees everything."""
    known = {_finding(finding) for finding in findings(truth)}
    for finding in findings(report):
        if finding["confidence"] == "certain" and not finding["code"].startswith("DRA0") and _finding(finding) not in known:
            yield f"certain, and not so: {finding['code']} {finding['message']}"


def _false_states(report: Report, truth: Report) -> Iterator[str]:
    """States of devices and claims that are others than they are."""
    known = dict(states(truth))
    for name, state in states(report):
        if name in known and state not in UNCERTAIN and state != known[name]:
            yield f"{name} is called {state} and is {known[name]}"


def _false_sentences(talk: str, truth: str) -> Iterator[str]:
    """Sentences that are certain and that who sees everything is not told."""
    for sentence in talk.splitlines():
        if sentence not in truth.splitlines() and not any(word in sentence for word in HEDGED):
            yield f"certain, and not so: {sentence}"


def _false_answers(report: Report, truth: Report) -> Iterator[str]:
    """Pods that fit or do not, and selectors that select other devices than they do."""
    known = dict(answers(truth))
    for name, answer in answers(report):
        if answer is not None and answer != known[name]:
            yield f"{name} is answered {answer}, and is {known[name]}"
    most = {one["name"]: one["count"] for one in truth.get("howMany", ())}
    for one in report.get("howMany", ()):
        if one["count"] < most[one["name"]] and (one["nextPod"] or {}).get("confidence") == "certain":
            yield f"of {one['name']} {one['count']} more fit, and {most[one['name']]} do"


def answers(report: Report) -> Iterator[tuple[str, object]]:
    """What is said of each simulated pod and each selector; None where it is said not to be certain."""
    for item in report.get("items", ()) if report.get("kind") == "Simulation" else ():
        yield from ((pod["name"], pod["fits"] if pod["confidence"] == "certain" else None) for pod in item["pods"])
    for one in report.get("howMany", ()):
        yield (
            f"copies of {one['name']}",
            one["count"] if one["confidence"] == "certain" and one["nextPod"]["confidence"] == "certain" else None,
        )
    for one in report["selectors"] if report.get("kind") == "SelectorList" else ():
        told = (one["devices"], one["selects"], one["fails"], one["refusal"])
        yield f"{one['object']} {one['fieldPath']}", None if one["untold"] else told


def findings(value: object) -> Iterator[Report]:
    """Every finding in a report, at any depth."""
    if isinstance(value, dict):
        if "code" in value and "confidence" in value:
            yield value
        for inner in value.values():
            yield from findings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from findings(inner)


def states(value: object) -> Iterator[tuple[str, str]]:
    """Every device and claim in a report with its state."""
    if isinstance(value, dict):
        if "state" in value:
            names = [str(value.get(part, "")) for part in ("driver", "pool", "device", "slice", "namespace", "name")]
            yield "/".join(names), value["state"]
        for inner in value.values():
            yield from states(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from states(inner)


def _finding(finding: Report) -> tuple[str, str, str]:
    return finding["code"], finding["object"].get("name", ""), finding["object"].get("namespace", "")
