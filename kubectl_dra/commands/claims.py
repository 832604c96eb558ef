"""``kubectl dra claims``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command
from kubectl_dra.commands.flags import add_label_flag, add_scope_flags, add_table_flags
from kubectl_dra.commands.sources import kept_findings, load_inventory, namespace_wanted, open_source

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser

_DESCRIPTION = """\
List resource claims: what each wants, what it got, and for whom.

 A claim is pending until it is allocated, and reserved while pods use it; one that is allocated and reserved for nobody holds its devices
 idly.
"""

_EXAMPLES = """\
# List the claims of the current namespace
kubectl dra claims

# List all claims, with the nodes on which each can be used
kubectl dra claims -A -o wide

# List the names of claims with a label
kubectl dra claims -l app=train -o name

# Show one claim with everything that belongs to it
kubectl dra describe claim train-0-gpu
"""

_COLUMNS = ("namespace", "name", "state", "age")


def _add_flags(parser: Parser) -> None:
    add_table_flags(parser)
    add_scope_flags(parser)
    add_label_flag(parser)
    parser.add_value("-l", "--selector", "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.")
    parser.add_value("", "--sort-by", f"Sort by one of: {', '.join(_COLUMNS)}")
    parser.add_positional("NAME")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.commands.names import labelled, named, unknown_column  # noqa: PLC0415  (help needs no inventory)
    from kubectl_dra.rendering.views.claims import show_claims  # noqa: PLC0415
    from kubectl_dra.reports.claims import ClaimList, sort_claims  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_view  # noqa: PLC0415

    opened = open_source(options)
    namespace = namespace_wanted(options, opened)
    inventory = load_inventory(options, opened, kinds.RESOURCE_CLAIM, namespace=namespace, about=kinds.RESOURCE_CLAIM)
    every = [claim for claim in inventory.resource_claims.values() if namespace in {None, claim.metadata.namespace}]
    claims = named(
        labelled(every, options.selector, lambda claim: claim.metadata), options.words, "claim", lambda claim: claim.metadata.name
    )
    ordered = sort_claims(claims, options.sort_by)
    if ordered is None:
        raise unknown_column(options.sort_by, _COLUMNS)
    findings = kept_findings(options, warn_of_view(inventory))
    report = ClaimList(claims=ordered, namespace=namespace or "", findings=findings, unread=inventory.unread, now=inventory.now)
    show = partial(show_claims, report, all_namespaces=namespace is None, labels=options.show_labels)
    return Answer(report, show, report.names, findings, notices=opened.notices)


COMMAND = Command(
    name="claims", usage="[NAME ...] [flags] [options]", description=_DESCRIPTION, examples=_EXAMPLES, add_flags=_add_flags, run=_run
)
