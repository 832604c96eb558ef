"""``kubectl dra classes``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command
from kubectl_dra.commands.flags import accept_all_namespaces, add_label_flag, add_table_flags
from kubectl_dra.commands.sources import kept_findings, load_inventory, open_source

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser

_DESCRIPTION = """\
List device classes: which devices each selects, how many of them can be had, and the extended resource that it stands for.

 The selectors of a class are evaluated on every device that is offered, as the scheduler would.
"""

_EXAMPLES = """\
# List all classes
kubectl dra classes

# Show one class in full, with the claims that ask for it
kubectl dra describe class gpu.example.com

# List the devices that a class selects
kubectl dra devices --class gpu.example.com
"""


def _add_flags(parser: Parser) -> None:
    add_table_flags(parser)
    accept_all_namespaces(parser)
    add_label_flag(parser)
    parser.add_value("-l", "--selector", "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.")
    parser.add_positional("CLASS")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.commands.names import labelled, named  # noqa: PLC0415  (help needs no inventory)
    from kubectl_dra.inventory.states import observe  # noqa: PLC0415
    from kubectl_dra.rendering.views.classes import show_classes  # noqa: PLC0415
    from kubectl_dra.reports.classes import ClassList, class_rows  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_view  # noqa: PLC0415

    opened = open_source(options)
    inventory = load_inventory(
        options, opened, kinds.DEVICE_CLASS, kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.DEVICE_TAINT_RULE, about=kinds.DEVICE_CLASS
    )
    every = labelled(inventory.device_classes.values(), options.selector, lambda device_class: device_class.metadata)
    classes = named(every, options.words, "device class", lambda device_class: device_class.metadata.name)
    findings = kept_findings(options, warn_of_view(inventory))
    rows = class_rows(inventory, observe(inventory), classes)
    report = ClassList(rows=rows, findings=findings, unread=inventory.unread, now=inventory.now)
    return Answer(report, partial(show_classes, report, labels=options.show_labels), report.names, findings, notices=opened.notices)


COMMAND = Command(
    name="classes", usage="[CLASS ...] [flags] [options]", description=_DESCRIPTION, examples=_EXAMPLES, add_flags=_add_flags, run=_run
)
