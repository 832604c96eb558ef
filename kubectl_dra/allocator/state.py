"""What the search holds so far: devices, capacity, counters, groups, constraint values."""

from __future__ import annotations


class SearchState:
    """What one attempt has taken; changed on the way down, restored on the way back."""
