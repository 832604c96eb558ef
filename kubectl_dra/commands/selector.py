"""``kubectl dra selector``."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, NotAnswered, UsageError
from kubectl_dra.commands.sources import load_inventory, open_source, require

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterable, Iterator, Mapping

    from kubectl_dra.api.meta import NamespacedName
    from kubectl_dra.api.resource import DeviceClass, DeviceSelector, DeviceSubRequest, ExactDeviceRequest, ResourceClaimSpec
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import PublishedDevice
    from kubectl_dra.reports.selector import Question

_DESCRIPTION = """\
Try a CEL selector on the devices: what it selects, is false on and fails on, clause by clause, and what was meant.

 The expression is read as the API server reads a new one and evaluated as the scheduler evaluates it, on every device that is offered.
 With -f, every selector in the manifests is tried on the devices that get to it: those that its class and the selectors before it select.
 A repair is shown only after it was tried on these devices. It exits with 1 where a selector is refused, fails, or selects nothing.
"""

_EXAMPLES = """\
# What would this select?
kubectl dra selector 'device.attributes["gpu.example.com"].model == "A100"'

# Only among the devices of a class
kubectl dra selector --class gpu.example.com 'device.capacity["gpu.example.com"].memory.compareTo(quantity("40Gi")) >= 0'

# Every selector of a manifest
kubectl dra selector -f claim.yaml

# As an older release reads it
kubectl dra selector --release 1.34 'device.driver == "gpu.example.com"'

# The names of the devices it selects
kubectl dra selector 'device.driver == "gpu.example.com"' -o name
"""


def _add_flags(parser: Parser) -> None:
    parser.add_positional("EXPRESSION")
    parser.add_list("-f", "--filename", "The files, folders or - whose selectors are to be tried; may be repeated")
    parser.add_value("", "--class", "Try the expression only on devices that this DeviceClass selects")
    parser.add_list("", "--driver", "Try the expression only on devices of this driver; may be repeated")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.inventory.states import is_offered, observe  # noqa: PLC0415  (help needs no inventory)
    from kubectl_dra.releases.behaviour import behaviour_with_gates  # noqa: PLC0415
    from kubectl_dra.rendering.views.selector import show_selectors  # noqa: PLC0415
    from kubectl_dra.reports.selector import SelectorList, judge  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_view  # noqa: PLC0415
    from kubectl_dra.selection.device_selector import Environment  # noqa: PLC0415

    if bool(options.words) == bool(options.filename) or len(options.words) > 1:
        raise UsageError("kubectl dra selector needs one EXPRESSION in quotes, or -f FILE")
    opened = open_source(options)
    classes = (kinds.DEVICE_CLASS,) if options.filename or getattr(options, "class") else ()
    inventory = load_inventory(options, opened, kinds.RESOURCE_SLICE, *classes, about=kinds.RESOURCE_SLICE)
    behaviour = behaviour_with_gates(inventory.release, inventory.feature_gates)
    environment = Environment(
        release=str(inventory.release),
        consumable_capacity=behaviour.features.consumable_capacity,
        list_type_attributes=behaviour.cel_list_type_attributes,
    )
    offered = tuple(device for device in observe(inventory).devices if is_offered(device))
    asking = _of_manifests if options.filename else _of_command_line
    questions = asking(options, inventory, _of_drivers(offered, options.driver), str(inventory.release))
    report = SelectorList(
        release=str(inventory.release),
        selectors=tuple(judge(question, environment) for question in questions),
        view=warn_of_view(inventory),
        unread=inventory.unread,
    )
    exit_code = 0 if report.all_sound else 1
    return Answer(report, partial(show_selectors, report), report.names, exit_code=exit_code, notices=opened.notices)


def _of_drivers(devices: tuple[PublishedDevice, ...], drivers: list[str]) -> tuple[PublishedDevice, ...]:
    known = list(dict.fromkeys(device.slice_.spec.driver for device in devices))
    for name in drivers:
        if name not in known:
            from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (parsed already)

            raise NotAnswered(f"no driver {name} publishes devices{did_you_mean(name, known)}")
    return tuple(device for device in devices if not drivers or device.slice_.spec.driver in drivers)


def _of_command_line(options: Namespace, inventory: Inventory, devices: tuple[PublishedDevice, ...], release: str) -> Iterator[Question]:
    from kubectl_dra.reports.selector import Question  # noqa: PLC0415  (help asks nothing)

    name = getattr(options, "class")
    if name and name not in inventory.device_classes:
        require(inventory, kinds.DEVICE_CLASS)
        from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (parsed already)

        raise NotAnswered(f"DeviceClass/{name} does not exist{did_you_mean(name, list(inventory.device_classes))}")
    among = _of_class(inventory.device_classes.get(name), devices, release)
    yield Question(expression=options.words[0], devices=among, among=f"of class {name}" if name else "")


def _of_class(device_class: DeviceClass | None, devices: tuple[PublishedDevice, ...], release: str) -> tuple[PublishedDevice, ...]:
    """The devices that a class selects; all of them without a class."""
    return _passing(devices, device_class.spec.selectors, release) if device_class else devices


def _passing(devices: tuple[PublishedDevice, ...], selectors: Iterable[DeviceSelector], release: str) -> tuple[PublishedDevice, ...]:
    from kubectl_dra.reports.selected import expressions_of, select_devices  # noqa: PLC0415  (help selects nothing)

    return select_devices(devices, expressions_of(selectors), release).devices


# ── manifests ──


def _of_manifests(options: Namespace, inventory: Inventory, devices: tuple[PublishedDevice, ...], release: str) -> Iterator[Question]:
    from kubectl_dra.cluster.manifests import ManifestSource  # noqa: PLC0415  (help reads nothing)
    from kubectl_dra.inventory.load import Wish, load  # noqa: PLC0415

    if getattr(options, "class"):
        raise UsageError("--class goes with an EXPRESSION; the selectors of manifests have classes of their own")
    source = ManifestSource.read(options.filename, stdin=sys.stdin.buffer, namespace=options.namespace)
    wanted = (kinds.DEVICE_CLASS, kinds.RESOURCE_CLAIM, kinds.RESOURCE_CLAIM_TEMPLATE)
    manifests = load(source, Wish(kinds=wanted))
    classes = {**inventory.device_classes, **manifests.device_classes}
    asking = _Asking(manifests, classes, devices, release, knows_classes=not inventory.is_hidden(kinds.DEVICE_CLASS))
    for device_class in manifests.device_classes.values():
        yield from asking.selectors("DeviceClass", device_class.metadata.key, "spec.selectors", device_class.spec.selectors, devices)
    for claim in manifests.resource_claims.values():
        yield from asking.requests("ResourceClaim", claim.metadata.key, "spec", claim.spec)
    for template in manifests.resource_claim_templates.values():
        yield from asking.requests("ResourceClaimTemplate", template.metadata.key, "spec.spec", template.spec.spec)


class _Asking:
    """Makes questions of the selectors of manifests, each about the devices that get to it."""

    def __init__(
        self,
        manifests: Inventory,
        classes: Mapping[str, DeviceClass],
        devices: tuple[PublishedDevice, ...],
        release: str,
        *,
        knows_classes: bool,
    ) -> None:
        self._manifests = manifests
        self._classes = classes
        self._devices = devices
        self._release = release
        self._knows_classes = knows_classes

    def requests(self, kind: str, key: NamespacedName, path: str, spec: ResourceClaimSpec) -> Iterator[Question]:
        """The selectors of all requests of a claim, alternatives included."""
        for index, request in enumerate(spec.devices.requests):
            place = f"{path}.devices.requests[{index}]"
            if request.exactly:
                yield from self._request(kind, key, f"{place}.exactly", request.exactly)
            for number, alternative in enumerate(request.first_available):
                yield from self._request(kind, key, f"{place}.firstAvailable[{number}]", alternative)

    def _request(self, kind: str, key: NamespacedName, path: str, request: ExactDeviceRequest | DeviceSubRequest) -> Iterator[Question]:
        name = request.device_class_name
        known = self._classes.get(name)
        devices: tuple[PublishedDevice, ...] | None = _of_class(known, self._devices, self._release)
        among = f"of class {name}" if known else f"(class {name} does not exist)" if name else ""
        if name and not (known or self._knows_classes):
            devices, among = None, f"what class {name} selects is not known"
        yield from self.selectors(kind, key, f"{path}.selectors", request.selectors, devices, among)

    def selectors(
        self,
        kind: str,
        key: NamespacedName,
        path: str,
        selectors: Iterable[DeviceSelector],
        devices: tuple[PublishedDevice, ...] | None,
        among: str = "",
    ) -> Iterator[Question]:
        """One question per selector; each leaves fewer devices to the next. None are devices that are not known, and ``among`` says why."""
        from kubectl_dra.reports.selector import Question  # noqa: PLC0415  (help asks nothing)

        namespace, name = key
        origin = self._manifests.origins.get((kind, key))
        for index, selector in enumerate(selectors):
            if selector.cel is None:
                continue
            yield Question(
                expression=selector.cel.expression,
                devices=devices or (),
                object=f"{kind}/{name}" + (f" -n {namespace}" if namespace else ""),
                field_path=f"{path}[{index}].cel.expression",
                origin=str(origin) if origin else "",
                among=among if devices is not None else "",
                untold=among if devices is None else "",
            )
            devices = _passing(devices, (selector,), self._release) if devices is not None else None


COMMAND = Command(
    name="selector",
    usage="EXPRESSION | -f FILENAME [flags] [options]",
    description=_DESCRIPTION,
    examples=_EXAMPLES,
    add_flags=_add_flags,
    run=_run,
    formats=("json", "yaml", "name"),
)
