"""Pod, NodeInfo → NodeRefusal or None: the scheduler's filters beside DynamicResources, each a pure function, in its order.

Upstream: ``pkg/scheduler/framework/plugins/{nodename,nodeunschedulable,tainttoleration,nodeaffinity,nodeports,noderesources}``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from kubectl_dra.api.core import Taint
from kubectl_dra.apimachinery.nodeselector import selector_matches
from kubectl_dra.inventory.podrequests import CPU, EPHEMERAL_STORAGE, MEMORY, PODS, amounts_of, pod_requests
from kubectl_dra.releases.release import Release, nearest_followed
from kubectl_dra.scheduler.nodeinfo import host_ports
from kubectl_dra.scheduler.reasons import (
    HostPortsTaken,
    NodeAffinityDiffers,
    NodeCordoned,
    NodeTaintNotTolerated,
    OtherNodeNamed,
    ResourcesInsufficient,
    Shortage,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from kubectl_dra.api.core import Node, Pod, Toleration
    from kubectl_dra.api.resource import DeviceClass, NodeSelector
    from kubectl_dra.scheduler.nodeinfo import HostPort, NodeInfo
    from kubectl_dra.scheduler.reasons import NodeRefusal

_KEEPS_PODS_AWAY = frozenset({"NoSchedule", "NoExecute"})
_CORDON_TAINT = Taint(key="node.kubernetes.io/unschedulable", effect="NoSchedule")
_COMPARISONS = frozenset({"Gt", "Lt"})
_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_MIN_INT64, _MAX_INT64 = -(1 << 63), (1 << 63) - 1
_PLAIN = (CPU, MEMORY, EPHEMERAL_STORAGE)
_FIRST_WITH_NAME_FIRST = Release(1, 37)
_FIRST_WITH_ZERO_AS_ABSENT = Release(1, 35)


class PodView(msgspec.Struct, frozen=True, kw_only=True):
    """A pod as the filters look at it, worked out once for all nodes (upstream: what the PreFilter plugins write).

    ``backing_classes`` maps the extended resources that DRA may back to their class; it is empty where the release does not.
    """

    pod: Pod
    requests: Mapping[str, int]
    ports: tuple[HostPort, ...]
    backing_classes: Mapping[str, DeviceClass]
    release: Release


Filter: TypeAlias = "Callable[[PodView, NodeInfo], NodeRefusal | None]"


def view_pod(pod: Pod, backing_classes: Mapping[str, DeviceClass], release: Release) -> PodView:
    """What the filters need to know of a pod."""
    return PodView(
        pod=pod,
        requests=amounts_of(pod_requests(pod)),
        ports=host_ports(pod),
        backing_classes=backing_classes,
        release=nearest_followed(release),
    )


def what_is_read(view: PodView) -> bytes:
    """What the filters read of a pod: equal for pods that they treat alike on every node."""
    spec = view.pod.spec
    affinity = spec.affinity.node_affinity if spec.affinity else None
    return msgspec.json.encode(
        (view.requests, view.ports, spec.node_name, spec.node_selector, affinity, spec.tolerations), order="deterministic"
    )


def first_refusal(view: PodView, node: NodeInfo) -> NodeRefusal | None:
    """The first filter's refusal, as the scheduler stops there; None where all pass."""
    for check in filters_of(view.release):
        refusal = check(view, node)
        if refusal is not None:
            return refusal
    return None


def all_refusals(view: PodView, node: NodeInfo) -> tuple[NodeRefusal, ...]:
    """Every filter's refusal, for explanations."""
    found = (check(view, node) for check in filters_of(view.release))
    return tuple(refusal for refusal in found if refusal is not None)


def filters_of(release: Release) -> tuple[Filter, ...]:
    """The filters in the order of the release's default plugins."""
    return _NAME_FIRST if release >= _FIRST_WITH_NAME_FIRST else _CORDON_FIRST


def node_name(view: PodView, node: NodeInfo) -> OtherNodeNamed | None:
    """NodeName."""
    wanted = view.pod.spec.node_name
    return OtherNodeNamed() if wanted and wanted != node.name else None


def node_unschedulable(view: PodView, node: NodeInfo) -> NodeCordoned | None:
    """NodeUnschedulable; a pod that tolerates the cordon's taint may come nevertheless."""
    if not node.node.spec.unschedulable or is_tolerated(_CORDON_TAINT, view.pod.spec.tolerations):
        return None
    return NodeCordoned()


def taint_toleration(view: PodView, node: NodeInfo) -> NodeTaintNotTolerated | None:
    """TaintToleration."""
    for taint in node.node.spec.taints:
        if taint.effect in _KEEPS_PODS_AWAY and not is_tolerated(taint, view.pod.spec.tolerations):
            return NodeTaintNotTolerated(taint=taint)
    return None


def is_tolerated(taint: Taint, tolerations: Iterable[Toleration]) -> bool:
    """Whether one of ``tolerations`` tolerates ``taint``.

    The operators Gt and Lt are looked at wherever they stand: the API server keeps them only where their gate is on (alpha from 1.35).
    """
    return any(_tolerates(toleration, taint) for toleration in tolerations)


def _tolerates(toleration: Toleration, taint: Taint) -> bool:
    if toleration.effect and toleration.effect != taint.effect:
        return False
    if toleration.key and toleration.key != taint.key:
        return False
    if toleration.operator in _COMPARISONS:
        return _compares(toleration, taint.value)
    return toleration.operator == "Exists" or (toleration.operator in ("", "Equal") and toleration.value == taint.value)


def _compares(toleration: Toleration, value: str) -> bool:
    """Whether a taint's value is on the toleration's side of its bound, both being whole numbers (upstream: ``compareNumericValues``)."""
    if not (_WHOLE.fullmatch(value) and _WHOLE.fullmatch(toleration.value)):
        return False
    number, bound = int(value), int(toleration.value)
    if min(number, bound) < _MIN_INT64 or max(number, bound) > _MAX_INT64:
        return False
    return number < bound if toleration.operator == "Lt" else number > bound


def node_affinity(view: PodView, node: NodeInfo) -> NodeAffinityDiffers | None:
    """NodeAffinity: ``nodeSelector`` and the required terms; preferred ones never refuse."""
    labels = node.node.metadata.labels
    if any(labels.get(key) != value for key, value in view.pod.spec.node_selector.items()):
        return NodeAffinityDiffers()
    required = required_node_affinity(view.pod)
    if required is not None and not matches_node(required, node.node):
        return NodeAffinityDiffers()
    return None


def required_node_affinity(pod: Pod) -> NodeSelector | None:
    """The pod's required node affinity, None where it has none."""
    affinity = pod.spec.affinity.node_affinity if pod.spec.affinity else None
    return affinity.required_during_scheduling_ignored_during_execution if affinity else None


def matches_node(selector: NodeSelector, node: Node) -> bool:
    """Whether a node selector of the API matches the node."""
    return selector_matches(selector.node_selector_terms, node.metadata.labels, node.metadata.name)


def named_nodes(pod: Pod) -> frozenset[str] | None:
    """The nodes that the pod's affinity names, None where a term leaves the name open (upstream: NodeAffinity's ``PreFilter``).

    An empty set means terms that contradict themselves.
    """
    required = required_node_affinity(pod)
    if required is None or not required.node_selector_terms:
        return None
    named: frozenset[str] = frozenset()
    for term in required.node_selector_terms:
        fields = [field for field in term.match_fields if (field.key, field.operator) == ("metadata.name", "In")]
        if not fields:
            return None
        named |= frozenset(fields[0].values).intersection(*(field.values for field in fields[1:]))
    return named


def node_ports(view: PodView, node: NodeInfo) -> HostPortsTaken | None:
    """NodePorts."""
    taken = tuple(port for port in view.ports if any(port.conflicts_with(used) for used in node.used_ports))
    return HostPortsTaken(ports=taken) if taken else None


def node_resources_fit(view: PodView, node: NodeInfo) -> ResourcesInsufficient | None:
    """NodeResourcesFit, with everything that is short."""
    shortages = [] if len(node.pods) + 1 <= node.allocatable.get(PODS, 0) else [_shortage(PODS, 1, len(node.pods), node)]
    for name, amount in view.requests.items():
        if amount <= 0 or name == PODS or _is_left_to_dra(name, view, node):
            continue
        used = node.requested.get(name, 0)
        if amount > node.allocatable.get(name, 0) - used:
            shortages.append(_shortage(name, amount, used, node))
    return ResourcesInsufficient(shortages=tuple(sorted(shortages, key=_place))) if shortages else None


def _shortage(name: str, amount: int, used: int, node: NodeInfo) -> Shortage:
    return Shortage(name=name, requested=amount, used=used, capacity=node.allocatable.get(name, 0))


def _place(shortage: Shortage) -> tuple[int, str]:
    order = (PODS, *_PLAIN)
    return (order.index(shortage.name) if shortage.name in order else len(order), shortage.name)


def _is_left_to_dra(name: str, view: PodView, node: NodeInfo) -> bool:
    """Whether DynamicResources has to provide the resource on this node (upstream: ``shouldDelegateResourceToDRA``)."""
    if name not in view.backing_classes:
        return False
    if view.release < _FIRST_WITH_ZERO_AS_ABSENT:
        return name not in node.allocatable
    return not node.allocatable.get(name, 0)


_REST: tuple[Filter, ...] = (taint_toleration, node_affinity, node_ports, node_resources_fit)
_CORDON_FIRST: tuple[Filter, ...] = (node_unschedulable, node_name, *_REST)
_NAME_FIRST: tuple[Filter, ...] = (node_name, node_unschedulable, *_REST)
