"""``kubectl dra why-pending``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, UsageError
from kubectl_dra.commands.flags import add_scope_flags, add_table_flags
from kubectl_dra.commands.names import missing_in
from kubectl_dra.commands.sources import begin_reading, kept_findings, load_inventory, namespace_wanted, open_source, refuse_hidden

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable

    from kubectl_dra.api.core import Pod
    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.commands.sources import Opened
    from kubectl_dra.diagnosis.diagnosis import Diagnosis
    from kubectl_dra.diagnosis.explain import Explainer
    from kubectl_dra.inventory.inventory import Inventory

_DESCRIPTION = """\
Say why a pod that asked for devices does not run: the clause, the device, the value, the holder, the node.

 One pod is told in full: the verdict, the root cause with its proof, what would change it and what happened when that was tried, each node,
 and whether the scheduler's own words agree. Without a pod, all pods that wait for devices are listed, those with the same cause together.
 A workload stands for its pods; one that has none is told why. A pod that is not pending is told what is wrong after scheduling.
"""

_EXAMPLES = """\
# Say why a pod does not run
kubectl dra why-pending -n ml pod/train-1

# List all pods that wait for devices, with their causes
kubectl dra why-pending -A

# Say why a Deployment has no pods, or why they wait
kubectl dra why-pending -n ml deployment/trainer

# Show what the root cause hides as well, as JSON
kubectl dra why-pending pod/train-1 --all-findings -o json

# Explain a pod of a dump
kubectl dra why-pending --from cluster.yaml -n ml pod/train-1
"""

_CLUSTER: tuple[Kind, ...] = (
    kinds.RESOURCE_SLICE,
    kinds.RESOURCE_CLAIM,
    kinds.DEVICE_CLASS,
    kinds.DEVICE_TAINT_RULE,
    kinds.RESOURCE_CLAIM_TEMPLATE,
    kinds.NODE,
    kinds.POD,
    kinds.NAMESPACE,
    kinds.DAEMON_SET,
)
_NEARBY: tuple[Kind, ...] = (kinds.EVENT, kinds.RESOURCE_QUOTA)
_OWNERS: tuple[Kind, ...] = (
    kinds.DEPLOYMENT,
    kinds.REPLICA_SET,
    kinds.STATEFUL_SET,
    kinds.JOB,
    kinds.CRON_JOB,
    kinds.RUNTIME_CLASS,
)
_RIGHTS: tuple[Kind, ...] = (kinds.CLUSTER_ROLE, kinds.CLUSTER_ROLE_BINDING)


def _add_flags(parser: Parser) -> None:
    add_table_flags(parser)
    add_scope_flags(parser)
    parser.add_value("-l", "--selector", "Only pods with these labels (e.g. -l key1=value1,key2=value2)")
    parser.add_switch("", "--all-findings", "Show what the root causes hide or bring about as well")
    parser.add_positional("KIND/NAME")


def _run(options: Namespace) -> Answer:
    opened = open_source(options)
    namespace = namespace_wanted(options, opened)
    wanted = _wanted(options.words)
    if wanted and namespace is None:
        raise UsageError("-A and the name of a pod exclude each other; -n NAMESPACE says where the pod is")
    nearby = _NEARBY if all(kind == "Pod" for kind, _ in wanted) else (*_NEARBY, *_OWNERS)
    # the server works while the engine is imported
    begin_reading(opened, *_CLUSTER)
    begin_reading(opened, *nearby, namespace=namespace)
    from kubectl_dra.diagnosis.explain import Explainer  # noqa: PLC0415  (help explains nothing)
    from kubectl_dra.diagnosis.scene import Scene  # noqa: PLC0415
    from kubectl_dra.rendering.views.diagnoses import show_diagnoses  # noqa: PLC0415
    from kubectl_dra.reports.diagnoses import DiagnosisList, worst_first  # noqa: PLC0415

    inventory = _load(options, opened, namespace, nearby)
    explainer = Explainer(Scene(inventory))
    found = _explained(explainer, wanted, namespace, options)
    kept = tuple(_kept(options, diagnosis) for diagnosis in found)
    view = kept_findings(options, explainer.view)
    report = DiagnosisList(
        diagnoses=worst_first(kept) if not wanted else kept,
        in_full=bool(wanted) or (len(kept) == 1 and not options.all_namespaces),
        everything=options.all_findings,
        view=view,
        unread=inventory.unread,
        release=str(inventory.release),
        scope="" if namespace is None else f" in namespace {namespace}",
    )
    return Answer(report, partial(show_diagnoses, report), report.names, report.findings(), notices=opened.notices)


def _wanted(words: Iterable[str]) -> list[tuple[str, str]]:
    """``pod/x``, ``pod x``, ``x``, ``deployment/y`` → kinds and names."""
    words = list(words)
    if words and "/" not in words[0] and len(words) > 1 and kinds.kind_named(words[0]) != words[0]:
        return [(kinds.kind_named(words[0]), name) for name in words[1:]]
    found = []
    for word in words:
        kind, slash, name = word.partition("/")
        if slash and not (kind and name):
            raise UsageError(f"{word} is not KIND/NAME")
        found.append((kinds.kind_named(kind), name) if slash else ("Pod", word))
    return found


def _load(options: Namespace, opened: Opened, namespace: str | None, kinds_nearby: tuple[Kind, ...]) -> Inventory:
    """What explanations need: devices and pods of the whole cluster, events and, where one is named, workloads of the namespace alone."""
    if opened.server is None:
        return load_inventory(options, opened, *_CLUSTER, *_NEARBY, *_OWNERS, *_RIGHTS, about=kinds.POD)
    inventory = load_inventory(options, opened, *_CLUSTER, about=kinds.POD)
    nearby = load_inventory(options, opened, *kinds_nearby, namespace=namespace)
    inventory = msgspec.structs.replace(
        inventory,
        events=nearby.events,
        resource_quotas=nearby.resource_quotas,
        workloads={**inventory.workloads, **nearby.workloads},
        cron_jobs=nearby.cron_jobs,
        runtime_classes=nearby.runtime_classes,
        read_kinds=inventory.read_kinds | nearby.read_kinds,
        unread=(*inventory.unread, *nearby.unread),
    )
    if not _may_wait_for_binding(inventory):
        return inventory
    rights = load_inventory(options, opened, *_RIGHTS)
    return msgspec.structs.replace(
        inventory,
        cluster_roles=rights.cluster_roles,
        cluster_role_bindings=rights.cluster_role_bindings,
        read_kinds=inventory.read_kinds | {one for one in _RIGHTS if rights.knows(one)},
    )


def _may_wait_for_binding(inventory: Inventory) -> bool:
    """Whether some claim waits for binding conditions, so that a driver's rights matter."""
    return any(
        result.binding_conditions and not claim.status.devices
        for claim in inventory.resource_claims.values()
        if claim.status.allocation
        for result in claim.status.allocation.devices.results
    )


def _explained(explainer: Explainer, wanted: list[tuple[str, str]], namespace: str | None, options: Namespace) -> list[Diagnosis]:
    from kubectl_dra.diagnosis.choosing import waiting_pods  # noqa: PLC0415  (help explains nothing)

    if wanted:
        return [diagnosis for kind, name in wanted for diagnosis in _named(explainer, kind, namespace or "", name)]
    pods = _with_labels(waiting_pods(explainer.scene, namespace), options.selector)
    return [explainer.explain(pod) for pod in pods]


def _with_labels(pods: Iterable[Pod], selector: str) -> list[Pod]:
    from kubectl_dra.commands.names import labelled  # noqa: PLC0415  (help explains nothing)

    return labelled(pods, selector, lambda pod: pod.metadata)


def _named(explainer: Explainer, kind: str, namespace: str, name: str) -> list[Diagnosis]:
    from kubectl_dra.api.meta import NamespacedName  # noqa: PLC0415  (help explains nothing)
    from kubectl_dra.diagnosis.owners import owned_by  # noqa: PLC0415

    inventory = explainer.scene.inventory
    if kind == "Pod":
        pod = inventory.pods.get(NamespacedName(namespace, name))
        if pod is None:
            refuse_hidden(inventory, kinds.POD)
            raise missing_in("pod", namespace, name, inventory.pods)
        return [explainer.explain(pod)]
    owned = owned_by(inventory, kind, namespace, name)
    if owned is None:
        for hidden in (known for known in kinds.KINDS if known.name == kind):
            refuse_hidden(inventory, hidden)
        names = [key.name for key in inventory.workloads if key.kind_name == kind]
        raise missing_in(kind.lower(), namespace, name, names)
    return explainer.explain_owner(owned)


def _kept(options: Namespace, diagnosis: Diagnosis) -> Diagnosis:
    """A diagnosis without the findings that ``--suppress`` covers."""
    return msgspec.structs.replace(
        diagnosis, findings=kept_findings(options, diagnosis.findings), further=kept_findings(options, diagnosis.further)
    )


COMMAND = Command(
    name="why-pending",
    usage="[KIND/NAME ...] [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
)
