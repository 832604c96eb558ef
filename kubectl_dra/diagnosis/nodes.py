"""Nodes that refuse a pod for other reasons than devices → facts, and all nodes in a few words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from kubectl_dra.api.core import Toleration
from kubectl_dra.apimachinery.quantity import from_int
from kubectl_dra.diagnosis import changes
from kubectl_dra.diagnosis.answers import device_answers
from kubectl_dra.diagnosis.diagnosis import NodeSummary
from kubectl_dra.diagnosis.scene import subject_of_pod
from kubectl_dra.diagnosis.taints import taint_text
from kubectl_dra.findings import prose
from kubectl_dra.scheduler import reasons
from kubectl_dra.scheduler.filters import is_tolerated
from kubectl_dra.scheduler.verdict import CouldNotTell, Errors, Filtered, Fits, NotJudged, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kubectl_dra.api.core import Node, Pod, Taint
    from kubectl_dra.diagnosis.collect import Case, Cases
    from kubectl_dra.diagnosis.scene import Scene
    from kubectl_dra.findings.finding import Change, Facts
    from kubectl_dra.scheduler.verdict import NodeVerdict

_EFFECTS = frozenset({"NoSchedule", "NoExecute"})


def node_facts(scene: Scene, pod: Pod, cases: Sequence[Case], plugin: reasons.Plugin, *, others_gone: bool = False) -> Facts:
    """Why the nodes of these cases, which have the devices (once the other obstacles are gone), refuse the pod by this plugin."""
    names = tuple(dict.fromkeys(name for case in cases for name in case.nodes))
    refusals = [(name, refusal) for case in cases for name in case.nodes for refusal in case.refusals if refusal.plugin is plugin]
    match plugin:
        case reasons.Plugin.TAINT_TOLERATION:
            return _taint_not_tolerated(scene, pod, names)
        case reasons.Plugin.NODE_RESOURCES_FIT:
            return _resources_short(scene, pod, cases)
        case reasons.Plugin.NODE_AFFINITY | reasons.Plugin.NODE_UNSCHEDULABLE | reasons.Plugin.NODE_NAME:
            return excluded(scene, pod, names, others_gone=others_gone)
        case _:
            from kubectl_dra.findings.dra316_node_refuses_pod import NodeRefusesPod  # noqa: PLC0415 - one finding of many

            said = dict.fromkeys(reason for _, refusal in refusals for reason in refusal.reasons)
            return NodeRefusesPod(pod=subject_of_pod(pod), nodes=names, reasons=tuple(said))


# ── taints ──


def _taint_not_tolerated(scene: Scene, pod: Pod, names: Sequence[str]) -> Facts:
    from kubectl_dra.findings.dra314_node_taint_not_tolerated import NodeTaintNotTolerated, TaintedNodes  # noqa: PLC0415

    by_taint: dict[tuple[str, str, str], list[str]] = {}
    taints: dict[tuple[str, str, str], Taint] = {}
    for name in names:
        for taint in untolerated(pod, scene.inventory.nodes[name]):
            key = (taint.key, taint.value, taint.effect)
            by_taint.setdefault(key, []).append(name)
            taints[key] = taint
    order = sorted(by_taint, key=lambda key: -len(by_taint[key]))
    near, path = _near_toleration(pod, taints[order[0]])
    missing = tuple(_toleration_for(taints[key]) for key in order)
    return NodeTaintNotTolerated(
        pod=subject_of_pod(pod),
        taints=tuple(TaintedNodes(taint=taint_text(taints[key]), nodes=tuple(by_taint[key])) for key in order),
        near=near,
        near_path=path,
        toleration=", ".join(_toleration_text(one) for one in missing),
        change=changes.pod_changed(pod, tolerations=(*pod.spec.tolerations, *missing)),
        not_ready=tuple(name for name in names if not _is_ready(scene.inventory.nodes[name])),
    )


def untolerated(pod: Pod, node: Node) -> tuple[Taint, ...]:
    """The node's taints that keep the pod away."""
    return tuple(taint for taint in node.spec.taints if taint.effect in _EFFECTS and not is_tolerated(taint, pod.spec.tolerations))


def _near_toleration(pod: Pod, taint: Taint) -> tuple[str, str]:
    """A toleration of the same key that does not fit, in words, and its field."""
    for index, one in enumerate(pod.spec.tolerations):
        if one.key != taint.key:
            continue
        if one.effect not in ("", taint.effect):
            return f"the pod tolerates effect {one.effect} of {one.key}, the taint has {taint.effect}", f"spec.tolerations[{index}].effect"
        if one.operator != "Exists":
            said = f'value "{one.value}"' if one.value else "no value"
            return f'the pod tolerates {said} of {one.key}, the taint has value "{taint.value}"', f"spec.tolerations[{index}].value"
    return "", ""


def _toleration_for(taint: Taint) -> Toleration:
    if taint.value:
        return Toleration(key=taint.key, operator="Equal", value=taint.value, effect=taint.effect)
    return Toleration(key=taint.key, operator="Exists", effect=taint.effect)


def _toleration_text(one: Toleration) -> str:
    value = f', value: "{one.value}"' if one.value else ""
    return f"{{key: {one.key}, operator: {one.operator}{value}, effect: {one.effect}}}"


def _is_ready(node: Node) -> bool:
    return not any(condition.type == "Ready" and condition.status != "True" for condition in node.status.conditions)


# ── affinity, cordon ──


def excluded(scene: Scene, pod: Pod, names: Sequence[str], *, others_gone: bool = False) -> Facts:
    """The nodes are cordoned, or the pod's selector or affinity leaves them out."""
    from kubectl_dra.findings.dra313_node_excluded import Exclusion, NodeExcluded  # noqa: PLC0415 - one finding of many

    nodes = [scene.inventory.nodes[name] for name in names]
    cordoned = tuple(node.metadata.name for node in nodes if node.spec.unschedulable)
    exclusions: list[Exclusion] = []
    path, remedy, change = "spec.nodeSelector", "", None
    differing = [
        (key, value) for key, value in pod.spec.node_selector.items() if any(node.metadata.labels.get(key) != value for node in nodes)
    ]
    if differing:
        wants = ", ".join(f"{key}={value}" for key, value in differing)
        has = _label_values(nodes, [key for key, _ in differing])
        exclusions.append(Exclusion(reason=f"the pod's nodeSelector wants {wants}", nodes=tuple(names), values=has))
        path = f"spec.nodeSelector[{differing[0][0]}]"
        kept = {key: value for key, value in pod.spec.node_selector.items() if (key, value) not in differing}
        remedy = f"create the pod anew without {wants} in its spec.nodeSelector"
        change = changes.pod_changed(pod, node_selector=kept)
    elif _affinity_text(pod) and len(cordoned) < len(nodes):
        keys = _affinity_keys(pod)
        exclusions.append(
            Exclusion(reason=f"the pod's node affinity wants {_affinity_text(pod)}", nodes=tuple(names), values=_label_values(nodes, keys))
        )
        path = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"
        remedy = f"create the pod anew with a node affinity that accepts {prose.listed(names)}"
        change = changes.pod_changed(pod, affinity=None)
    if cordoned:
        exclusions.append(Exclusion(reason=f"{prose.listed(cordoned)} {prose.verb(len(cordoned), 'is')} cordoned", nodes=cordoned))
    uncordon = _uncordoned(nodes[0]) if cordoned and len(cordoned) == len(nodes) else None
    return NodeExcluded(
        pod=subject_of_pod(pod),
        nodes=tuple(names),
        exclusions=tuple(exclusions),
        field_path=path,
        change=change,
        cordoned=cordoned,
        remedy=remedy,
        uncordon=uncordon,
        others_gone=others_gone,
    )


def _uncordoned(node: Node) -> Change:
    taints = tuple(taint for taint in node.spec.taints if taint.key != "node.kubernetes.io/unschedulable")
    return changes.node_changed(node, unschedulable=False, taints=taints)


def _label_values(nodes: Iterable[Node], keys: Sequence[str]) -> str:
    counts = Counter(
        ", ".join(f"{key}={node.metadata.labels[key]}" if key in node.metadata.labels else f"no {key}" for key in keys) for node in nodes
    )
    return prose.listed([text for text, _ in counts.most_common()])


def _affinity_terms(pod: Pod) -> Sequence[object]:
    affinity = pod.spec.affinity.node_affinity if pod.spec.affinity else None
    required = affinity.required_during_scheduling_ignored_during_execution if affinity else None
    return required.node_selector_terms if required else ()


def _affinity_keys(pod: Pod) -> list[str]:
    return list(dict.fromkeys(one.key for term in _affinity_terms(pod) for one in term.match_expressions))  # type: ignore[attr-defined]  # terms


def _affinity_text(pod: Pod) -> str:
    terms = [
        ",".join(_requirement(one) for one in (*term.match_expressions, *term.match_fields))  # type: ignore[attr-defined]  # terms
        for term in _affinity_terms(pod)
    ]
    return " or ".join(terms)


def _requirement(one: object) -> str:
    key, operator, values = one.key, one.operator, one.values  # type: ignore[attr-defined]  # a requirement
    if operator == "In":
        return f"{key}={values[0]}" if len(values) == 1 else f"{key} in ({','.join(values)})"
    if operator == "NotIn":
        return f"{key}!={values[0]}" if len(values) == 1 else f"{key} notin ({','.join(values)})"
    if operator in ("Exists", "DoesNotExist"):
        return f"!{key}" if operator == "DoesNotExist" else str(key)
    return f"{key} {operator} {','.join(values)}"


# ── room ──


def _resources_short(scene: Scene, pod: Pod, cases: Sequence[Case]) -> Facts:
    from kubectl_dra.findings.dra315_node_resources_short import NodeResourcesShort, Shortage  # noqa: PLC0415

    shortages = [
        Shortage(
            node=name,
            resource=one.name,
            allocatable=_amount(one.name, one.capacity),
            requested=_amount(one.name, one.used),
            wanted=_amount(one.name, one.requested),
        )
        for case in cases
        for name in case.nodes
        for refusal in case.refusals
        if isinstance(refusal, reasons.ResourcesInsufficient)
        for one in refusal.shortages
    ]
    first = shortages[0].node
    users = [
        (amount, str(other.metadata.key))
        for other in scene.inventory.pods.values()
        if other.spec.node_name == first
        and other.status.phase not in ("Succeeded", "Failed")
        and (amount := _wants(other, shortages[0].resource))
    ]
    less = _asking_for_less(pod, cases)
    return NodeResourcesShort(
        pod=subject_of_pod(pod),
        shortages=tuple(shortages),
        fits_with=less.text if less else "",
        roomy=next((case.nodes[0] for case in cases if _would_be_large_enough(case)), ""),
        change=less.change if less else None,
        users=tuple(f"{name} ({_amount(shortages[0].resource, amount)})" for amount, name in sorted(users, reverse=True)[:3]),
    )


def _would_be_large_enough(case: Case) -> bool:
    """Whether the node has as much as the pod wants, were it empty."""
    short = [one for refusal in case.refusals if isinstance(refusal, reasons.ResourcesInsufficient) for one in refusal.shortages]
    return all(one.requested <= one.capacity for one in short)


class _Less(NamedTuple):
    """A smaller request of the pod's only container, and the pod with it."""

    text: str
    change: Change


def _asking_for_less(pod: Pod, cases: Sequence[Case]) -> _Less | None:
    """The most of the one resource that is short that a node has left; None where no smaller request of one container would do."""
    left = {
        (one.name, one.capacity - one.used)
        for case in cases
        for refusal in case.refusals
        if isinstance(refusal, reasons.ResourcesInsufficient) and len(refusal.shortages) == 1
        for one in refusal.shortages
        if one.name in ("cpu", "memory") and one.capacity > one.used
    }
    if not left or len(pod.spec.containers) != 1 or pod.spec.init_containers:
        return None
    resource, amount = max(left, key=lambda found: (found[0] == "cpu", found[1]))
    container = pod.spec.containers[0]
    requests = {**container.resources.requests, resource: _amount(resource, amount)}
    resources = msgspec.structs.replace(container.resources, requests=requests)
    changed = changes.pod_changed(pod, containers=(msgspec.structs.replace(container, resources=resources),))
    return _Less(f"{resource}: {requests[resource]}", changed)


def _wants(pod: Pod, resource: str) -> int:
    from kubectl_dra.inventory.podrequests import amounts_of, pod_requests  # noqa: PLC0415 - seldom needed

    return amounts_of(pod_requests(pod)).get(resource, 0)


def _amount(resource: str, amount: int) -> str:
    if resource == "cpu":
        return str(amount // 1000) if amount % 1000 == 0 else f"{amount}m"
    if resource == "memory" or resource.startswith(("hugepages-", "ephemeral-storage")):
        return str(from_int(amount, format="BinarySI"))
    return str(amount)


# ── all nodes in a few words ──


def node_summaries(outcome: Filtered, cases: Cases | None = None) -> tuple[NodeSummary, ...]:
    """Every node with its answer, alike ones together; ``cases`` are there where the nodes' devices were looked at."""
    grouped: dict[tuple[str, bool], list[str]] = {}
    of_devices = device_answers(cases) if cases else {}
    for group in outcome.groups:
        differs, fits = _differs_by_node(group.verdict), isinstance(group.verdict, Fits)
        same: dict[str | None, list[str]] = {}  # thousands of nodes have few answers
        for name in group.nodes:
            said = of_devices.get(name)
            names = None if differs else same.get(said)
            if names is None:
                answer = _answer(outcome.verdicts[name] if differs else group.verdict, said)
                names = same[said] = grouped.setdefault((answer, fits), [])
            names.append(name)
    return tuple(NodeSummary(nodes=tuple(names), answer=answer, fits=fits) for (answer, fits), names in grouped.items())


def _differs_by_node(verdict: NodeVerdict) -> bool:
    return isinstance(verdict, Refused) and isinstance(verdict.refusal, reasons.NodeTaintNotTolerated | reasons.ResourcesInsufficient)


def _answer(verdict: NodeVerdict, of_devices: str | None) -> str:
    match verdict:
        case Fits():
            return "fits"
        case Refused(refusal=refusal):
            return refusal_text(refusal, of_devices)
        case Errors():
            return "an error ends the attempt"
        case NotJudged():
            others = prose.listed([str(plugin) for plugin in verdict.by])
            return f"{_answer(verdict.otherwise, of_devices)}, if {others} accepts it"
        case CouldNotTell():
            return f"not known: {verdict.why}"


def refusal_text(refusal: reasons.NodeRefusal, of_devices: str | None = None) -> str:
    """Why a node refuses the pod, in a few words; ``of_devices`` is what its devices' answer is, where they were looked at."""
    match refusal:
        case reasons.NodeTaintNotTolerated(taint=taint):
            return f"taint {taint_text(taint)}"
        case reasons.NodeCordoned():
            return "cordoned"
        case reasons.OtherNodeNamed():
            return "the pod names another node"
        case reasons.NodeAffinityDiffers() | reasons.NodeNotNamed():
            return "the pod's nodeSelector or affinity leaves it out"
        case reasons.HostPortsTaken(ports=ports):
            return f"host port {prose.listed([str(port.port) for port in ports])} taken"
        case reasons.ResourcesInsufficient(shortages=shortages):
            return ", ".join(
                f"{one.name}: {_amount(one.name, one.requested)} wanted, {_amount(one.name, one.capacity - one.used)} left"
                for one in shortages
            )
        case reasons.ClaimsNotAllocated():
            return of_devices or "no device that would do (above)"
        case reasons.InvalidPoolsEncountered():
            return "no device, and an invalid pool"
        case reasons.ClaimsUnavailable(claims=claims):
            return f"claim {prose.listed([key.name for key, _ in claims])} is allocated for other nodes"
        case _:
            return prose.listed(refusal.reasons)
