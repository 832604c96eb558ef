"""Small facts in words: ages, counts, places, the values of attributes."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kubectl_dra.api.resource import DeviceAttribute, DeviceTaint, NodeSelector, NodeSelectorRequirement
    from kubectl_dra.inventory.targets import Target

UNKNOWN = "<unknown>"


@lru_cache(maxsize=4096)
def seconds_of(time: str) -> int | None:
    """Seconds since 1970 of RFC 3339 text in UTC; None for anything else."""
    try:
        return int(datetime.fromisoformat(f"{time[:19]}+00:00").timestamp())
    except ValueError:
        return None


def age(since: str, now: str) -> str:
    """The time between two moments as kubectl prints ages."""
    begin, end = seconds_of(since), seconds_of(now)
    return UNKNOWN if begin is None or end is None else human_duration(max(end - begin, 0))


def human_duration(seconds: int) -> str:
    """``45s``, ``5m30s``, ``3h``, ``2d4h``, ``400d``, ``3y`` (upstream: ``apimachinery/pkg/util/duration`` ``HumanDuration``)."""
    minutes, hours, days, years = seconds // 60, seconds // 3600, seconds // 86400, seconds // 31536000
    # The limits are upstream's.
    if seconds < 120:  # noqa: PLR2004
        return f"{seconds}s"
    if minutes < 10:  # noqa: PLR2004
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:  # noqa: PLR2004
        return f"{minutes}m"
    if hours < 8:  # noqa: PLR2004
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:  # noqa: PLR2004
        return f"{hours}h"
    if days < 8:  # noqa: PLR2004
        return _two(days, "d", hours % 24, "h")
    if days < 730:  # noqa: PLR2004
        return f"{days}d"
    return _two(years, "y", days % 365, "d") if years < 8 else f"{years}y"  # noqa: PLR2004


def _two(large: int, unit: str, small: int, smaller_unit: str) -> str:
    return f"{large}{unit}{small}{smaller_unit}" if small else f"{large}{unit}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """``1 device``, ``2 devices``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def listed(words: Iterable[str], most: int = 3) -> str:
    """``a, b, c and 4 more``."""
    every = list(words)
    rest = len(every) - most
    return ", ".join(every) if rest <= 0 else f"{', '.join(every[:most])} and {rest} more"


def attribute_text(attribute: DeviceAttribute) -> str:
    """An attribute's value as people write it; a list with commas."""
    if attribute.string is not None:
        return attribute.string
    value = attribute.value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        return ",".join(str(one).lower() if isinstance(one, bool) else str(one) for one in value)
    return UNKNOWN if value is None else str(value)


def labels_text(labels: Mapping[str, str]) -> str:
    """``a=1,b=2``, as kubectl writes labels."""
    return ",".join(f"{key}={value}" for key, value in sorted(labels.items())) or "<none>"


def taint_text(taint: DeviceTaint) -> str:
    """``key=value:effect``, as kubectl writes taints."""
    value = f"={taint.value}" if taint.value else ""
    return f"{taint.key}{value}:{taint.effect}"


def target_text(target: Target) -> str:
    """A node's name, ``(any)``, or the labels that a node must have."""
    if target.node_name:
        return target.node_name
    if target.node_selector is not None:
        return f"({selector_text(target.node_selector)})"
    return "(any)" if target.all_nodes else "<none>"


def selector_text(selector: NodeSelector) -> str:
    """A node selector in the form that ``-l`` takes; terms with ``or`` between."""
    terms = (
        ",".join(_requirement(requirement) for requirement in (*term.match_expressions, *term.match_fields))
        for term in selector.node_selector_terms
    )
    return " or ".join(terms)


def _requirement(requirement: NodeSelectorRequirement) -> str:
    key, values = requirement.key, requirement.values
    if requirement.operator == "In":
        return f"{key}={values[0]}" if len(values) == 1 else f"{key} in ({','.join(values)})"
    if requirement.operator == "NotIn":
        return f"{key}!={values[0]}" if len(values) == 1 else f"{key} notin ({','.join(values)})"
    if requirement.operator == "DoesNotExist":
        return f"!{key}"
    return key if requirement.operator == "Exists" else f"{key} {requirement.operator} {','.join(values)}"
