"""``kubectl dra pools``."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from kubectl_dra.api import kinds
from kubectl_dra.commands.command import Answer, Command
from kubectl_dra.commands.flags import accept_all_namespaces, add_table_flags
from kubectl_dra.commands.sources import kept_findings, load_inventory, open_source

if TYPE_CHECKING:
    from argparse import Namespace

    from kubectl_dra.commands.parser import Parser
    from kubectl_dra.reports.pools import PoolRow

_DESCRIPTION = """\
List the pools of all drivers: generation, slices, completeness, validity, and what of each can be had.

 A driver publishes a pool as one or more ResourceSlices of one generation. The scheduler passes over a pool of which slices are missing, or
 which names a device twice or a counter set that no slice declares. A pool that looks otherwise from some nodes says so.
"""

_EXAMPLES = """\
# List all pools
kubectl dra pools

# List the pools of one driver, with the names of their slices
kubectl dra pools --driver gpu.example.com -o wide

# Show one pool in full
kubectl dra describe pool gpu.example.com/node-1
"""


def _add_flags(parser: Parser) -> None:
    add_table_flags(parser)
    accept_all_namespaces(parser)
    parser.add_list("", "--driver", "Only pools of this driver; may be repeated")
    parser.add_value("", "--sort-by", "Sort by one of: driver, pool, devices, age")
    parser.add_positional("POOL")


_COLUMNS = ("driver", "pool", "devices", "age")


def _run(options: Namespace) -> Answer:
    from kubectl_dra.commands.names import named  # noqa: PLC0415  (help needs no inventory)
    from kubectl_dra.inventory.states import observe  # noqa: PLC0415
    from kubectl_dra.rendering.views.pools import show_pools  # noqa: PLC0415
    from kubectl_dra.reports.pools import pool_rows, report_pools  # noqa: PLC0415
    from kubectl_dra.reports.warnings import warn_of_pools, warn_of_view  # noqa: PLC0415

    opened = open_source(options)
    inventory = load_inventory(
        options, opened, kinds.RESOURCE_SLICE, kinds.RESOURCE_CLAIM, kinds.DEVICE_TAINT_RULE, kinds.NODE, about=kinds.RESOURCE_SLICE
    )
    hardware = observe(inventory)
    rows = _of_drivers(list(pool_rows(hardware, inventory.nodes)), options)
    chosen = [row for word in options.words or [""] for row in (_named(rows, word) or named(rows, [word], "pool", _name) if word else rows)]
    findings = kept_findings(options, (*warn_of_view(inventory), *warn_of_pools(hardware, {row.overview.id for row in chosen})))
    report = report_pools(inventory, _sorted(chosen, options.sort_by), findings)
    return Answer(report, partial(show_pools, report), report.names, findings, notices=opened.notices)


def _name(row: PoolRow) -> str:
    return str(row.overview.id)


def _named(rows: list[PoolRow], word: str) -> list[PoolRow]:
    """Pools by their own name, which may be that of several drivers' pools, or by driver and name."""
    return [row for row in rows if word in {row.overview.id.pool, str(row.overview.id)}]


def _of_drivers(rows: list[PoolRow], options: Namespace) -> list[PoolRow]:
    from kubectl_dra.commands.names import named  # noqa: PLC0415  (parsed already)

    drivers = [name for text in options.driver for name in text.split(",") if name]
    return named(rows, drivers, "driver", lambda row: row.overview.id.driver)


def _sorted(rows: list[PoolRow], by: str) -> list[PoolRow]:
    from kubectl_dra.commands.names import unknown_column  # noqa: PLC0415  (parsed already)
    from kubectl_dra.inventory.states import in_counting_order  # noqa: PLC0415

    if by in {"", "driver"}:
        return rows
    if by == "pool":
        return sorted(rows, key=lambda row: in_counting_order(row.overview.id.pool))
    if by == "devices":
        return sorted(rows, key=lambda row: -row.counts.devices)
    if by == "age":
        return sorted(rows, key=lambda row: row.created, reverse=True)
    raise unknown_column(by, _COLUMNS)


COMMAND = Command(
    name="pools", usage="[POOL ...] [flags] [options]", description=_DESCRIPTION, examples=_EXAMPLES, add_flags=_add_flags, run=_run
)
