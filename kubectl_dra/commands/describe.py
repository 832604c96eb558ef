"""``kubectl dra describe``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, NotAnswered, UsageError
from kubectl_dra.commands.names import missing, missing_in
from kubectl_dra.commands.sources import load_inventory, open_source, refuse_hidden

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.commands.sources import Opened
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware
    from kubectl_dra.reports.description import Description

_DESCRIPTION = """\
Show one object with all that belongs to it: claim, device, pod, class, pool or node.

 A claim is shown with its requests, the devices they got, their attributes and status, and the pods it is for; a device with its holders,
 counters, taints and the classes that select it; a pod with its claims, whichever way it got them.
"""

_EXAMPLES = """\
# Show a claim
kubectl dra describe claim train-0-gpu -n ml

# Show a pod's claims and devices
kubectl dra describe pod/train-0 -n ml

# Show a device, by node or pool, or with its driver
kubectl dra describe device node-1/gpu-0
kubectl dra describe device gpu.example.com/node-1/gpu-0

# Show a class, a pool, a node
kubectl dra describe class gpu.example.com
kubectl dra describe pool gpu.example.com/node-1
kubectl dra describe node node-1
"""

_HARDWARE = (kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.DEVICE_TAINT_RULE)


class _Topic(NamedTuple):
    """Something that can be described: its names, the kinds that are read for it, and what shows it."""

    names: tuple[str, ...]
    kinds: tuple[Kind, ...]
    describe: Callable[[Inventory, Hardware, str, str], Description]
    about: Kind
    """Without which nothing can be said."""
    named: Kind | None = None
    """What is named, where that is another kind."""


def _add_flags(parser: Parser) -> None:
    parser.add_positional("TYPE NAME")


def _run(options: Namespace) -> Answer:
    topic, name = _asked(options.words)
    from kubectl_dra.inventory.states import observe  # noqa: PLC0415  (help needs no inventory)
    from kubectl_dra.rendering.views.description import show_description  # noqa: PLC0415

    opened = open_source(options)
    inventory = load_inventory(options, opened, *topic.kinds, about=topic.about)
    try:
        report = topic.describe(inventory, observe(inventory), opened.namespace, name)
    except NotAnswered:
        refuse_hidden(inventory, topic.named or topic.about)
        raise
    report = _with_warnings(report, inventory, options)
    return Answer(report, partial(show_description, report), lambda: (report.title,), report.findings, notices=_notices(opened))


def _notices(opened: Opened) -> tuple[str, ...]:
    return opened.notices


def _with_warnings(report: Description, inventory: Inventory, options: Namespace) -> Description:
    import msgspec  # noqa: PLC0415  (loaded with the inventory)

    from kubectl_dra.commands.sources import kept_findings  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_view  # noqa: PLC0415

    return msgspec.structs.replace(report, findings=kept_findings(options, warn_of_view(inventory)))


def _asked(words: list[str]) -> tuple[_Topic, str]:
    from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (parsed already)

    if len(words) == 1 and "/" in words[0]:
        words = list(words[0].partition("/")[::2])
    known = [name for topic in _TOPICS for name in topic.names]
    if len(words) != 2:  # noqa: PLR2004  (a type and a name)
        raise UsageError(f"describe needs a type and a name, such as: kubectl dra describe claim NAME; types are {', '.join(_TYPES)}")
    kind, name = words
    topic = next((topic for topic in _TOPICS if kind.lower().partition(".")[0] in topic.names), None)
    if topic is None:
        raise UsageError(f"describe knows no type {kind}{did_you_mean(kind, known)}; types are {', '.join(_TYPES)}")
    return topic, name.removeprefix(f"{kind}/")


def _claim(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.api.meta import NamespacedName  # noqa: PLC0415  (one topic's imports are its own)
    from kubectl_dra.reports.describe_claim import describe_claim  # noqa: PLC0415

    claim = inventory.resource_claims.get(NamespacedName(namespace, name))
    if claim is None:
        raise missing_in("claim", namespace, name, inventory.resource_claims)
    return describe_claim(inventory, hardware, claim)


def _pod(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.api.meta import NamespacedName  # noqa: PLC0415  (one topic's imports are its own)
    from kubectl_dra.reports.describe_pod import describe_pod  # noqa: PLC0415

    pod = inventory.pods.get(NamespacedName(namespace, name))
    if pod is None:
        raise missing_in("pod", namespace, name, inventory.pods)
    return describe_pod(inventory, hardware, pod)


def _device(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.reports.describe_device import describe_device  # noqa: PLC0415  (one topic's imports are its own)
    from kubectl_dra.reports.published import devices_named  # noqa: PLC0415

    del namespace
    found = devices_named(hardware, name)
    if not found:
        raise missing("device", name, {f"{one.id.pool}/{one.id.device}" for one in hardware.devices})
    if len({one.id for one in found}) > 1:
        some = ", ".join(sorted({str(one.id) for one in found})[:3])
        raise UsageError(f"{len(found)} devices are called {name}; say which: {some}")
    return describe_device(inventory, found[0])


def _class(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.reports.describe_class import describe_class  # noqa: PLC0415  (one topic's imports are its own)

    del namespace
    device_class = inventory.device_classes.get(name)
    if device_class is None:
        raise missing("device class", name, inventory.device_classes)
    return describe_class(inventory, hardware, device_class)


def _pool(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.reports.describe_pool import describe_pool  # noqa: PLC0415  (one topic's imports are its own)
    from kubectl_dra.reports.pools import pool_rows  # noqa: PLC0415

    del namespace
    rows = pool_rows(hardware, inventory.nodes)
    found = [row for row in rows if name in {str(row.overview.id), row.overview.id.pool}]
    if not found:
        raise missing("pool", name, [*(str(row.overview.id) for row in rows), *(row.overview.id.pool for row in rows)])
    if len(found) > 1:
        raise UsageError(f"{len(found)} pools are called {name}; say which: {', '.join(str(row.overview.id) for row in found[:3])}")
    return describe_pool(inventory, hardware, found[0])


def _node(inventory: Inventory, hardware: Hardware, namespace: str, name: str) -> Description:
    from kubectl_dra.reports.describe_pool import describe_node  # noqa: PLC0415  (one topic's imports are its own)

    del namespace
    node = inventory.nodes.get(name)
    if node is None:
        raise missing("node", name, inventory.nodes)
    return describe_node(inventory, hardware, node)


_TOPICS = (
    _Topic(
        ("claim", "claims", "resourceclaim", "resourceclaims"), (*_HARDWARE, kinds.DEVICE_CLASS, kinds.POD), _claim, kinds.RESOURCE_CLAIM
    ),
    _Topic(("device", "devices"), (*_HARDWARE, kinds.DEVICE_CLASS), _device, kinds.RESOURCE_SLICE),
    _Topic(("pod", "pods", "po"), (*_HARDWARE, kinds.DEVICE_CLASS, kinds.POD), _pod, kinds.POD),
    _Topic(("class", "classes", "deviceclass", "deviceclasses"), (*_HARDWARE, kinds.DEVICE_CLASS), _class, kinds.DEVICE_CLASS),
    _Topic(("pool", "pools"), (*_HARDWARE, kinds.NODE), _pool, kinds.RESOURCE_SLICE),
    _Topic(("node", "nodes", "no"), (*_HARDWARE, kinds.NODE), _node, kinds.RESOURCE_SLICE, kinds.NODE),
)
_TYPES = tuple(topic.names[0] for topic in _TOPICS)

COMMAND = Command(
    name="describe",
    usage="TYPE NAME [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=("json", "yaml"),
)
