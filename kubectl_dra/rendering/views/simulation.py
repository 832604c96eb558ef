"""Simulation → a line for each pod, the nodes that refuse it beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.rendering.document import Document, Lines, Span
from kubectl_dra.rendering.views.notes import finding_lines, unread_lines
from kubectl_dra.reports.words import counted, listed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kubectl_dra.rendering.document import Line
    from kubectl_dra.rendering.layout import Layout
    from kubectl_dra.reports.simulation import (
        GivenDevice,
        MoreCopies,
        RefusedObject,
        SimulatedPod,
        SimulatedWorkload,
        Simulation,
    )


def show_simulation(report: Simulation, layout: Layout) -> Document:
    """Pods in the order in which they were taken; alike ones that do not fit are counted, not repeated."""
    width = max((len(pod.name) for item in report.items for pod in item.pods), default=0)
    lines = tuple(line for item in report.items for line in _workload_lines(item, width, layout))
    refused = tuple(line for one in report.refused for line in _refused_lines(one))
    copies = tuple(line for more in report.how_many for line in _copies_lines(more))
    blocks = tuple(Lines(part) for part in (refused, lines, copies) if part)
    return Document(blocks, (*_talk(report), *finding_lines(report.findings), *unread_lines(report.unread)))


def _refused_lines(one: RefusedObject) -> Iterator[Line]:
    first, *others = one.message.splitlines()
    yield (f"{one.place}: {one.kind}/{one.name} ", Span("would be refused", "bad"), f": {first}")
    yield from ((f"  {other}",) for other in others)


def _workload_lines(item: SimulatedWorkload, width: int, layout: Layout) -> Iterator[Line]:
    if item.existing_pods:
        yield (f"{item.kind.lower()} {item.name}   has {counted(item.existing_pods, 'pod')} already",)
    for pods in _alike(item.pods):
        for pod in pods if layout.wide else pods[: _shown(pods)]:
            yield from _pod_lines(pod, width)
        hidden = 0 if layout.wide else len(pods) - _shown(pods)
        if hidden:
            yield (Span(f"and {counted(hidden, 'more pod')} {'does' if hidden == 1 else 'do'} not fit for the same reason", "dim"),)


def _shown(pods: list[SimulatedPod]) -> int:
    """How many of pods with the same answer are shown: all that fit, one of those that do not."""
    return len(pods) if pods[0].fits else 1


def _alike(pods: Iterable[SimulatedPod]) -> list[list[SimulatedPod]]:
    """Neighbours that do not fit, for the same reasons on the same nodes."""
    groups: list[list[SimulatedPod]] = []
    for pod in pods:
        last = groups[-1][0] if groups else None
        if last is not None and _reads_alike(last, pod):
            groups[-1].append(pod)
        else:
            groups.append([pod])
    return groups


def _reads_alike(one: SimulatedPod, other: SimulatedPod) -> bool:
    """Whether the other pod's line would say nothing new."""
    if one.cause is None or other.cause is None or any(answer.nodes for answer in one.answers):
        return one.is_refused_like(other)
    return not one.fits and (one.verdict, one.cause.headline) == (other.verdict, other.cause.headline)


def _pod_lines(pod: SimulatedPod, width: int) -> Iterator[Line]:
    start = f"pod {pod.name.ljust(width)}   "
    if pod.fits:
        others = len(pod.feasible_nodes) - 1
        more = f" or {counted(others, 'other node')}" if others > 0 else ""
        verb = "runs on" if pod.verdict == "scheduled" else "fits on" if _is_certain(pod) else "may fit on"
        yield (
            start,
            Span(f"{verb} {pod.node}", "good" if _is_certain(pod) else "warn"),
            more,
            *(("   ", devices_text(pod.devices, pod.node)) if pod.devices else ()),
        )
        return
    yield (start, Span(_refusal_text(pod), "bad"), *_cause("   ", pod))
    for line in _answer_lines(pod):
        yield (" " * len(start), *line)
    if pod.advice_for:
        yield (" " * len(start), Span(f"scheduler {pod.advice_for} decides about this pod; this is what kube-scheduler would say", "dim"))


def _cause(separator: str, pod: SimulatedPod) -> Line:
    if pod.needs_refused:
        return (f"{separator}it needs {pod.needs_refused}, which would be refused",)
    if pod.cause is None:
        return ()
    doubt = "" if _is_certain(pod) else "possibly "
    return (f"{separator}{doubt}{pod.cause.headline}   ", Span(pod.cause.code, "accent"))


def _is_certain(pod: SimulatedPod | MoreCopies) -> bool:
    return pod.confidence.value == "certain"


def _refusal_text(pod: SimulatedPod) -> str:
    return {
        "held": "is held before scheduling",
        "gated": "is held by scheduling gates",
        "error": "does not fit, the attempt ends in an error",
        "cannot tell": "may fit or not, this program cannot tell",
    }.get(pod.verdict, "does not fit" if _is_certain(pod) else "may fit or not")


def _answer_lines(pod: SimulatedPod) -> Iterator[Line]:
    """Which nodes refuse the pod why, a line each. What holds it before scheduling is no node's answer, and the cause says it better."""
    for answer in pod.answers:
        if answer.nodes:
            yield (f"{listed(answer.nodes)}: {', '.join(answer.reasons)}",)
        elif pod.cause is None and not pod.needs_refused:
            yield (", ".join(answer.reasons),)


def devices_text(devices: Iterable[GivenDevice], node: str) -> str:
    """``gpu: gpu-0, gpu-1; nic: rdma0``: by request; a pool is named where it is not the node's own."""
    by_request: dict[str, list[str]] = {}
    for device in devices:
        name = device.device if device.pool == node else f"{device.pool}/{device.device}"
        by_request.setdefault(device.request, []).append(name)
    return "; ".join(f"{request}: {', '.join(names)}" for request, names in by_request.items())


def _copies_lines(more: MoreCopies) -> Iterator[Line]:
    noun = "copy" if more.kind == "Pod" else "pod"
    subject = f"{more.kind.lower()} {more.name}"
    if more.count:
        verb = "fits" if more.count == 1 else "fit"
        most = "" if _is_certain(more) else "at most "
        yield (
            Span(
                f"{most}{counted(more.count, f'more {noun}', f'more {noun[:-1]}ies' if noun == 'copy' else '')} of {subject} {verb}", "good"
            ),
        )
        yield from (("  ", line) for line in _spread(more))
    else:
        known = "" if more.next_pod is None or _is_certain(more.next_pod) else " as far as is known"
        yield (Span(f"no more {noun} of {subject} fits{known}", "bad"),)
    if more.next_pod is None:
        yield (Span("the count ends here; more may fit", "dim"),)
        return
    yield ("the next one ", _refusal_text(more.next_pod), *_cause(": ", more.next_pod))
    for line in _answer_lines(more.next_pod):
        yield ("  ", *line)


def _spread(more: MoreCopies) -> Iterator[str]:
    """How many on which nodes, most first, nodes with the same number together."""
    by_count: dict[int, list[str]] = {}
    for node, count in more.nodes.items():
        by_count.setdefault(count, []).append(node)
    for count in sorted(by_count, reverse=True):
        nodes = sorted(by_count[count])
        yield f"{count} on {nodes[0]}" if len(nodes) == 1 else f"{count} each on {listed(nodes)}"


def _talk(report: Simulation) -> Iterator[Line]:
    pods = [pod for item in report.items for pod in item.pods]
    fitting = sum(pod.fits for pod in pods)
    if pods:
        verb = "fits" if fitting == 1 else "fit"
        known = "" if report.is_certain else " as far as is known"
        yield (f"{fitting} of {counted(len(pods), 'pod')} {verb}{known}, as Kubernetes {report.release} schedules; nothing was applied",)
    else:
        yield ("All pods are there already; nothing is left to simulate.",)
    if any(len(pod.feasible_nodes) > 1 for pod in pods):
        yield (Span("where several nodes fit, the scheduler may prefer another one", "dim"),)
