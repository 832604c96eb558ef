"""What a user may not read is said, and what they may read is shown."""

import http

import pytest
import yaml

from tests.controlplane.access import ADMIN
from tests.controlplane.client import Document
from tests.controlplane.plane import ControlPlane
from tests.live.conftest import MANIFESTS, ShellOf
from tests.live.shell import Shell

pytestmark = pytest.mark.live

QUESTIONS: tuple[tuple[str, ...], ...] = (
    ("devices",),
    ("devices", "--map"),
    ("devices", "--summary"),
    ("devices", "-l", "zone=east", "--class", "gpu"),
    ("claims", "-A"),
    ("pools",),
    ("classes",),
    ("describe", "claim", "train", "-n", "ml"),
    ("describe", "device", "rack-1/gpu-0"),
    ("describe", "pod", "train", "-n", "ml"),
    ("describe", "class", "gpu"),
    ("describe", "pool", "rack-1"),
    ("describe", "node", "rack-1"),
    ("why-pending", "-A"),
    ("why-pending", "-n", "web", "pod/infer"),
    ("why-pending", "-n", "web", "deployment/absent"),  # workloads are read where one is named
    ("new-claim", "--class", "gpu"),
    ("simulate", "-f", str(MANIFESTS / "asked.yaml")),
    ("lint", "--live", "-f", str(MANIFESTS / "asked.yaml")),
    ("version",),
)
"""Every command that asks the server."""


def spoken(question: tuple[str, ...]) -> str:
    """A question as a test's name, without the folder of this checkout."""
    return " ".join(question).replace(f"{MANIFESTS}/", "")


GROUP = "rbac.authorization.k8s.io"


def bind(plane: ControlPlane, user: str, role: Document, namespace: str = "") -> None:
    """Bind a role to a user, in one namespace or in all."""
    kind, place = ("RoleBinding", {"namespace": namespace}) if namespace else ("ClusterRoleBinding", {})
    reference = {"apiGroup": GROUP, "kind": role["kind"], "name": role["metadata"]["name"]}
    subject = {"apiGroup": GROUP, "kind": "User", "name": user}
    binding = {"metadata": {"name": f"{user}-reads", **place}, "roleRef": reference, "subjects": [subject]}
    plane.client().apply([role, {"apiVersion": f"{GROUP}/v1", "kind": kind, **binding}])


@pytest.fixture
def reader(hardware: ControlPlane, shell: ShellOf) -> Shell:
    """A user who may do what the ClusterRole that `kubectl dra rbac` prints allows, and nothing else."""
    bind(hardware, "reader", printed_role(shell(hardware)))
    return shell(hardware, "reader")


@pytest.fixture
def tenant(hardware: ControlPlane, shell: ShellOf) -> Shell:
    """A user who may read pods and claims of namespace ml, and nothing else."""
    rules = [
        {"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]},
        {"apiGroups": ["resource.k8s.io"], "resources": ["resourceclaims"], "verbs": ["get", "list"]},
    ]
    role = {"apiVersion": f"{GROUP}/v1", "kind": "Role", "metadata": {"name": "tenant", "namespace": "ml"}, "rules": rules}
    bind(hardware, "tenant", role, "ml")
    return shell(hardware, "tenant", "ml")


def printed_role(user: Shell) -> Document:
    """The one ClusterRole that `kubectl dra rbac` prints."""
    printed = user.dra("rbac")
    role: Document = yaml.safe_load(printed.output)
    assert (printed.code, role["kind"]) == (0, "ClusterRole")
    return role


@pytest.mark.parametrize("question", QUESTIONS, ids=spoken)
def test_the_printed_role_is_enough(hardware: ControlPlane, shell: ShellOf, reader: Shell, question: tuple[str, ...]) -> None:
    """Whoever has the printed ClusterRole is answered as an administrator is, and is refused nothing."""
    before = len(hardware.audited("reader"))
    ran, by_admin = reader.dra(*question), shell(hardware).dra(*question)
    refused = [request.uri for request in hardware.audited("reader")[before:] if request.status == http.HTTPStatus.FORBIDDEN]
    assert (ran.code, len(ran.output.splitlines()), refused) == (by_admin.code, len(by_admin.output.splitlines()), [])


def test_every_right_of_the_printed_role_is_used(hardware: ControlPlane, reader: Shell) -> None:
    """The printed ClusterRole allows reading nothing that no command reads; roles are read where a driver has to make a device ready."""
    hardware.client().apply_yaml((MANIFESTS / "binding.yaml").read_text())
    hardware.client().wait(
        "/apis/resource.k8s.io/v1/namespaces/web/resourceclaims/program", lambda claim: claim.get("status", {}).get("allocation")
    )
    for question in QUESTIONS:
        reader.dra(*question)
    used = {request.resource for request in hardware.audited("reader")}
    rules = printed_role(reader)["rules"]
    granted = {f"{group}/{plural}".lstrip("/") for rule in rules for group in rule["apiGroups"] for plural in rule["resources"]}
    assert granted - used == set()


@pytest.mark.parametrize("question", QUESTIONS, ids=spoken)
def test_only_reading_requests_are_sent(hardware: ControlPlane, shell: ShellOf, question: tuple[str, ...]) -> None:
    """The audit log of a user who may do everything shows get, list and watch, and nothing else."""
    before = len(hardware.audited(ADMIN))
    shell(hardware).dra(*question)
    ours = [request for request in hardware.audited(ADMIN)[before:] if request.agent.startswith("kubectl-dra/")]
    assert ours
    assert {request.verb for request in ours} <= {"get", "list", "watch"}


@pytest.mark.parametrize("question", [question for question in QUESTIONS if question != ("version",)], ids=spoken)
def test_a_user_with_nothing_is_told_so(hardware: ControlPlane, shell: ShellOf, question: tuple[str, ...]) -> None:
    """Where nothing may be read, nothing is answered: exit code 3, a sentence that says what is forbidden, and no table."""
    ran = shell(hardware, "nobody").dra(*question)
    assert (ran.code, ran.output, "cannot" in ran.talk, "Traceback" in ran.talk) == (3, "", True, False)


def test_a_tenant_sees_their_claims(tenant: Shell) -> None:
    """Claims of a namespace are listed for a user who may read that namespace alone."""
    ran = tenant.dra("claims", "--no-headers")
    assert (ran.code, ran.output.split()[:2]) == (0, ["train", "reserved"])


def test_a_tenant_sees_their_claims_where_all_were_asked_for(tenant: Shell) -> None:
    """With `-A`, the namespace of the context stands in for those that may not be read, and that is said."""
    ran = tenant.dra("claims", "-A", "--no-headers")
    assert (ran.code, ran.output.split()[:2], "resourceclaims" in ran.talk) == (0, ["ml", "train"], True)


def test_a_tenant_sees_their_pod(tenant: Shell) -> None:
    """A pod is described with its claim and device name, and what could not be read is said."""
    ran = tenant.dra("describe", "pod", "train")
    assert (ran.code, "rack-1" in ran.output, "gpu-0" in ran.output, "resourceslices" in ran.talk) == (0, True, True, True)


def test_a_tenant_cannot_see_devices(tenant: Shell) -> None:
    """Devices are not answered for a user who may read no slice."""
    ran = tenant.dra("devices")
    assert (ran.code, ran.output, "resourceslices" in ran.talk) == (3, "", True)
