"""What validation has to know besides the object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kubectl_dra.releases.release import Release


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The release (a followed one) and the gates that are on.

    ``untold`` collects what could not be decided, a line each; ``derived_costs`` what the derived attributes of a claim cost.
    """

    release: Release
    gates: frozenset[str]
    untold: list[str] = field(default_factory=list)
    derived_costs: list[int] = field(default_factory=list)
