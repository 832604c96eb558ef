"""Numbers, names and times → the words that findings are made of."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

_IRREGULAR = {"is": "are", "has": "have", "capacity": "capacities", "class": "classes", "policy": "policies"}


def plural(word: str) -> str:
    """The plural of an English noun or of ``is`` and ``has``; of a phrase, that of its last word."""
    head, space, last = word.rpartition(" ")
    if last in _IRREGULAR:
        return head + space + _IRREGULAR[last]
    return word + ("es" if last.endswith(("s", "x", "ch")) else "s")


def count(number: int, word: str) -> str:
    """``1 device``, ``24 devices``."""
    return f"{number:,} {word if number == 1 else plural(word)}"


def verb(number: int, singular: str) -> str:
    """The verb for ``number`` things: ``is`` or ``are``, ``holds`` or ``hold``."""
    if number == 1:
        return singular
    if singular.endswith("ies"):
        return f"{singular.removesuffix('ies')}y"
    return _IRREGULAR.get(singular) or (singular.removesuffix("es") if singular.endswith(("sses", "ches")) else singular.removesuffix("s"))


def listed(words: Iterable[str], *, limit: int = 3, last: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``; beyond ``limit``: ``a, b and 7 more``. The rest is never just one: then it is named too."""
    names = list(words)
    if len(names) > limit + 1:
        return f"{', '.join(names[:limit])} and {len(names) - limit:,} more"
    if len(names) < 2:  # noqa: PLR2004 - nothing to join
        return "".join(names)
    return f"{', '.join(names[:-1])} {last} {names[-1]}"


def span(names: Sequence[str]) -> str:
    """The first and the last of many alike: ``gpu-0 … gpu-7``; few are all named."""
    if len(names) <= 3:  # noqa: PLR2004 - three are read at a glance
        return ", ".join(names)
    return f"{names[0]} … {names[-1]}"


def times(number: int) -> str:
    """``once``, ``twice``, ``7 times``."""
    return {1: "once", 2: "twice"}.get(number, f"{number} times")


def age(then: str, now: str) -> str:
    """The time between two RFC 3339 times as kubectl prints ages: ``12s``, ``5m``, ``3h``, ``2d``; empty where either is unknown."""
    seconds = seconds_between(then, now)
    if seconds is None:
        return ""
    return duration(seconds)


def duration(seconds: float) -> str:
    """A length of time as kubectl prints it (upstream: ``apimachinery/pkg/util/duration`` ``HumanDuration``), shortened to one unit."""
    whole = max(0, int(seconds))
    for limit, size, unit in ((120, 1, "s"), (3 * 3600, 60, "m"), (48 * 3600, 3600, "h"), (2 * 365 * 86400, 86400, "d")):
        if whole < limit:
            return f"{whole // size}{unit}"
    return f"{whole // (365 * 86400)}y"


def seconds_between(then: str, now: str) -> float | None:
    """Seconds from one RFC 3339 time to another; None where either cannot be read."""
    if not then or not now:
        return None
    try:
        return (datetime.fromisoformat(now) - datetime.fromisoformat(then)).total_seconds()
    except (ValueError, TypeError):
        return None


def quoted(value: object) -> str:
    """A value as CEL writes it: strings in double quotes, booleans in lower case, numbers bare."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"'
    if isinstance(value, tuple | list):
        return f"[{', '.join(quoted(part) for part in value)}]"
    return str(value)


def counted_values(counts: Sequence[tuple[str, int]], *, limit: int = 4) -> str:
    """``"A100" on 16, "T4" on 8``, most frequent first; what is beyond ``limit`` is counted together."""
    shown = [f"{value} on {number:,}" for value, number in counts[:limit]]
    if len(counts) > limit:
        shown.append(f"{len(counts) - limit} other values on {sum(number for _, number in counts[limit:]):,}")
    return ", ".join(shown)


def kind_name(kind: str, name: str, namespace: str = "") -> str:
    """``ResourceClaim/train -n ml``."""
    return f"{kind}/{name}" + (f" -n {namespace}" if namespace else "")


def either(words: Collection[str]) -> str:
    """``a``, ``a or b``, ``a, b or c``."""
    return listed(words, limit=len(words), last="or")


def sentence(text: str) -> str:
    """Text of others as one line: line breaks and runs of spaces become one space, a final stop goes."""
    return " ".join(text.split()).removesuffix(".")
