"""What was measured → one line of the table."""

from dataclasses import dataclass
from typing import Final

HEADER: Final = f"{'what':<72} {'ours':>12} {'theirs':>12} {'ratio':>8} {'target':>8}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """Our cost beside theirs, in the same unit (`ms`, `MB`, `s` …), and how large the ratio may be.

    A figure without `theirs` stands for itself; a `target` without it is what `ours` may be.
    """

    what: str
    ours: float
    theirs: float | None = None
    unit: str = "ms"
    target: float | None = None

    @property
    def compared(self) -> float:
        """What the target speaks of: the ratio, or our cost where there is nothing to compare it with."""
        return self.ours if self.theirs is None else self.ours / self.theirs

    @property
    def is_met(self) -> bool | None:
        """Whether the target is met; None where there is none."""
        return None if self.target is None else self.compared <= self.target

    def line(self) -> str:
        """The figure as a line of the table."""
        theirs = "" if self.theirs is None else amount(self.theirs, self.unit)
        ratio = "" if self.theirs is None else number(self.compared)
        target = "" if self.target is None else number(self.target)
        missed = "  missed" if self.is_met is False else ""
        return f"{self.what:<72} {amount(self.ours, self.unit):>12} {theirs:>12} {ratio:>8} {target:>8}{missed}".rstrip()


def amount(value: float, unit: str) -> str:
    """A number with its unit, in three digits or as many as it has before the point."""
    return f"{number(value)} {unit}"


def number(value: float) -> str:
    """Three digits, or as many as stand before the point."""
    decimals = 0 if value >= 100 else 1 if value >= 10 else 2 if value >= 1 else 3
    return f"{value:,.{decimals}f}"
