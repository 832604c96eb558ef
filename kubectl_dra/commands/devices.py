"""``kubectl dra devices``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command, NotAnswered, UsageError
from kubectl_dra.commands.flags import accept_all_namespaces, add_table_flags
from kubectl_dra.commands.sources import begin_reading, kept_findings, load_inventory, open_source

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.api.kinds import Kind
    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.inventory.inventory import Inventory
    from kubectl_dra.inventory.states import Hardware
    from kubectl_dra.reports.chosen import Chosen
    from kubectl_dra.reports.devices import DeviceList

_DESCRIPTION = """\
List the devices that drivers publish: what each is, whether it can be had, and who has it.

 There is one table per driver, because each driver has its own attributes; the most telling ones are shown as far as the width allows.
 The state of a device is the first of these that applies: unknown (claims could not be read), not offered (the scheduler passes its pool
 over), used, full, blocked (others have spent the counters it needs), tainted, shared, free.
"""

_EXAMPLES = """\
# List all devices
kubectl dra devices

# List the free devices of one driver, with every attribute
kubectl dra devices --driver gpu.example.com --free -o wide

# List what a device class selects, on nodes with a label
kubectl dra devices --class gpu.example.com -l zone=a

# List what a selector would select
kubectl dra devices --cel 'device.attributes["gpu.example.com"].model == "A100"'

# Show chosen attributes
kubectl dra devices -L model,uuid

# Show one picture of all nodes, or counts alone
kubectl dra devices --map
kubectl dra devices --summary
"""


def _add_flags(parser: Parser) -> None:
    add_table_flags(parser)
    accept_all_namespaces(parser)
    parser.add_list("", "--node", "Only devices for this node; may be repeated")
    parser.add_list("", "--driver", "Only devices of this driver; may be repeated")
    parser.add_value("", "--class", "Only devices that this DeviceClass selects")
    parser.add_value("", "--cel", "Only devices that this CEL expression selects")
    parser.add_switch("", "--free", "Only devices that can be had, whole or in part")
    parser.add_value("-l", "--selector", "Only devices for nodes with these labels (e.g. -l key1=value1,key2=value2)")
    parser.add_list("-L", "--label-columns", "Attributes and capacities to show instead of the most telling ones, separated by commas")
    parser.add_value("", "--sort-by", "Sort the devices of a driver by node, device, state, age or an attribute")
    parser.add_switch("", "--summary", "Print counts by driver and product instead of devices")
    parser.add_switch("", "--map", "Print a picture of nodes and devices instead of a table")


def _run(options: Namespace) -> Answer:
    if options.summary and options.map:
        raise UsageError("--summary and --map are two different pictures; one of them is enough")
    opened = open_source(options)
    begin_reading(opened, *_kinds(options))
    from kubectl_dra.inventory.states import observe  # noqa: PLC0415  (imported while the server answers)
    from kubectl_dra.rendering.views.devices import show_devices  # noqa: PLC0415
    from kubectl_dra.reports.devices import report_devices  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_pools, warn_of_view  # noqa: PLC0415

    inventory = load_inventory(options, opened, *_kinds(options), about=kinds.RESOURCE_SLICE)
    hardware = observe(inventory)
    chosen = _choose(hardware, inventory, options)
    findings = kept_findings(options, (*warn_of_view(inventory), *warn_of_pools(hardware, chosen.pools)))
    report = report_devices(inventory, hardware, chosen, findings)
    notices = (*opened.notices, *_selector_notices(chosen))
    if options.map or options.summary:
        return _picture(report, hardware, notices, is_map=options.map)
    labels = _known_labels(report, options)
    return Answer(report, partial(show_devices, report, labels=labels), report.names, findings, notices=notices)


def _picture(report: DeviceList, hardware: Hardware, notices: tuple[str, ...], *, is_map: bool) -> Answer:
    from kubectl_dra.rendering.views.nodes import show_map, show_summary  # noqa: PLC0415  (only where it is asked for)
    from kubectl_dra.reports.nodes import map_devices, summarize_devices  # noqa: PLC0415

    if is_map:
        picture = map_devices(report, hardware)
        return Answer(picture, partial(show_map, picture), report.names, report.findings, notices=notices)
    summary = summarize_devices(report, hardware)
    return Answer(summary, partial(show_summary, summary), report.names, report.findings, notices=notices)


def _selector_notices(chosen: Chosen) -> tuple[str, ...]:
    if not chosen.failed:
        return ()
    devices = "1 device" if chosen.failed == 1 else f"{chosen.failed} devices"
    return (f"the selector ends in an error on {devices}, where the scheduler would stop: {chosen.error}",)


def _known_labels(report: DeviceList, options: Namespace) -> tuple[str, ...]:
    from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (parsed already)
    from kubectl_dra.reports.telling import find_telling, telling  # noqa: PLC0415

    labels = _names(options.label_columns)
    every = telling([published.device for published in report.devices]) if labels else ()
    for label in labels:
        if every and not find_telling(every, label):
            known = [one.name for one in every]
            raise UsageError(f"no device has an attribute or capacity {label}{did_you_mean(label, known)}")
    return labels


def _kinds(options: Namespace) -> tuple[Kind, ...]:
    wanted = [kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.DEVICE_TAINT_RULE]
    if getattr(options, "class"):
        wanted.append(kinds.DEVICE_CLASS)
    if options.selector or options.map or options.node:
        wanted.append(kinds.NODE)
    return tuple(wanted)


def _choose(hardware: Hardware, inventory: Inventory, options: Namespace) -> Chosen:
    from kubectl_dra.commands.names import label_requirements  # noqa: PLC0415  (help needs no names)
    from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415
    from kubectl_dra.reports.chosen import Unmatched, UnusableSelector, Wanted, choose  # noqa: PLC0415

    wanted = Wanted(
        nodes=_names(options.node),
        drivers=_names(options.driver),
        node_labels=label_requirements(options.selector),
        expressions=_expressions(inventory, options),
        free=options.free,
    )
    try:
        chosen = choose(hardware, inventory, wanted)
        return chosen.sorted_by(options.sort_by) if options.sort_by else chosen
    except Unmatched as error:
        mistake = UsageError if error.kind == "column" else NotAnswered
        raise mistake(f"{error}{did_you_mean(error.name, error.known)}") from error
    except UnusableSelector as error:
        raise UsageError(str(error)) from error


def _names(texts: list[str]) -> tuple[str, ...]:
    return tuple(name for text in texts for name in text.split(",") if name)


def _expressions(inventory: Inventory, options: Namespace) -> tuple[str, ...]:
    expressions = [options.cel] if options.cel else []
    if name := getattr(options, "class"):
        device_class = inventory.device_classes.get(name)
        if device_class is None:
            from kubectl_dra.commands.parser import did_you_mean  # noqa: PLC0415  (parsed already)

            raise NotAnswered(f"DeviceClass/{name} does not exist{did_you_mean(name, list(inventory.device_classes))}")
        expressions += [selector.cel.expression for selector in device_class.spec.selectors if selector.cel is not None]
    return tuple(expressions)


COMMAND = Command(name="devices", usage="[flags] [options]", description=_DESCRIPTION, examples=_EXAMPLES, add_flags=_add_flags, run=_run)
