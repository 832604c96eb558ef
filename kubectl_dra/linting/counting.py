"""A selector on devices → its clauses with the values that they read there, as a finding tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kubectl_dra.findings import prose
from kubectl_dra.findings.dra101_no_device_selected import ClauseCount, SelectorCounts
from kubectl_dra.selection.clauses import ABSENT, tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kubectl_dra.api.resource import Device
    from kubectl_dra.selection.clauses import Counts
    from kubectl_dra.selection.device_selector import CompiledSelector


def counts_of(selector: CompiledSelector, devices: Sequence[tuple[str, Device]], field_path: str) -> SelectorCounts:
    """What each clause of a selector says of the devices."""
    counted = tally(selector, devices)
    return SelectorCounts(
        field_path=field_path,
        clauses=tuple(
            ClauseCount(
                source=clause.text,
                holds=clause.true,
                fails=clause.false + clause.others,
                errors=clause.failed,
                values=_values(clause.values_where_false),
                holds_values=_values(clause.values),
            )
            for clause in counted.clauses
        ),
        holds=counted.selected,
        fails=counted.false,
    )


def _values(counts: Sequence[Counts]) -> tuple[tuple[str, int], ...]:
    """The values of the first thing that a clause reads."""
    if not counts:
        return ()
    return tuple(("nothing" if count.value is ABSENT else prose.quoted(count.value), count.devices) for count in counts[0].values)
